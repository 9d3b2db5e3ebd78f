#!/usr/bin/env python3
"""Writes metrics_goldens.h beside itself: scikit-learn's and PyTorch's metrics of logits, and the
calibration error of Guo et al. (2017) with 15 bins, from its formula.

Needs scikit-learn==1.9.1 and torch==2.13.0; format the header with clang-format.
"""
import goldens
import numpy as np
import torch
from sklearn.metrics import (accuracy_score, classification_report, confusion_matrix, f1_score,
                             matthews_corrcoef, precision_recall_fscore_support)

CASES = []


def calibration_error(confidence, right):
    error = 0.0
    for m in range(15):
        inside = (confidence > m / 15) & (confidence <= (m + 1) / 15)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def case(name, logits, labels):
    logits, labels = torch.as_tensor(logits).float(), torch.as_tensor(labels)
    every = range(logits.shape[1])
    predicted = logits.argmax(1)
    f1 = {average: f1_score(labels, predicted, labels=every, average=average, zero_division=0)
          for average in ("macro", "weighted")}
    binary = (f1_score(labels, predicted, zero_division=0) if len(every) == 2 else f1["macro"])
    values = [torch.nn.functional.cross_entropy(logits.double(), labels).item(),
              accuracy_score(labels, predicted), binary, f1["macro"], f1["weighted"],
              matthews_corrcoef(labels, predicted),
              calibration_error(logits.double().softmax(1).amax(1).numpy(),
                                (labels == predicted).numpy())]
    report = precision_recall_fscore_support(labels, predicted, labels=every, zero_division=0)
    told = classification_report(labels, predicted, labels=every, output_dict=True,
                                 zero_division=0)
    averages = [told[f"{average} avg"][score] for average in ("macro", "weighted")
                for score in ("precision", "recall", "f1-score")]
    upper = name.upper()
    CASES.append(f"{{{len(labels)}, {len(every)}, {upper}_LOGITS, {upper}_LABELS, {upper}_VALUES, "
                 f"{upper}_REPORT, {upper}_AVERAGES, {upper}_CONFUSION}},\n")
    return (goldens.array("int32_t", f"{upper}_LABELS", labels)
            + goldens.array("float", f"{upper}_LOGITS", logits.flatten().tolist())
            + goldens.array("double", f"{upper}_VALUES", values)
            + goldens.array("double", f"{upper}_REPORT", np.transpose(report).flatten())
            + goldens.array("double", f"{upper}_AVERAGES", averages)
            + goldens.array("int64_t", f"{upper}_CONFUSION",
                            confusion_matrix(labels, predicted, labels=every).flatten()))


def random_case(name, seed, count, num_labels):
    torch.manual_seed(seed)
    labels = torch.randint(0, num_labels, (count,))
    logits = torch.randn(count, num_labels)
    logits[torch.arange(count), labels] += 0.7
    if num_labels > 3:
        logits[:, 3] -= 50  # a label that is never predicted
    return case(name, logits, labels)


def main():
    body = random_case("binary", 1, 40, 2) + random_case("five", 2, 60, 5)
    body += case("one_class", [[2, -1], [0.5, 0.25], [-1, 3]], [0, 0, 0])
    body += case("one_prediction", [[5, 1, 0]] * 4, [0, 1, 1, 0])
    body += case("absent_label", [[1, 0, -1], [0, 1, -1], [1, 0.5, -4]], [0, 1, 1])
    body += case("all_right", [[0, 900], [0, 30], [20, 0]], [1, 1, 0])
    body += case("all_equal", [[0, 0], [0, 0]], [1, 0])
    body += case("single", [[0.5, 0.25, 0.125]], [2])
    body += ("static const struct {\n    size_t count;\n    int num_labels;\n"
             "    const float *logits;\n    const int32_t *labels;\n"
             "    /* loss, accuracy, F1, macro F1, weighted F1, MCC, calibration error */\n"
             "    const double *expected;\n"
             "    const double *report; /* precision, recall, F1, support of each label */\n"
             "    const double *averages; /* precision, recall, F1: macro, weighted */\n"
             "    const int64_t *confusion;\n} CLASSIFICATION_CASES[] = {\n"
             + "".join(CASES) + "};\n")
    goldens.write(__file__, "metrics_goldens.h", body)


if __name__ == "__main__":
    main()
