"""Training by PyTorch and transformers' own models on the sequences of mpibert's shards.

The order of an epoch and the masked words of a sequence are functions of the seed alone; both are
written here once more (Philox 4x32 with 10 rounds, Salmon et al. 2011), so that a loss curve can be
compared step by step.
"""

import dataclasses
import itertools
import math

import torch
import transformers
from common import open_shards, read_manifest
from transformers import get_linear_schedule_with_warmup

transformers.logging.set_verbosity_error()  # scripts say themselves what they do
transformers.logging.disable_progress_bar()

WORD = 2**32 - 1
SHUFFLE = 0x73687566 << 32  # "shuf" and "mask" keep the draws of one seed apart
MASK = 0x6D61736B << 32
EVALUATION = 2**32 - 1  # instead of an epoch
IGNORED = -100  # by the loss

MODELS = {
    "classification": "AutoModelForSequenceClassification",
    "multilabel": "AutoModelForSequenceClassification",
    "regression": "AutoModelForSequenceClassification",
    "token": "AutoModelForTokenClassification",
    "qa": "AutoModelForQuestionAnswering",
    "choice": "AutoModelForMultipleChoice",
    "mlm": "AutoModelForMaskedLM",
    "pretraining": "AutoModelForPreTraining",
}


def philox(key, counter):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & WORD, (p0 >> 32) ^ c3 ^ k1, p0 & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


def stream(seed, purpose):
    """The key of one use of the seed."""
    halves = (purpose & WORD, purpose >> 32)
    return philox((seed & WORD, seed >> 32), (*halves, 0x6D706962, 0x65727431))[:2]


def epoch_order(seed, epoch, count):
    """Fisher and Yates' shuffle of 0 .. count - 1."""
    key = stream(seed, SHUFFLE ^ epoch)
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        low, high, _, _ = philox(key, (i, 0, 0, 0))
        j = (high << 32 | low) * (i + 1) >> 64
        order[i], order[j] = order[j], order[i]
    return order


def plan(seed, num_examples, batch_size, steps):
    """(epoch, numbers of examples) of each step; the last batch of an epoch may be smaller."""
    for step in range(steps):
        epoch, batch = divmod(step, math.ceil(num_examples / batch_size))
        if batch == 0:
            order = epoch_order(seed, epoch, num_examples)
        yield epoch, order[batch * batch_size : (batch + 1) * batch_size]


@dataclasses.dataclass
class Sequence:
    number: int  # within the set
    tokens: list
    segment_b: int  # where token type 1 begins
    document: int
    target: object  # of the task


@dataclasses.dataclass
class Corpus:
    """The sequences of a folder of shards, and what belongs together as examples."""

    task: str
    label_names: list
    sequences: list

    @property
    def examples(self):
        if self.task != "choice":
            return [[sequence] for sequence in self.sequences]
        by_document = itertools.groupby(self.sequences, lambda sequence: sequence.document)
        return [list(choices) for _, choices in by_document]


def read_targets(shard, offsets):
    if "answers" in shard:
        return zip(shard["answers/start"][:].tolist(), shard["answers/end"][:].tolist())
    if "labels" not in shard:
        return itertools.repeat(None)
    labels = shard["labels"][:].tolist()
    if shard.attrs["task"] == "token":
        return [labels[begin:end] for begin, end in itertools.pairwise(offsets)]
    return labels


def read_corpus(folder):
    manifest = read_manifest(folder)
    sequences = []
    for _, _, shard in open_shards(folder):
        tokens, offsets = shard["tokens"][:].tolist(), shard["offsets"][:].tolist()
        rows = zip(itertools.pairwise(offsets), shard["segment_b"][:].tolist(),
                   shard["document"][:].tolist(), read_targets(shard, offsets))  # fmt: skip
        sequences += [Sequence(number, tokens[begin:end], segment_b, document, target)
                      for number, ((begin, end), segment_b, document, target)
                      in enumerate(rows, len(sequences))]  # fmt: skip
    return Corpus(manifest["task"], manifest["label_names"], sequences)


@dataclasses.dataclass
class Masking:
    """Masked words, as DataCollatorForLanguageModeling shares them out: 15 %, 80 / 10 / 10."""

    vocabulary: list
    seed: int
    probability: float = 0.15

    def __call__(self, sequence, epoch):
        """The ids that the model sees, and those that it is to say."""
        key = stream(0 if epoch == EVALUATION else self.seed, MASK + epoch)
        ids, labels = [], []
        for position, token in enumerate(sequence.tokens):
            pick, share, other, _ = philox(key, (sequence.number, 0, position, 0))
            special = self.vocabulary[token] in ("[CLS]", "[SEP]", "[PAD]")
            chosen = not special and pick / 2**32 < self.probability
            labels.append(token if chosen else IGNORED)
            if chosen and share / 2**32 < 0.8:
                token = self.vocabulary.index("[MASK]")
            elif chosen and share / 2**32 < 0.9:
                token = other * len(self.vocabulary) >> 32
            ids.append(token)
        return ids, labels


def pad(rows, value, length):
    return torch.tensor([row + [value] * (length - len(row)) for row in rows])


def make_inputs(rows, sequences, family):
    """`rows` are the sequences' ids; DistilBERT knows no token types."""
    longest = max(map(len, rows))
    inputs = {"input_ids": pad(rows, 0, longest),
              "attention_mask": pad([[1] * len(row) for row in rows], 0, longest)}  # fmt: skip
    if family == "bert":
        types = [[int(i >= sequence.segment_b) for i in range(len(sequence.tokens))]
                 for sequence in sequences]  # fmt: skip
        inputs["token_type_ids"] = pad(types, 0, longest)
    return inputs


def make_batch(task, family, examples, masking=None, epoch=EVALUATION):
    """What transformers' model of the task takes, its labels included, padded to the longest."""
    sequences = [sequence for example in examples for sequence in example]
    rows = [sequence.tokens for sequence in sequences]
    targets = [sequence.target for sequence in sequences]
    labels = []
    if masking is not None:
        rows, labels = zip(*(masking(sequence, epoch) for sequence in sequences))
    batch = make_inputs(rows, sequences, family)
    longest = batch["input_ids"].shape[1]
    if task == "token":
        batch["labels"] = pad(targets, IGNORED, longest)
    elif task == "qa":
        batch["start_positions"], batch["end_positions"] = torch.tensor(targets).T
    elif task in ("mlm", "pretraining"):
        batch["labels"] = pad(labels, IGNORED, longest)
    elif task == "choice":
        batch = {name: x.view(len(examples), -1, longest) for name, x in batch.items()}
        batch["labels"] = torch.tensor([example[0].target for example in examples])
    else:
        batch["labels"] = torch.tensor(targets)
    if task == "pretraining":
        batch["next_sentence_label"] = torch.tensor(targets)
    return batch


def make_optimizer(model, learning_rate, weight_decay):
    """As transformers' Trainer: biases and LayerNorms do not decay."""
    groups = {True: [], False: []}
    for parameter in model.parameters():
        groups[parameter.dim() > 1].append(parameter)
    return torch.optim.AdamW([{"params": groups[True], "weight_decay": weight_decay},
                              {"params": groups[False], "weight_decay": 0.0}],
                             lr=learning_rate, fused=True)  # fmt: skip


def loss_of(outputs, batch):
    """transformers' own; of answers among real tokens alone, to which it adds the padded ones."""
    if "start_positions" not in batch:
        return outputs.loss
    padded = batch["attention_mask"] == 0
    ends = ((outputs.start_logits, batch["start_positions"]),
            (outputs.end_logits, batch["end_positions"]))  # fmt: skip
    return sum(torch.nn.functional.cross_entropy(logits.masked_fill(padded, -torch.inf), positions)
               for logits, positions in ends) / 2  # fmt: skip


def train(model, batches, steps, learning_rate, warmup_ratio, weight_decay=0.01):
    """The loss of each step, before its update."""
    optimizer = make_optimizer(model, learning_rate, weight_decay)
    warmup = math.ceil(steps * warmup_ratio)
    schedule = get_linear_schedule_with_warmup(optimizer, warmup, steps)
    losses = []
    model.train()
    for batch in batches:
        loss = loss_of(model(**batch), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    return losses


def load(task, folder, **options):
    """The model, and what does not fit between the file and transformers' class of the task."""
    model, info = getattr(transformers, MODELS[task]).from_pretrained(
        folder, output_loading_info=True, **options)  # fmt: skip
    names = ("missing_keys", "unexpected_keys", "mismatched_keys")
    return model, {name: sorted(info[name]) for name in names if info[name]}
