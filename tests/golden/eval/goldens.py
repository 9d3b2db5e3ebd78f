"""How the scripts beside this file write C arrays."""
import math
import pathlib


def number(value, kind):
    if kind in ("float", "double"):
        if math.isnan(value):
            return "NAN"
        text = f"{value:.{9 if kind == 'float' else 17}g}"
        text += "" if "." in text or "e" in text else ".0"
        return text + ("f" if kind == "float" else "")
    return str(int(value))


def text(value):
    """A C string of ASCII and octal escapes."""
    plain = "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\?' else f"\\{byte:03o}"
                    for byte in value.encode())
    return f'"{plain}"'


def array(kind, name, values):
    return f"static const {kind} {name}[] = {{{', '.join(number(v, kind) for v in values)}}};\n"


def write(script, name, body):
    """Writes the header `name` beside `script`."""
    head = f"/* Written by {pathlib.Path(script).name}; not for editing. */\n\n"
    pathlib.Path(script).with_name(name).write_text(head + body)
