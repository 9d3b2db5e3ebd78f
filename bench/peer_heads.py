#!/usr/bin/env python3
"""PyTorch + transformers as a peer that trains any of the heads."""
import pathlib

import torch
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForQuestionAnswering,
    AutoModelForTokenClassification,
)

import peer
from peer_pytorch import PyTorch

IGNORED = -100
MASKED = 0.15
ROWS = 64  # numbers of masked rows are rounded up to a multiple, so that shapes hardly change


class Tokens(PyTorch):
    kind = AutoModelForTokenClassification

    def num_labels(self):
        return max(int(labels.max()) for labels in self.sequences.labels) + 1

    def loss(self, model, batch, pad_to):
        inputs = self.inputs(batch, pad_to)
        labels = torch.full_like(inputs["input_ids"], IGNORED)
        for row, i in enumerate(batch):
            own = torch.from_numpy(self.sequences.labels[i])
            labels[row, : len(own)] = own
        return model(**inputs, labels=labels).loss


class Spans(PyTorch):
    kind = AutoModelForQuestionAnswering

    def num_labels(self):
        return 2

    def inputs(self, batch, pad_to):
        inputs = super().inputs(batch, pad_to)
        begins = torch.from_numpy(self.sequences.segment_b[batch].astype("int64"))
        places = torch.arange(inputs["input_ids"].shape[1])
        return inputs | {"token_type_ids": (places >= begins[:, None]).long()}

    def loss(self, model, batch, pad_to):
        answers = torch.from_numpy(self.sequences.answers[batch]).long()
        return model(**self.inputs(batch, pad_to), start_positions=answers[:, 0],
                     end_positions=answers[:, 1]).loss


class MaskedRows(torch.nn.Module):
    """The loss of a masked language model whose decoder computes the masked rows only."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, rows, words, **inputs):
        hidden = self.model.base_model(**inputs).last_hidden_state
        scores = self.model.cls(hidden.flatten(0, 1).index_select(0, rows))
        return torch.nn.functional.cross_entropy(scores.float(), words, ignore_index=IGNORED)


class Words(PyTorch):
    kind = AutoModelForMaskedLM

    def __init__(self, args):
        super().__init__(args)
        pieces = pathlib.Path(args.model, "vocab.txt").read_text(encoding="utf-8").split("\n")
        self.num_words = self.model.config.vocab_size
        self.mask = pieces.index("[MASK]")
        self.special = torch.tensor([pieces.index(name) for name in ("[CLS]", "[SEP]", "[PAD]")])
        chosen = MaskedRows(self.model)
        self.forms = {False: (self.model, self.compiled), True: (chosen, torch.compile(chosen))}

    def num_labels(self):
        return 2

    def draw(self, ids):
        """Masks `ids` as run_mlm does; the words to name, IGNORED elsewhere."""
        chosen = (torch.rand(ids.shape) < MASKED) & ~torch.isin(ids, self.special)
        words = torch.where(chosen, ids, IGNORED)
        fate = torch.rand(ids.shape)
        ids[chosen & (fate < 0.8)] = self.mask
        random = chosen & (fate >= 0.9)
        ids[random] = torch.randint(self.num_words, (int(random.sum()),))
        return words

    def loss(self, model, batch, pad_to):
        inputs = self.inputs(batch, pad_to)
        words = self.draw(inputs["input_ids"])
        if not self.masked_rows:
            return model(**inputs, labels=words).loss
        words = words.flatten()
        rows = (words != IGNORED).nonzero().flatten()
        rest = -len(rows) % ROWS
        padding = torch.zeros(rest, dtype=rows.dtype)
        named = torch.cat([words[rows], torch.full_like(padding, IGNORED)])
        return model(rows=torch.cat([rows, padding]), words=named, **inputs)

    def run(self, steps, masked_rows=False, **how):
        self.masked_rows = masked_rows
        self.model, self.compiled = self.forms[masked_rows]
        return super().run(steps, **how)


HEADS = {"classification": PyTorch, "token": Tokens, "qa": Spans, "mlm": Words}

if __name__ == "__main__":
    peer.serve(lambda arguments: HEADS[arguments.task](arguments).run)
