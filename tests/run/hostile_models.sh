#!/usr/bin/env bash
# Model directories of absurd size are refused by their limits: one line, soon, in little memory.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip "there is no python3"
skip_with_sanitizers "a sanitizer takes memory of its own"
python3 - "$(realpath "$program")" "$work" "$(dirname "$0")/../golden/model/bert" <<'PYTHON'
import json, os, pathlib, shutil, struct, subprocess, sys, time

program, work, golden = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
SECONDS, MEGABYTES = 30, 200  # under a second on an idle machine
config = json.loads((golden / "config.json").read_text())


def names(count):
    return {str(i): f"L{i}" for i in range(count)}


def header(text):
    return struct.pack("<Q", len(text)) + text


def tokenizer_json(entries):
    return '{"model":{"vocab":{' + ",".join(f'"{i:x}":{i}' for i in range(entries)) + "}}}"


WEIGHTS = "model.safetensors"
CASES = [  # file, its content, what is said
    ("config.json", lambda: json.dumps(config | {"id2label": names(1000000)}), "a file of"),
    ("config.json", lambda: json.dumps(config | {"id2label": names(200000)}), "values were found"),
    ("config.json", lambda: json.dumps(config | {"id2label": names(40000)}), "num_labels is 40000"),
    ("config.json", lambda: json.dumps(config | {"x": "y" * 150000000}), "a file of 1500"),
    ("config.json", lambda: json.dumps(config | {"x": "y" * 15000000}), "a text of 15000000 bytes"),
    ("config.json", lambda: '{"a":' + "[" * 3000000 + "]" * 3000000 + "}", "values were found"),
    ("config.json", lambda: '{"a":' + "[" * 100000 + "]" * 100000 + "}", "maximum parsing depth"),
    ("vocab.txt", lambda: "x" * 50000000 + "\n", "a vocabulary of 50000001 bytes"),
    ("vocab.txt", lambda: "x" * 5000000 + "\n", "a line of 5000000 bytes"),
    ("vocab.txt", lambda: "x\n" * 10000000, "a vocabulary of 20000000 bytes"),
    ("vocab.txt", lambda: "x\n" * 2000000, "more than 1048576 lines"),
    ("tokenizer.json", lambda: tokenizer_json(10000000), "a file of"),
    ("tokenizer.json", lambda: tokenizer_json(2000000), "values were found"),
    ("added_tokens.json", lambda: json.dumps({f"<{i}>": i for i in range(100000)}), "more than 16384 added tokens"),
    ("tokenizer_config.json", lambda: json.dumps({"extra_special_tokens": [f"<{i}>" for i in range(100000)]}),
     "more than 16384 special tokens"),
    ("tokenizer_config.json", lambda: json.dumps({f"a{i}_token": "<x>" for i in range(100000)}), "more than 256 members"),
    ("special_tokens_map.json", lambda: json.dumps(names(200000)), "values were found"),
    (WEIGHTS, lambda: header(json.dumps({f"t{i}": 0 for i in range(1000000)}).encode()), "values were found"),
    (WEIGHTS, lambda: header(b"{" + b" " * 99000000 + b"}"), "a header at most 16777216"),
    (WEIGHTS, lambda: header(b'{"a":' + b"[" * 10000000 + b"}"), "values were found"),
    (WEIGHTS + ".index.json", lambda: json.dumps({"weight_map": names(1000000)}), "a file of"),
    (WEIGHTS + ".index.json", lambda: json.dumps({"weight_map": {f"t{i}": f"f{i}.safetensors" for i in range(50000)}}),
     "more than 1000 files"),
]

def write(path, content):
    """In a process of its own: the peak of this one's memory would count as that of its children."""
    made = os.fork()
    if made == 0:
        text = content()
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os._exit(0)
    assert os.waitpid(made, 0)[1] == 0


for number, (name, content, said) in enumerate(CASES):
    folder = work / str(number)
    shutil.copytree(golden, folder)
    if name.startswith(WEIGHTS + "."):
        (folder / WEIGHTS).unlink()
    write(folder / name, content)
    (work / "text.txt").write_text("a\n")
    begun = time.monotonic()
    child = subprocess.Popen([program, "predict", "--model", str(folder), "--input", str(work / "text.txt")],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    took, megabytes = time.monotonic() - begun, usage.ru_maxrss / 1024
    print(f"{name}: {took:.2f} s, {megabytes:.0f} MB: {message.strip()[:150]}")
    good = os.waitstatus_to_exitcode(status) == 3 and said in message and message.count("\n") == 1 and name in message
    if not good or took > SECONDS or megabytes > MEGABYTES:
        sys.exit(f"FAILED: {name}: exit {os.waitstatus_to_exitcode(status)}, '{said}' was expected: {message[:500]}")
    shutil.rmtree(folder)
PYTHON
