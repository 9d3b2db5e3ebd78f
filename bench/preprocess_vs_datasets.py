#!/usr/bin/env python3
"""Preprocessing speed of mpibert against `datasets.map` with transformers' fast tokenizer.

Both sides read the same JSON lines, tokenise with truncation and write what training reads: mpibert
its HDF5 shards with --ranks ranks, the peer its Arrow files with as many processes. They take turns,
--rounds times; the medians, megabytes a second and their ratio are printed. The corpus is --data, a
folder with one sub-folder a class, repeated in random order until --megabytes are there.
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import arguments
import corpora
from mpibert import Mpibert


def make_corpus(args, path):
    texts = corpora.folder(args.data, args.encoding)
    rng = random.Random(42)
    with open(path, "w", encoding="utf-8") as out:
        while out.tell() < args.megabytes * 1e6:
            rng.shuffle(texts)
            out.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
        return out.tell()


def run_peer(model, corpus, cache, processes, max_length):
    """One run of the peer, in a process of its own; prints its seconds."""
    import datasets
    from transformers import AutoTokenizer

    datasets.disable_progress_bars()
    tokenizer = AutoTokenizer.from_pretrained(model)
    start = time.perf_counter()
    data = datasets.load_dataset("json", data_files=corpus, split="train", cache_dir=cache)
    data.map(lambda batch: tokenizer(batch["text"], truncation=True, max_length=int(max_length)),
             batched=True, num_proc=int(processes), remove_columns=["text"])
    print(time.perf_counter() - start)


def time_peer(args, corpus, work):
    cache = tempfile.mkdtemp(dir=work)
    command = [sys.executable, __file__, "peer", args.model, corpus, cache, args.ranks,
               args.max_length]
    environment = dict(os.environ, HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True,
                          env=environment)
    shutil.rmtree(cache)
    return float(done.stdout.strip().splitlines()[-1])


def time_mpibert(args, program, corpus):
    start = time.perf_counter()
    shards = program.preprocess(args.model, corpus, f"model.max_seq_length={args.max_length}",
                                ranks=args.ranks)
    seconds = time.perf_counter() - start
    shutil.rmtree(shards)
    return seconds


def compare(args, work):
    corpus = f"{work}/corpus.jsonl"
    megabytes = make_corpus(args, corpus) / 1e6
    program = Mpibert(args.program, 1, work)
    ours, theirs = [], []
    for _ in range(args.rounds):
        ours.append(time_mpibert(args, program, corpus))
        theirs.append(time_peer(args, corpus, work))
    print(f"{megabytes:.0f} MB, {args.ranks} processes, medians of {args.rounds}")
    for name, seconds in (("mpibert preprocess", ours), ("datasets.map", theirs)):
        middle = statistics.median(seconds)
        print(f"{name:20s} {middle:8.2f} s {megabytes / middle:8.1f} MB/s")
    ratio = statistics.median(b / a for a, b in zip(ours, theirs))
    print(f"speed, mpibert / datasets.map: {ratio:.1f}")


def main():
    parser = arguments.parser(__doc__)
    arguments.add_texts(parser, max_length=512)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--ranks", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-bench-") as work:
        compare(args, work)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        run_peer(*sys.argv[2:])
    else:
        main()
