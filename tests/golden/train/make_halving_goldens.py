#!/usr/bin/env python3
"""Writes halving_goldens.h beside itself: which of some entries successive halving lets go on.

Shares are exact fractions here, and places are those of a stable sort.
"""
import math
import pathlib
import random
from fractions import Fraction

KEEPS = ("0.5", "0.1", "0.3", "0.75", "0.999", "0.01")
COUNTS = (1, 2, 3, 4, 7, 10, 20, 30)


def choose(keep, scores, competes):
    competing = [i for i, able in enumerate(competes) if able]
    kept = max(1, math.ceil(Fraction(keep) * len(competing)))
    best = sorted(competing, key=lambda i: -scores[i])[:kept]
    return [int(i in best) for i in range(len(scores))]


def make_cases(draw):
    for keep in KEEPS:
        for count in COUNTS:
            scores = [draw.randint(-4, 4) / 8 for _ in range(count)]  # many ties
            competes = [int(draw.random() < 0.8) for _ in range(count)]
            yield keep, scores, competes, choose(keep, scores, competes)


def numbers(values):
    return "{" + ", ".join(f"{value:g}" for value in values) + "}"


def main():
    lines = [f"    {{{keep}, {len(scores)}, {numbers(scores)},\n     {numbers(competes)},\n"
             f"     {numbers(goes_on)}}},\n"
             for keep, scores, competes, goes_on in make_cases(random.Random(7))]
    pathlib.Path(__file__).with_name("halving_goldens.h").write_text(
        "/* Written by make_halving_goldens.py; not for editing. */\n\n"
        f"enum {{ MOST_ENTRIES = {max(COUNTS)} }};\n\n"
        "typedef struct halving_case {\n    double keep;\n    size_t count;\n"
        "    double scores[MOST_ENTRIES];\n    int competes[MOST_ENTRIES];\n"
        "    int goes_on[MOST_ENTRIES];\n} halving_case;\n\n"
        "static const halving_case CASES[] = {\n" + "".join(lines) + "};\n")


if __name__ == "__main__":
    main()
