#!/usr/bin/env python3
"""Writes split.txt: shuffles of NumPy and splits of scikit-learn, for tests/shards/test_split.c.

One case a line, all numbers:
  S seed count order...
  T seed count stratify train_share val_share num_train num_val labels... train... validation...
train_share 0 stands for "the rest".
"""
import pathlib

import numpy as np
from sklearn.model_selection import train_test_split

OUT = pathlib.Path(__file__).parent / "split.txt"


def shuffle_case(seed, count):
    order = np.arange(count)
    np.random.RandomState(seed).shuffle(order)
    return ["S", seed, count, *order]


def split_case(seed, labels, stratify, train_share, val_share):
    count = len(labels)
    train, validation = train_test_split(
        np.arange(count),
        test_size=val_share,
        train_size=train_share or None,
        random_state=seed,
        stratify=labels if stratify else None,
    )
    head = ["T", seed, count, int(stratify), train_share, val_share, len(train), len(validation)]
    return [*head, *labels, *train, *validation]


def skewed(seed, count, weights):
    rng = np.random.RandomState(seed)
    return rng.choice(len(weights), size=count, p=weights)


def main():
    cases = [shuffle_case(s, n) for s, n in [(42, 0), (42, 1), (0, 2), (42, 10), (2**32 - 1, 33)]]
    cases.append(shuffle_case(42, 700))  # more draws than the generator has words
    for seed in range(4):
        cases.append(split_case(seed, skewed(seed, 50, [0.5, 0.3, 0.2]), True, 0, 0.2))
        cases.append(split_case(seed, skewed(seed, 37, [0.6, 0.4]), True, 0.5, 0.3))
        cases.append(split_case(seed, skewed(seed, 23, [0.5, 0.5]), False, 0, 0.25))
        # equal classes: every remainder ties, and chance decides
        cases.append(split_case(seed, [i % 5 for i in range(35)], True, 0, 0.33))
        cases.append(split_case(seed, [i % 4 for i in range(30)], True, 0.4, 0.4))
    # a label number that does not occur
    cases.append(split_case(7, [0, 3, 3, 0, 5, 5, 0, 3, 5, 0], True, 0, 0.4))
    cases.append(split_case(42, skewed(9, 400, [0.25, 0.25, 0.24, 0.26]), True, 0, 0.2))
    OUT.write_text("".join(" ".join(str(x) for x in case) + "\n" for case in cases))


main()
