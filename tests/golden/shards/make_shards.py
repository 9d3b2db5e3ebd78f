#!/usr/bin/env python3
"""Writes one shard and its manifest with h5py, as the format's description says, for
tests/shards/test_shards.c: our reader must understand what another program wrote."""
import hashlib
import json
import pathlib

import h5py
import numpy as np

OUT = pathlib.Path(__file__).parent
NAME = "shard-00000-of-00001.h5"
VOCAB = hashlib.sha256(b"vocabulary").hexdigest()
SOURCE = hashlib.sha256(b"source").hexdigest()
KEY = hashlib.sha256(b"key").hexdigest()
TRUNCATION = {
    "texts": 3,
    "truncated_texts": 1,
    "tokens": 7,
    "tokens_cut": 2,
    "targets": 0,
    "targets_cut": 0,
    "skipped": 1,
}
TOKENS = [2, 10, 11, 3, 2, 12, 3, 13, 14, 3, 2, 3]
OFFSETS = [0, 4, 10, 12]


def write_shard(path):
    with h5py.File(path, "w", libver="earliest") as f:
        for name, data, kind in [
            ("tokens", TOKENS, "u2"),
            ("offsets", OFFSETS, "u8"),
            ("segment_b", [4, 3, 2], "u4"),
            ("document", [0, 2, 3], "u8"),
            ("chunk", [0, 0, 0], "u4"),
            ("labels", [1, 0, 1], "i4"),
        ]:
            array = np.array(data, dtype=kind)
            f.create_dataset(name, data=array, chunks=array.shape, fletcher32=True)
        text = h5py.string_dtype("utf-8")
        f.create_dataset("id", data=["a", "b/1", "\u00e7"], dtype=text)
        f.attrs["label_names"] = np.array(["no", "yes"], dtype=text)
        for name, value in {
            "format": "mpibert-shard",
            "task": "classification",
            "stride_mode": "overlap",
            "truncation": "truncate",
            "vocab_sha256": VOCAB,
            "tokenizer": "tiny",
            "source_sha256": SOURCE,
            "key": KEY,
            "options": "{}",
            "program": "h5py",
        }.items():
            f.attrs[name] = value
        for name, value in {
            "version": 1,
            "max_seq_length": 8,
            "stride": 0,
            "vocab_size": 20,
            "num_documents": 3,
            "num_source_documents": 5,
            "num_texts": TRUNCATION["texts"],
            "num_truncated_texts": TRUNCATION["truncated_texts"],
            "num_text_tokens": TRUNCATION["tokens"],
            "num_tokens_cut": TRUNCATION["tokens_cut"],
            "num_targets": TRUNCATION["targets"],
            "num_targets_cut": TRUNCATION["targets_cut"],
            "num_skipped": TRUNCATION["skipped"],
        }.items():
            f.attrs[name] = np.int64(value)


def main():
    write_shard(OUT / NAME)
    counts = {"sequences": 3, "tokens": 12, "documents": 3}
    digest = hashlib.sha256((OUT / NAME).read_bytes()).hexdigest()
    manifest = {
        "format": "mpibert-shard",
        "version": 1,
        "task": "classification",
        "label_names": ["no", "yes"],
        "vocab_sha256": VOCAB,
        "vocab_size": 20,
        "tokenizer": "tiny",
        "max_seq_length": 8,
        "long_documents": "truncate",
        "stride": 0,
        "stride_mode": "overlap",
        "source_sha256": SOURCE,
        "key": KEY,
        "source_documents": 5,
        "options": {},
        "truncation": TRUNCATION,
        "program": "h5py",
        "shards": [{"file": NAME, **counts, "sha256": digest}],
        **counts,
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


main()
