#!/usr/bin/env python3
"""PyTorch + transformers as a peer: fine-tuning steps and forward passes on batches of shards."""
import contextlib
import pathlib
import time

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification

import peer
from shards import read_shards


def load_model(kind, folder, num_labels):
    """The weights of `folder`; random ones where it has only a configuration."""
    if (pathlib.Path(folder) / "model.safetensors").exists():
        return kind.from_pretrained(folder, num_labels=num_labels)
    return kind.from_config(AutoConfig.from_pretrained(folder, num_labels=num_labels))


class PyTorch:
    kind = AutoModelForSequenceClassification

    def __init__(self, args):
        torch.set_num_threads(args.threads)
        torch.manual_seed(42)
        self.sequences = read_shards(args.shards)
        self.model = load_model(self.kind, args.model, self.num_labels())
        self.compiled = torch.compile(self.model)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-5, weight_decay=0.01,
                                           fused=True)

    def num_labels(self):
        return int(self.sequences.labels.max()) + 1

    def inputs(self, batch, pad_to):
        ids, mask = map(torch.from_numpy, self.sequences.pad(batch, pad_to))
        # Without padding, a mask would only cost attention its fastest form.
        return {"input_ids": ids, "attention_mask": None if mask.all() else mask}

    def loss(self, model, batch, pad_to):
        labels = torch.from_numpy(self.sequences.labels[batch]).long()
        return model(**self.inputs(batch, pad_to), labels=labels).loss

    def add_gradients(self, model, precision, batch, pad_to, share):
        with precision:
            loss = self.loss(model, batch, pad_to)
        (loss * share).backward()

    def train(self, model, precision, batches, pad_to):
        examples = sum(map(len, batches))
        for batch in batches:
            self.add_gradients(model, precision, batch, pad_to, len(batch) / examples)
        self.update()

    def update(self):
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def infer(self, model, precision, batches, pad_to):
        with torch.inference_mode(), precision:
            for batch in batches:
                model(**self.inputs(batch, pad_to))

    def run(self, steps, training=True, compiled=False, bf16=False, pad_to=None):
        """A step is a list of batches, whose gradients are added up in training."""
        model = self.compiled if compiled else self.model
        precision = torch.autocast("cpu", torch.bfloat16) if bf16 else contextlib.nullcontext()
        work = self.train if training else self.infer
        self.model.train(training)
        seconds = []
        for batches in steps:
            start = time.perf_counter()
            work(model, precision, batches, pad_to)
            seconds.append(time.perf_counter() - start)
        return seconds


if __name__ == "__main__":
    peer.serve(lambda arguments: PyTorch(arguments).run)
