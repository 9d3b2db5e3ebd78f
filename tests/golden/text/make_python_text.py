#!/usr/bin/env python3
"""Writes python_text.tsv beside itself: what Python's str says of every character.

Made by Python 3.11 (Unicode 14); characters without a category there are left out. Lines are
    C first last kinds             kinds: sum of 1 isalnum, 2 isspace, 4 a sigma behind it is final,
                                   8 a sigma behind it and an "a" is final
    L first last step difference   lower case of every step-th character, where it is another one
"""
import pathlib
import unicodedata

SIGMA, FINAL = "\u03a3", "\u03c2"


def kinds(c):
    return (c.isalnum() + 2 * c.isspace() + 4 * (c + SIGMA).lower().endswith(FINAL)
            + 8 * ("a" + c + SIGMA).lower().endswith(FINAL))


def runs(pairs, steps):
    """(first, last, step, value) of pairs (code point, value) in order."""
    made = []
    for code, value in pairs:
        last = made[-1] if made else None
        if last and last[3] == value and (code - last[1] == last[2] or
                                          last[0] == last[1] and code - last[1] in steps):
            last[1:3] = code, code - last[1]
        else:
            made.append([code, code, 1, value])
    return made


def main():
    known = [code for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000
             and unicodedata.category(chr(code)) != "Cn"]
    lower = [(code, ord(chr(code).lower()) - code) for code in known
             if len(chr(code).lower()) == 1 and chr(code).lower() != chr(code)]
    lines = [f"C\t{first:x}\t{last:x}\t{value}\n"
             for first, last, _, value in runs([(code, kinds(chr(code))) for code in known], (1,))]
    lines += [f"L\t{first:x}\t{last:x}\t{step}\t{value}\n"
              for first, last, step, value in runs(lower, (1, 2))]
    pathlib.Path(__file__).with_suffix(".tsv").with_stem("python_text").write_text("".join(lines))


if __name__ == "__main__":
    main()
