#!/usr/bin/env python3
"""Writes adamw_goldens.h and schedule_goldens.h beside itself: what torch.optim.AdamW and transformers' schedules give.

Needs torch==2.13.0 and transformers==5.23.0.
"""
import pathlib

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
    write("schedule_goldens.h", "".join(map(schedule, SCHEDULES)))


if __name__ == "__main__":
    main()
