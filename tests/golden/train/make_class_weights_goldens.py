#!/usr/bin/env python3
"""Writes class_weights_goldens.h beside itself: what scikit-learn's "balanced" makes of some labels.

Needs scikit-learn==1.9.1 and numpy.
"""
import pathlib

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

COUNTS = (7, 1, 120, 5, 64)


def main():
    labels = np.repeat(np.arange(len(COUNTS)), COUNTS)
    weights = compute_class_weight("balanced", classes=np.arange(len(COUNTS)), y=labels)
    pathlib.Path(__file__).with_name("class_weights_goldens.h").write_text(
        "/* Written by make_class_weights_goldens.py; not for editing. */\n\n"
        f"static const int COUNTS[] = {{{', '.join(map(str, COUNTS))}}};\n"
        f"static const double BALANCED[] = {{{', '.join(f'{w:.17g}' for w in weights)}}};\n")


if __name__ == "__main__":
    main()
