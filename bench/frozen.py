"""Training of a part of a model: against training all of it, and a linear probe against transformers."""
import pathlib
import statistics
import time

import recipe_data
import torch
from recipe_runs import (
    Recipe,
    evaluate,
    make_shards,
    peer_training,
    run_ours,
    shuffled_batches,
)
from rows import Row, row_of_speed
from training import BATCH
from turns import take_turns

EVERYTHING = "model.trainable=all"
WAYS = {  # what is trained, and how many times faster a step should be
    "model.trainable=top:2": 2.1,
    "model.trainable=head": 2.8,
    "model.trainable=bitfit": None,
    "model.lora.rank=8": 1.3,
}
PROBE = Recipe("newsgroups4, linear probe", recipe_data.newsgroups, ["accuracy"], epochs=20,
               learning_rate=1e-3, warmup_ratio=0.0)


def parts(setting):
    """BERT-Base, random weights, 16 x 128 tokens, fp32: steps of mpibert that train a part of the
    model against steps that train all of it. Tokens stay on disk, so that the frozen encoder of the
    head runs in every step."""
    model, steps = setting.model("base"), setting.steps(3)
    shards = setting.shards_of_lengths("equal", [128] * (steps + 1) * BATCH)

    def side(way):
        return lambda _: setting.program.train(model, shards, steps, BATCH, way,
                                               "data.streaming=true")

    runs = take_turns({way: side(way) for way in (EVERYTHING, *WAYS)}, setting.rounds)
    return [row_of_speed("Base", runs, way, EVERYTHING, at_least=target)
            for way, target in WAYS.items()]


def our_probe(shards, setting):
    """Seconds of the whole command, and the accuracy of its last epoch in percent."""
    start = time.monotonic()
    lines = run_ours(PROBE, shards, setting, setting.minilm, "model.trainable=head",
                     "checkpoint.keep=1")
    seconds = time.monotonic() - start
    return seconds, 100 * [line for line in lines if "eval_loss" in line][-1]["eval_accuracy"]


def their_probe(shards, setting, epochs):
    """Seconds of an epoch and its validation, and the accuracy after the last one."""
    torch.set_num_threads(setting.threads)
    torch.manual_seed(1)
    corpus, validation = (peer_training.read_corpus(path)
                          for path in map(pathlib.Path, (shards.train, shards.validation)))
    model, _ = peer_training.load("classification", setting.minilm,
                                  num_labels=len(corpus.label_names))
    model.base_model.requires_grad_(False)
    an_epoch = -(-len(corpus.examples) // BATCH)
    start = time.monotonic()
    peer_training.train(model, shuffled_batches(PROBE, corpus, 1), an_epoch * epochs,
                        PROBE.learning_rate, 0.0)
    trained = time.monotonic() - start
    start = time.monotonic()
    scores = evaluate(PROBE, model.eval(), validation)
    return trained / epochs + time.monotonic() - start, scores["accuracy"]


def probe(setting):
    """A linear probe of MiniLM on newsgroups4's training set (2,323 texts, validated on 1,546), 20
    epochs: the whole command, against transformers with its base model frozen, whose epochs with their
    validations are alike; the first round takes all 20 of them, the others one."""
    shards = make_shards(PROBE, setting)
    ours, theirs = [], []
    for number in range(setting.rounds):
        ours.append(our_probe(shards, setting))
        theirs.append(their_probe(shards, setting, 1 if number > 0 or setting.quick else PROBE.epochs))
    seconds = [PROBE.epochs * run[0] for run in theirs]
    return [Row("20 epochs", "mpibert", "transformers", statistics.median(run[0] for run in ours),
                statistics.median(seconds), "s",
                [b / a[0] for a, b in zip(ours, seconds)], at_least=15.0,
                note=f"accuracy {ours[0][1]:.2f} %, transformers {theirs[0][1]:.2f} %")]
