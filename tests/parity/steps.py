"""Steps of `mpibert train` beside the same steps by PyTorch: what sequences they compute, their
losses, and the models to begin with."""

import itertools
import json
import shutil
import subprocess

import torch
from transformers import get_linear_schedule_with_warmup
from transformers.utils import logging

from common import MPIRUN
from peer_training import make_optimizer

logging.set_verbosity_error()  # heads that start at random are meant to
logging.disable_progress_bar()
WEIGHT_DECAY, MAX_NORM = 0.01, 1.0


def write_model(kind, source, folder, seed=7):
    """transformers' `kind` of model on the encoder of `source`, its head drawn by `seed`, without
    dropout."""
    torch.manual_seed(seed)
    model = kind.from_pretrained(
        source, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)  # fmt: skip
    model.save_pretrained(folder)
    for path in source.iterdir():
        if path.name.startswith(("vocab", "tokenizer", "special_tokens")):
            shutil.copy(path, folder)
    return folder


def program_of_tests(program, folder, name):
    """One that the tests have beside the program itself."""
    return program.parent / "tests" / folder / name


def read_steps(program, model, shards, batch_size, steps, seed, *masking):
    """[[sequence]] by step, as tests/step/print_steps.c prints them."""
    command = [program_of_tests(program, "step", "print_steps"), model, shards, batch_size, steps, seed]
    done = subprocess.run([str(part) for part in [*command, *masking]], check=True, capture_output=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [list(group) for _, group in itertools.groupby(lines, lambda line: line["step"])]


def train(program, run, *settings):
    """The loss of each step of a run on two ranks; sequences are numbered as in their shards."""
    subprocess.run(
        [*MPIRUN, "-n", "2", program, "train", f"checkpoint.directory={run}", "logging.every_steps=1",
         "data.shuffle=false", f"training.weight_decay={WEIGHT_DECAY}",
         f"training.max_grad_norm={MAX_NORM}", *settings],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
    lines = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
    return [line["loss"] for line in lines if "loss" in line]


def evaluate(program, model, data, *settings):
    """The metrics of a model, by two ranks."""
    done = subprocess.run(
        [*MPIRUN, "-n", "2", program, "evaluate", "--model", model, "--data", data, *settings],
        check=True, capture_output=True)  # fmt: skip
    return json.loads(done.stdout)


def of_equal_length(sequences):
    """Batches that need no padding."""
    by_length = lambda sequence: len(sequence["tokens"])
    return [list(group) for _, group in itertools.groupby(sorted(sequences, key=by_length), by_length)]


def take_steps(model, steps, rate, sum_losses, count):
    """Losses of AdamW steps at a rate that falls linearly to 0, as transformers' Trainer takes them.
    sum_losses(model, sequences of equal length) over count(all sequences of the step) is the loss."""
    optimizer = make_optimizer(model, rate, WEIGHT_DECAY)
    schedule = get_linear_schedule_with_warmup(optimizer, 0, len(steps))
    model.train()
    losses = []
    for step in steps:
        loss = 0.0
        for batch in of_equal_length(step):
            part = sum_losses(model, batch) / count(step)
            part.backward()
            loss += part.item()
        losses.append(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    return losses


def worst_difference(ours, theirs):
    if len(ours) != len(theirs):
        raise SystemExit(f"{len(ours)} losses were logged, {len(theirs)} were expected")
    return max(abs(a - b) for a, b in zip(ours, theirs))
