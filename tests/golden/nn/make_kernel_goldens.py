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


def emit(name, tensor):
    values = np.asarray(tensor.detach()).reshape(-1)
    lines = [", ".join(f"{v:.9g}" for v in values[i:i + 6]) for i in range(0, len(values), 6)]
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


def main():
    print("#pragma once\n\n/* Made by make_kernel_goldens.py with PyTorch in double precision. */\n")
    layernorm()
    activation("GELU", F.gelu)
    activation("TANH", torch.tanh)
    activation("RELU", torch.relu)
    attention()
    cross_entropy("CROSS_ENTROPY", 0.0)
    cross_entropy("SMOOTHED", 0.1)


if __name__ == "__main__":
    main()
