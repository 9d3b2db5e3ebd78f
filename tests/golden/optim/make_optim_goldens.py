#!/usr/bin/env python3
"""Writes adamw_goldens.h, lamb_goldens.h and schedule_goldens.h beside itself: what torch.optim.AdamW,
LAMB as its paper has it, and transformers' schedules give.

Needs torch==2.13.0 and transformers==5.23.0.
"""
import pathlib

import numpy as np
import torch
from transformers import get_scheduler

COUNT, STEPS = 24, 10
SCHEDULES = ("linear", "cosine", "constant_with_warmup", "polynomial")


def c_array(kind, suffix, name, values, digits):
    texts = []
    for value in values:
        text = f"{value:.{digits}g}"
        texts.append(text + ("" if "." in text or "e" in text else ".0") + suffix)
    return f"static const {kind} {name}[] = {{{', '.join(texts)}}};\n"


def adamw():
    torch.manual_seed(0)
    weights = torch.nn.Parameter(torch.randn(COUNT))
    optimizer = torch.optim.AdamW([weights], lr=3e-3, weight_decay=0.01)
    start, gradients = weights.detach().clone(), []
    for step in range(STEPS):
        weights.grad = torch.randn(COUNT) * 10.0 ** (step % 4 - 2)
        gradients.append(weights.grad.clone())
        optimizer.step()
    return (c_array("float", "f", "ADAMW_START", start.tolist(), 9)
            + c_array("float", "f", "ADAMW_GRADIENTS", torch.cat(gradients).tolist(), 9)
            + c_array("float", "f", "ADAMW_END", weights.tolist(), 9))


# Shape and layer of each tensor of a BERT with 11 words, 6 columns and one layer, in the order of its
# parameters; -1 are the embeddings, 1 the head.
TENSORS = (
    [((11, 6), -1), ((5, 6), -1), ((2, 6), -1), ((6,), -1), ((6,), -1)]
    + [((6, 6), 0)] * 3 + [((6,), 0)] * 3 + [((6, 6), 0)] + [((6,), 0)] * 3
    + [((10, 6), 0), ((10,), 0), ((6, 10), 0)] + [((6,), 0)] * 3
    + [((6, 6), 1), ((6,), 1), ((3, 6), 1), ((3,), 1)]
)
WORDS, POSITIONS, CLASSIFIER = 0, 1, 23


def test_values(seed, shape):
    """test_value(seed, 0 ...) of tests/check.h"""
    with np.errstate(over="ignore"):
        x = np.uint32(seed) * np.uint32(0x9E3779B1) + np.arange(np.prod(shape), dtype=np.uint32)
        x = (x ^ x >> np.uint32(16)) * np.uint32(0x7FEB352D)
        x = (x ^ x >> np.uint32(15)) * np.uint32(0x846CA68B)
        x = x ^ x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.float32) / np.float32(8388608) - np.float32(1)).reshape(shape)


def lamb_start(tensor, shape):
    """Positions and classifier begin at 0, where there is no trust ratio."""
    scale = 0 if tensor in (POSITIONS, CLASSIFIER) else 0.3
    return (np.float32(scale) * test_values(100 + tensor, shape)).astype(np.float64)


def lamb_gradient(step, tensor, shape):
    """Most words are used; positions have no gradient at first, so that their update is 0 as well."""
    scale = np.float32([0.01, 0.1, 1, 10][step % 4])
    gradient = (scale * test_values(1000 * step + tensor, shape)).astype(np.float64)
    if tensor == WORDS:
        rows = np.arange(shape[0])
        gradient[((rows + step) % 3 == 0) | (rows == shape[0] - 1)] = 0
    if tensor == POSITIONS and step <= 3:
        gradient[:] = 0
    return gradient


def lamb(beta1=0.9, beta2=0.999, epsilon=1e-6, decay=0.01, max_norm=1.0, layer_decay=0.9):
    """Algorithm 2 of You et al., 2020, with clipping by the norm of all gradients before it, the bias
    correction of Adam, and neither decay nor trust ratio for vectors."""
    weights = [lamb_start(i, shape) for i, (shape, _) in enumerate(TENSORS)]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    for step in range(1, STEPS + 1):
        gradients = [lamb_gradient(step, i, shape) for i, (shape, _) in enumerate(TENSORS)]
        norm = np.sqrt(sum((g * g).sum() for g in gradients))
        for i, (shape, layer) in enumerate(TENSORS):
            g = gradients[i] * min(1, max_norm / (norm + 1e-6))
            first[i] = beta1 * first[i] + (1 - beta1) * g
            second[i] = beta2 * second[i] + (1 - beta2) * g * g
            ratio = first[i] / (1 - beta1**step) / (np.sqrt(second[i] / (1 - beta2**step)) + epsilon)
            matrix = len(shape) == 2
            update = ratio + (decay * weights[i] if matrix else 0)
            sizes = np.linalg.norm(weights[i]), np.linalg.norm(update)
            trust = sizes[0] / sizes[1] if matrix and min(sizes) > 0 else 1
            rate = 0.02 * (1 - (step - 1) / STEPS) * layer_decay ** (1 - layer)
            weights[i] = weights[i] - rate * trust * update
    return c_array("float", "f", "LAMB_END", np.concatenate([w.reshape(-1) for w in weights]).tolist(), 9)


def schedule(name):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=2e-5)
    scheduler = get_scheduler(name, optimizer, num_warmup_steps=3, num_training_steps=12)
    rates = []
    for _ in range(12):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return c_array("double", "", name.upper(), rates, 17)


def write(name, text):
    head = "/* Written by make_optim_goldens.py; not for editing. */\n\n"
    pathlib.Path(__file__).with_name(name).write_text(head + text)


def main():
    write("adamw_goldens.h", adamw())
    write("lamb_goldens.h", lamb())
    write("schedule_goldens.h", "".join(map(schedule, SCHEDULES)))


if __name__ == "__main__":
    main()
