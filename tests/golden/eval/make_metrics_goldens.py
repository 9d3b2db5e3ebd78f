#!/usr/bin/env python3
"""Writes metrics_goldens.h beside itself: scikit-learn's and PyTorch's metrics of random logits.

Needs scikit-learn==1.9.1 and torch==2.13.0.
"""
import pathlib

import torch
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef


def c_array(kind, suffix, name, values, digits):
    texts = []
    for value in values:
        text = f"{value:.{digits}g}"
        texts.append(text + ("" if "." in text or "e" in text or kind != "float" else ".0") + suffix)
    return f"static const {kind} {name}[] = {{{', '.join(texts)}}};\n"


def case(prefix, seed, count, num_labels):
    torch.manual_seed(seed)
    labels = torch.randint(0, num_labels, (count,))
    logits = torch.randn(count, num_labels)
    logits[torch.arange(count), labels] += 0.7
    if num_labels > 3:
        logits[:, 3] -= 50  # a label that is never predicted
    predicted = logits.argmax(1)
    f1 = (f1_score(labels, predicted) if num_labels == 2
          else f1_score(labels, predicted, average="macro", zero_division=0))
    macro = f1_score(labels, predicted, average="macro", zero_division=0)
    values = [torch.nn.functional.cross_entropy(logits.double(), labels).item(),
              accuracy_score(labels, predicted), f1, macro, matthews_corrcoef(labels, predicted)]
    return (c_array("int32_t", "", f"{prefix}_LABELS", labels.tolist(), 9)
            + c_array("float", "f", f"{prefix}_LOGITS", logits.flatten().tolist(), 9)
            + c_array("double", "", f"{prefix}_VALUES", values, 17))


def main():
    text = "/* Written by make_metrics_goldens.py; not for editing. */\n\n"
    text += case("BINARY", 1, 40, 2) + case("FIVE", 2, 60, 5)
    pathlib.Path(__file__).with_name("metrics_goldens.h").write_text(text)


if __name__ == "__main__":
    main()
