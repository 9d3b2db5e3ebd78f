#!/usr/bin/env python3
"""Preprocessing speed of mpibert against `datasets.map` with transformers' fast tokenizer.

Both sides read the same JSON lines, tokenise with truncation and write what training reads: mpibert
its HDF5 shards with --ranks ranks, the peer its Arrow files with as many processes. They take turns,
--rounds times; the medians, megabytes a second and their ratio are printed. The corpus is --data, a
folder with one sub-folder a class, repeated in random order until --megabytes are there.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def make_corpus(args, path):
    texts = []
    for file in sorted(p for p in pathlib.Path(args.data).rglob("*") if p.is_file()):
        text = file.read_bytes().decode(args.encoding).replace("\0", " ")
        texts.append((text, file.parent.name))
    rng = random.Random(42)
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        while size < args.megabytes * 1e6:
            rng.shuffle(texts)
            for text, label in texts:
                line = json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n"
                size += len(line.encode())
                out.write(line)
    return size


def run_peer(args):
    """One run of the peer, in a process of its own; prints its seconds."""
    import datasets
    from transformers import AutoTokenizer

    datasets.disable_progress_bars()
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    start = time.perf_counter()
    data = datasets.load_dataset("json", data_files=args.corpus, split="train", cache_dir=args.cache)
    data.map(lambda batch: tokenizer(batch["text"], truncation=True, max_length=args.max_length),
             batched=True, num_proc=args.ranks, remove_columns=["text"])
    print(time.perf_counter() - start)


def time_peer(args, corpus, work):
    cache = tempfile.mkdtemp(dir=work)
    command = [sys.executable, __file__, "--peer", "--corpus", corpus, "--cache", cache,
               "--model", args.model, "--ranks", str(args.ranks),
               "--max-length", str(args.max_length)]
    environment = dict(os.environ, HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    shutil.rmtree(cache)
    return float(done.stdout.strip().splitlines()[-1])


def time_mpibert(args, corpus, work):
    shards = tempfile.mkdtemp(dir=work)
    command = ["mpirun", "--oversubscribe", "-n", str(args.ranks), args.program, "preprocess",
               "--output", shards, f"model.name={args.model}", f"data.train={corpus}",
               f"model.max_seq_length={args.max_length}"]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    shutil.rmtree(shards)
    return seconds


def compare(args):
    work = tempfile.mkdtemp(prefix="mpibert-bench-")
    corpus = f"{work}/corpus.jsonl"
    megabytes = make_corpus(args, corpus) / 1e6
    ours, theirs = [], []
    for _ in range(args.rounds):
        ours.append(time_mpibert(args, corpus, work))
        theirs.append(time_peer(args, corpus, work))
    shutil.rmtree(work)
    print(f"{megabytes:.0f} MB, {args.ranks} processes, medians of {args.rounds}")
    for name, seconds in (("mpibert preprocess", ours), ("datasets.map", theirs)):
        middle = statistics.median(seconds)
        print(f"{name:20s} {middle:8.2f} s {megabytes / middle:8.1f} MB/s")
    ratio = statistics.median(b / a for a, b in zip(ours, theirs))
    print(f"speed, mpibert / datasets.map: {ratio:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/mpibert")
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", default="datasets/newsposts")
    parser.add_argument("--encoding", default="utf-8")
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--max-length", type=int, default=512)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    for hidden in ("--corpus", "--cache"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        run_peer(args)
    else:
        compare(args)


if __name__ == "__main__":
    main()
