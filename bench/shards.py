"""What the peers read: the sequences in a folder of mpibert's shards, padded to batches."""
import dataclasses
import json
import pathlib

import h5py
import numpy as np


@dataclasses.dataclass
class Sequences:
    tokens: list  # of arrays of ids, [CLS] and [SEP] included
    labels: np.ndarray

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


def read_shards(folder):
    folder = pathlib.Path(folder)
    tokens, labels = [], []
    for entry in json.loads((folder / "manifest.json").read_text())["shards"]:
        with h5py.File(folder / entry["file"]) as shard:
            flat = shard["tokens"][:].astype(np.int64)
            tokens += np.split(flat, shard["offsets"][1:-1].astype(np.int64))
            labels.append(shard["labels"][:])
    return Sequences(tokens, np.concatenate(labels))
