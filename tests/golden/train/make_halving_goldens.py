#!/usr/bin/env python3
"""Writes halving_goldens.h beside itself: which of some entries successive halving lets go on.

Shares are exact fractions here, and places are those of a stable sort. A letter is a score, later ones are better.
"""
import math
import pathlib
import random
from fractions import Fraction

KEEPS = ("0.5", "0.1", "0.3", "0.75", "0.999", "0.01")
COUNTS = (1, 2, 3, 4, 7, 10, 16, 20)
LETTERS = "mnopqrstu"  # many ties


def choose(keep, scores, competes):
    competing = [i for i, able in enumerate(competes) if able]
    kept = max(1, math.ceil(Fraction(keep) * len(competing)))
    best = sorted(competing, key=lambda i: -ord(scores[i]))[:kept]
    return [i in best for i in range(len(scores))]


def bits(flags):
    return "".join("01"[flag] for flag in flags)


def make_rows(draw):
    for keep in KEEPS:
        for count in COUNTS:
            scores = "".join(draw.choice(LETTERS) for _ in range(count))
            competes = [draw.random() < 0.8 for _ in range(count)]
            goes_on = choose(keep, scores, competes)
            yield f'    {{{keep}, "{scores}", "{bits(competes)}", "{bits(goes_on)}"}},\n'


def main():
    pathlib.Path(__file__).with_name("halving_goldens.h").write_text(
        "/* Written by make_halving_goldens.py; not for editing. */\n\n"
        f"enum {{ MOST_ENTRIES = {max(COUNTS)} }};\n\n"
        "typedef struct halving_case {\n    double keep;\n    const char *scores;\n"
        "    const char *competes;\n    const char *goes_on;\n} halving_case;\n\n"
        "static const halving_case CASES[] = {\n" + "".join(make_rows(random.Random(7))) + "};\n")


if __name__ == "__main__":
    main()
