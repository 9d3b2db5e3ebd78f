#!/usr/bin/env python3
"""Writes kernel_goldens.h: what PyTorch gives for the inputs that tests/check.h makes.

Usage: make_kernel_goldens.py > kernel_goldens.h     (needs torch and numpy)
"""
import numpy as np
import torch
import torch.nn.functional as F


def test_values(seed, *shape):
    """test_value(seed, 0 ...) of tests/check.h"""
    with np.errstate(over="ignore"):
        x = np.uint32(seed) * np.uint32(0x9E3779B1) + np.arange(np.prod(shape), dtype=np.uint32)
        x = (x ^ x >> np.uint32(16)) * np.uint32(0x7FEB352D)
        x = (x ^ x >> np.uint32(15)) * np.uint32(0x846CA68B)
        x = x ^ x >> np.uint32(16)
    values = (x >> np.uint32(8)).astype(np.float64) / 8388608.0 - 1.0
    return torch.tensor(values.reshape(shape), dtype=torch.float64, requires_grad=True)


def c_number(value):
    if np.isnan(value):
        return "NAN"
    if np.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    return f"{value:.9g}"


def emit(name, tensor):
    values = np.asarray(tensor.detach()).reshape(-1)
    lines = [", ".join(c_number(v) for v in values[i:i + 6]) for i in range(0, len(values), 6)]
    print(f"static const double {name}[] = {{\n    " + ",\n    ".join(lines) + "};\n")


def layernorm():
    x, u = test_values(1, 3, 37), test_values(2, 3, 37)
    gamma, beta = test_values(3, 37), test_values(4, 37)
    y = F.layer_norm(x, (37,), gamma, beta, 1e-12)
    (y * u).sum().backward()
    emit("LAYERNORM_Y", y)
    emit("LAYERNORM_DX", x.grad)
    emit("LAYERNORM_DGAMMA", gamma.grad)
    emit("LAYERNORM_DBETA", beta.grad)


def activation(name, function):
    x = test_values(5, 29)
    y = function(4 * x)
    (y * test_values(6, 29)).sum().backward()
    emit(f"{name}_Y", y)
    emit(f"{name}_DX", x.grad / 4)


def attention():
    q, k, v, u = (test_values(seed, 7, 8) for seed in (7, 8, 9, 10))
    scores = q @ k.T / 8**0.5
    o = torch.softmax(scores, -1) @ v
    (o * u).sum().backward()
    emit("ATTENTION_O", o)
    emit("ATTENTION_LSE", torch.logsumexp(scores, -1))
    emit("ATTENTION_DQ", q.grad)
    emit("ATTENTION_DK", k.grad)
    emit("ATTENTION_DV", v.grad)


def cross_entropy(name, smoothing):
    logits = test_values(11, 4, 5)
    labels = torch.tensor([0, 4, 2, 1])
    losses = F.cross_entropy(5 * logits, labels, label_smoothing=smoothing, reduction="none")
    (0.25 * losses).sum().backward()
    emit(f"{name}_LOSS", losses)
    emit(f"{name}_DLOGITS", logits.grad / 5)


def weighted_cross_entropy(name, smoothing):
    """The mean that PyTorch makes of rows: divided by the sum of their labels' weights."""
    logits = test_values(11, 4, 5)
    weights = 1.5 + test_values(12, 5).detach()
    labels = torch.tensor([0, 4, 2, 1])
    loss = torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=smoothing)(5 * logits, labels)
    loss.backward()
    emit(f"{name}_LOSS", loss)
    emit(f"{name}_DLOGITS", logits.grad / 5)


def binary_cross_entropy(name, smoothing, positive_weights):
    logits = test_values(13, 4, 5)
    targets = (test_values(14, 4, 5).detach() > 0).double()
    smoothed = (1 - smoothing) * targets + smoothing / 2
    module = torch.nn.BCEWithLogitsLoss(pos_weight=positive_weights, reduction="none")
    losses = module(5 * logits, smoothed).mean(1)
    (0.25 * losses).sum().backward()
    emit(f"{name}_LOSS", losses)
    emit(f"{name}_DLOGITS", logits.grad / 5)


def squared_error():
    outputs = test_values(13, 4, 5)
    losses = torch.nn.MSELoss(reduction="none")(5 * outputs, test_values(14, 4, 5).detach()).mean(1)
    (0.25 * losses).sum().backward()
    emit("SQUARED_ERROR_LOSS", losses)
    emit("SQUARED_ERROR_DOUTPUTS", outputs.grad / 5)


EXTREMES = [1e4, -1e4, float("inf"), float("-inf"), float("nan")]


def extremes(name, losses_of, rows):
    """Loss and gradient of each row, in turn."""
    losses, gradients = [], []
    for row in rows:
        x = torch.tensor(row, dtype=torch.float64, requires_grad=True)
        loss = losses_of(x)
        loss.backward()
        losses.append(loss.detach())
        gradients.append(x.grad)
    emit(f"EXTREME_{name}_LOSS", torch.stack(losses))
    emit(f"EXTREME_{name}_GRADIENT", torch.stack(gradients))


def extreme_cross_entropy(name, smoothing):
    rows = [[value, 0.0, 1.0] for value in EXTREMES]
    for label in (0, 1):
        extremes(f"{name}_{label}", lambda x: F.cross_entropy(
            x, torch.tensor(label), label_smoothing=smoothing), rows)


def main():
    print("#pragma once\n\n/* Made by make_kernel_goldens.py with PyTorch in double precision. */\n\n#include <math.h>\n")
    layernorm()
    activation("GELU", F.gelu)
    activation("SILU", F.silu)
    activation("TANH", torch.tanh)
    activation("RELU", torch.relu)
    attention()
    cross_entropy("CROSS_ENTROPY", 0.0)
    cross_entropy("SMOOTHED", 0.1)
    weighted_cross_entropy("WEIGHTED", 0.0)
    weighted_cross_entropy("WEIGHTED_SMOOTHED", 0.1)
    binary_cross_entropy("BINARY", 0.0, None)
    binary_cross_entropy("BINARY_WEIGHTED", 0.0, 1.5 + test_values(12, 5).detach())
    binary_cross_entropy("BINARY_SMOOTHED", 0.1, 1.5 + test_values(12, 5).detach())
    squared_error()
    extreme_cross_entropy("SOFTMAX", 0.0)
    extreme_cross_entropy("SOFTMAX_SMOOTHED", 0.1)
    for target in (0.0, 1.0):
        extremes(f"BINARY_{target:.0f}", lambda x: F.binary_cross_entropy_with_logits(
            x, torch.tensor([target], dtype=torch.float64)), [[value] for value in EXTREMES])
    extremes("SQUARED", lambda x: F.mse_loss(x, torch.zeros(1, dtype=torch.float64)),
             [[value] for value in EXTREMES])


if __name__ == "__main__":
    main()
