"""What the peers read: the sequences in a folder of mpibert's shards, padded to batches."""
import dataclasses
import json
import pathlib

import h5py
import numpy as np


@dataclasses.dataclass
class Sequences:
    tokens: list  # of arrays of ids, [CLS] and [SEP] included
    labels: np.ndarray | list | None  # a sequence each, or an array of each one's tokens
    segment_b: np.ndarray  # where token type 1 begins
    answers: np.ndarray | None  # (N, 2): first and last token

    @property
    def lengths(self):
        return np.array([len(ids) for ids in self.tokens])

    def pad(self, batch, pad_to=None):
        """ids and attention mask of these sequences, (B, S), S the longest's length or `pad_to`."""
        shape = (len(batch), pad_to or max(len(self.tokens[i]) for i in batch))
        ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, i in enumerate(batch):
            ids[row, : len(self.tokens[i])] = self.tokens[i]
            mask[row, : len(self.tokens[i])] = 1
        return ids, mask


def targets_of(shard, offsets):
    """The labels of one shard, and its answers."""
    labels = shard["labels"][:] if "labels" in shard else None
    if labels is not None and len(labels) != len(offsets) - 1:
        labels = np.split(labels, offsets[1:-1])
    answers = shard["answers"] if "answers" in shard else None
    if answers is not None:
        answers = np.stack([answers["start"][:], answers["end"][:]], axis=1)
    return labels, answers


def join(parts):
    """What the shards have, end to end."""
    if parts[0] is None:
        return None
    return sum(parts, []) if isinstance(parts[0], list) else np.concatenate(parts)


def read_shards(folder):
    folder = pathlib.Path(folder)
    tokens, segments, labels, answers = [], [], [], []
    for entry in json.loads((folder / "manifest.json").read_text())["shards"]:
        with h5py.File(folder / entry["file"]) as shard:
            offsets = shard["offsets"][:].astype(np.int64)
            tokens += np.split(shard["tokens"][:].astype(np.int64), offsets[1:-1])
            segments.append(shard["segment_b"][:])
            found = targets_of(shard, offsets)
            labels.append(found[0])
            answers.append(found[1])
    return Sequences(tokens, join(labels), join(segments), join(answers))
