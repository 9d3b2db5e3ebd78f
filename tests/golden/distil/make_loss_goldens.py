#!/usr/bin/env python3
"""Writes loss_goldens.h: distillation's loss, and its gradient, of a student's outputs beside a
teacher's and labels, by PyTorch.

    python3 tests/golden/distil/make_loss_goldens.py > tests/golden/distil/loss_goldens.h

Of each task NAME_LOSS (9) and NAME_GRADIENT (9, outputs), for temperatures 1, 2, 4 and, of each,
weights 0, 0.5, 1. Outputs and labels are those of tests/task/test_distil.c. Everything is computed
in float64.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "nn"))

from make_kernel_goldens import emit, test_values  # noqa: E402

SMOOTHING = 0.1
TEXTS = 6


def divergence(student, teacher, temperature):
    """PyTorch's batchmean: rows by their number."""
    return F.kl_div(F.log_softmax(student / temperature, -1), F.softmax(teacher / temperature, -1),
                    reduction="batchmean")


def binary_divergence(student, teacher, temperature):
    """The two outcomes of each label, mean over labels."""
    both = [torch.stack([x / temperature, -x / temperature], -1) for x in (student, teacher)]
    return F.kl_div(F.logsigmoid(both[0]), torch.sigmoid(both[1]), reduction="sum") / student.numel()


def class_weights(count):
    return 1.5 + test_values(70, count).detach()


def one_label(student, teacher, temperature, count, labels):
    student, teacher = student.view(-1, count), teacher.view(-1, count)
    hard = torch.nn.CrossEntropyLoss(weight=class_weights(count), label_smoothing=SMOOTHING)
    return hard(student, torch.tensor(labels)), divergence(student, teacher, temperature)


def classification(student, teacher, temperature):
    return one_label(student, teacher, temperature, 4, [i * i % 4 for i in range(TEXTS)])


def token(student, teacher, temperature):
    labels = [(s + t) % 3 for s in range(3) for t in range(4 + s) if t % 3 != 0]
    return one_label(student, teacher, temperature, 3, labels)


def multilabel(student, teacher, temperature):
    student, teacher = student.view(TEXTS, 5), teacher.view(TEXTS, 5)
    gold = torch.tensor([[float((i + j) % 3 == 0) for j in range(5)] for i in range(TEXTS)])
    smoothed = (1 - SMOOTHING) * gold.double() + SMOOTHING / 2
    hard = torch.nn.BCEWithLogitsLoss(pos_weight=class_weights(5))(student, smoothed)
    return hard, binary_divergence(student, teacher, temperature)


def regression(student, teacher, temperature):
    """Of outputs by the temperature, whose square takes it away again."""
    gold = torch.tensor([float(i) / 4 - 0.5 for i in range(TEXTS * 2)]).double()
    return F.mse_loss(student, gold), F.mse_loss(student / temperature, teacher / temperature)


def choice(student, teacher, temperature):
    hard, soft, at = 0.0, 0.0, 0
    for question in range(TEXTS):
        count = 2 + question % 4
        s, t = student[at:at + count], teacher[at:at + count]
        hard = hard + F.cross_entropy(s, torch.tensor(question % count), label_smoothing=SMOOTHING)
        soft = soft + divergence(s[None], t[None], temperature)
        at += count
    return hard / TEXTS, soft / TEXTS


TASKS = [(classification, TEXTS * 4), (token, 9 * 3), (multilabel, TEXTS * 5),
         (regression, TEXTS * 2), (choice, 19)]


def main():
    print("#pragma once\n\n/* Made by make_loss_goldens.py with PyTorch in double precision. */\n")
    for number, (task, count) in enumerate(TASKS):
        losses, gradients = [], []
        for temperature in (1.0, 2.0, 4.0):
            for weight in (0.0, 0.5, 1.0):
                outputs = test_values(60 + number, count)
                teacher = 3 * test_values(80 + number, count).detach()
                hard, soft = task(3 * outputs, teacher, temperature)
                loss = weight * temperature**2 * soft + (1 - weight) * hard
                loss.backward()
                losses.append(loss)
                gradients.append(outputs.grad / 3)
        emit(f"{task.__name__.upper()}_LOSS", torch.stack(losses))
        emit(f"{task.__name__.upper()}_GRADIENT", torch.stack(gradients))


if __name__ == "__main__":
    main()
