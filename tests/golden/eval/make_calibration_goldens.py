#!/usr/bin/env python3
"""Writes calibration_goldens.h beside itself: expected calibration errors with 15 bins from the
formula of Guo et al. (2017), and perplexities by PyTorch.

Needs numpy and torch==2.13.0; format the header with clang-format.
"""
import goldens
import numpy as np
import torch
from make_metrics_goldens import calibration_error


def main():
    random = np.random.default_rng(3)
    confidence = np.round(random.random(50), 3)
    confidence[:17] = np.append(np.arange(16) / 15, 1.0)  # the edges of all bins
    right = random.random(50) < confidence
    losses = random.gamma(2.0, 2.0, 30)
    perplexity = torch.tensor(losses).mean().exp().item()
    goldens.write(__file__, "calibration_goldens.h",
                  goldens.array("double", "CONFIDENCE", confidence)
                  + goldens.array("int", "RIGHT", right)
                  + goldens.array("double", "LOSSES", losses)
                  + goldens.array("double", "CALIBRATION_VALUES",
                                  [calibration_error(confidence, right), perplexity]))


if __name__ == "__main__":
    main()
