#!/usr/bin/env python3
"""Writes multilabel_goldens.h beside itself: scikit-learn's scores of several labels a text.

Needs scikit-learn==1.9.1 and torch==2.13.0; format the header with clang-format.
"""
import goldens
import numpy as np
import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

CASES = []
BINS = 15  # as many as Guo et al. (2017) use


def calibration_error(probabilities, targets):
    """The mean over all labels of all texts of how far the curve's points lie off the diagonal."""
    true, claimed = calibration_curve(targets, probabilities, n_bins=BINS)
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], probabilities))
    return (counts[counts > 0] * abs(true - claimed)).sum() / len(targets)


def case(name, logits, targets):
    logits, targets = np.asarray(logits, np.float32), np.asarray(targets, np.float32)
    gold, predicted = targets.astype(int), (logits > 0).astype(int)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(logits).double(), torch.tensor(targets).double()).item()
    values = [loss, accuracy_score(gold, predicted)]
    for average in ("micro", "macro", "weighted", "samples"):
        values += precision_recall_fscore_support(gold, predicted, average=average,
                                                  zero_division=0)[:3]
    values.append(calibration_error(torch.tensor(logits).double().sigmoid().flatten().numpy(),
                                    gold.flatten()))
    by_label = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
    upper = name.upper()
    CASES.append(f"{{{goldens.text(name)}, {len(gold)}, {gold.shape[1]}, {upper}_LOGITS, "
                 f"{upper}_TARGETS, {upper}_VALUES, {upper}_LABELS}},\n")
    return (goldens.array("float", f"{upper}_LOGITS", logits.flatten())
            + goldens.array("float", f"{upper}_TARGETS", targets.flatten())
            + goldens.array("double", f"{upper}_VALUES", values)
            + goldens.array("double", f"{upper}_LABELS", np.transpose(by_label).flatten()))


def main():
    random = np.random.default_rng(9)
    targets = random.random((25, 4)) < 0.4
    logits = np.round(random.normal(size=(25, 4)) * 2 + targets, 2)
    logits[:, 2] = -3  # a label that is never predicted
    targets[:5] = False
    body = case("several", logits, targets)
    body += case("no_target", [[1, -1], [-1, -2], [0.5, 3]], np.zeros((3, 2)))
    body += case("nothing_at_all", -np.ones((4, 3)), np.zeros((4, 3)))
    body += case("all_labels_right", [[2, -2, 0.1], [-1, 5, 1]], [[1, 0, 1], [0, 1, 1]])
    body += case("at_the_threshold", [[0, 1e-7], [-0.0, -1e-7]], [[1, 1], [0, 1]])
    body += case("huge_logits", [[3e38, -3e38], [90, -90]], [[1, 0], [1, 0]])
    body += ("static const struct {\n    const char *name;\n    size_t num_examples;\n"
             "    int num_labels;\n    const float *logits;\n    const float *targets;\n"
             "    /* loss, accuracy; precision, recall, F1: micro, macro, weighted, samples; calibration */\n"
             "    const double *expected;\n"
             "    const double *labels; /* precision, recall, F1, support of each */\n"
             "} MULTILABEL_CASES[] = {\n" + "".join(CASES) + "};\n")
    goldens.write(__file__, "multilabel_goldens.h", body)


if __name__ == "__main__":
    main()
