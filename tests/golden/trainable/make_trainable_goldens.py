"""Makes trainable_goldens.h: how the tiny models of tests/golden/model learn by PyTorch where parts of
them are frozen.

    python3 tests/golden/trainable/make_trainable_goldens.py

For each way of training the losses before each of ten AdamW steps and after the last, and how many
values are trained in the first. Four steps are an epoch; what is frozen has requires_grad unset, and one
optimizer over all parameters passes over what has no gradient. Everything is computed in float64.
"""

import pathlib
import sys

import torch
from transformers import AutoModelForSequenceClassification

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "model"), str(HERE.parent / "eval")]

import goldens  # noqa: E402
from make_model_goldens import (  # noqa: E402
    LEARNING_RATE, MAX_NORM, STEPS, WEIGHT_DECAY, padded, ragged_batch)

STEPS_PER_EPOCH = 4
BASE = {"bert": "bert.", "distilbert": "distilbert."}
LAYER = {"bert": "encoder.layer.", "distilbert": "transformer.layer."}


def layer_of(family, name):
    """-1 embeddings, 2 (of 2 layers) the head and what else follows the layers."""
    if LAYER[family] in name:
        return int(name.split(LAYER[family])[1].split(".")[0])
    return -1 if "embeddings" in name else 2


def is_trained(family, way, name):
    if way == "all" or not name.startswith(BASE[family]):
        return True
    if way.startswith("top:"):
        return layer_of(family, name) >= 2 - int(way[4:])
    if way == "bitfit":
        return name.endswith(".bias")
    if way.startswith("["):
        return any(f".{part}." in f".{name}." for part in way[1:-1].split(","))
    return False


def groups(model, family, decay):
    """A group a tensor: its weight decay, and its layer's rate."""
    return [{"params": [p], "weight_decay": WEIGHT_DECAY if p.dim() == 2 else 0.0,
             "lr": LEARNING_RATE * decay ** (2 - layer_of(family, name))}
            for name, p in model.named_parameters()]


def train(family, stages, decay):
    model = AutoModelForSequenceClassification.from_pretrained(
        HERE.parent / "model" / family, attn_implementation="eager").double().eval()
    sequences, segment_b, labels = ragged_batch(model.config.num_labels, family == "bert")
    inputs = padded(sequences, segment_b, has_types=family == "bert")
    optimizer = torch.optim.AdamW(groups(model, family, decay), betas=(0.9, 0.999), eps=1e-8)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (STEPS - step) / STEPS)
    losses = []
    for step in range(STEPS + 1):
        way = stages[max(e for e in stages if e <= step // STEPS_PER_EPOCH)]
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(is_trained(family, way, name))
        optimizer.zero_grad()
        loss = model(**inputs, labels=torch.tensor(labels)).loss
        losses.append(loss.item())
        if step < STEPS:
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
            optimizer.step()
            schedule.step()
    count = sum(p.numel() for n, p in model.named_parameters() if is_trained(family, stages[0], n))
    print(family, stages, count, [round(x, 4) for x in losses])
    return losses, count


GRADUAL = {0: "head", 1: "top:1", 2: "all"}
CASES = [
    ("BERT_HEAD", "bert", {0: "head"}, 1.0),
    ("BERT_TOP", "bert", {0: "top:1"}, 1.0),
    ("BERT_BITFIT", "bert", {0: "bitfit"}, 1.0),
    ("BERT_NAMED", "bert", {0: "[encoder.layer.0,LayerNorm]"}, 1.0),
    ("BERT_GRADUAL", "bert", GRADUAL, 1.0),
    ("BERT_DECAY", "bert", {0: "all"}, 0.7),
    ("DISTILBERT_HEAD", "distilbert", {0: "head"}, 1.0),
    ("DISTILBERT_BITFIT", "distilbert", {0: "bitfit"}, 1.0),
    ("DISTILBERT_GRADUAL", "distilbert", GRADUAL, 0.8),
]


if __name__ == "__main__":
    torch.set_num_threads(1)
    text = ""
    for case, family, stages, decay in CASES:
        losses, count = train(family, stages, decay)
        text += goldens.array("double", f"{case}_LOSSES", losses)
        text += f"enum {{ {case}_TRAINED = {count} }};\n"
    goldens.write(__file__, "trainable_goldens.h", text)
