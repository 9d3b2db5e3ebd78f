#!/usr/bin/env python3
"""Training speed and peak memory of mpibert against PyTorch + transformers, interleaved.

Both sides fine-tune the same model directory on the same token ids (mpibert's own shards, which
the Python side reads with h5py) for --steps steps of --batch sequences with AdamW, clipping and
dropout. Each side runs --rounds times, in turn; the medians and their ratio are printed.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile


def train_with_pytorch(args):
    """One run of the peer, in a process of its own; prints its figures as JSON."""
    import time

    import h5py
    import numpy as np
    import torch
    from transformers import AutoModelForSequenceClassification

    torch.set_num_threads(args.threads)
    torch.manual_seed(42)
    tokens, lengths, labels = [], [], []
    for path in sorted(pathlib.Path(args.shards).glob("shard-*.h5")):
        with h5py.File(path) as shard:
            offsets = shard["offsets"][:].astype(np.int64)
            flat = shard["tokens"][:].astype(np.int64)
            tokens += [flat[a:b] for a, b in zip(offsets[:-1], offsets[1:])]
            labels += list(shard["labels"][:])
    lengths = np.array([len(t) for t in tokens])
    order = np.random.RandomState(42).permutation(len(tokens))[: args.steps * args.batch]
    if args.grouped:
        order = order[np.argsort(lengths[order], kind="stable")]
    model = AutoModelForSequenceClassification.from_pretrained(
        args.model, num_labels=int(max(labels)) + 1)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.01, fused=True)
    seconds = []
    for first in range(0, len(order), args.batch):
        picked = order[first:first + args.batch]
        longest = lengths[picked].max()
        ids = torch.zeros(len(picked), longest, dtype=torch.long)
        mask = torch.zeros(len(picked), longest, dtype=torch.long)
        for row, index in enumerate(picked):
            ids[row, :lengths[index]] = torch.from_numpy(tokens[index])
            mask[row, :lengths[index]] = 1
        target = torch.tensor([int(labels[i]) for i in picked])
        start = time.perf_counter()
        loss = model(input_ids=ids, attention_mask=mask, labels=target).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "seconds": sum(seconds),
        "tokens": int(lengths[order].sum()),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


def run_pytorch(args, shards, grouped):
    command = [sys.executable, __file__, "--peer", "--shards", shards, "--model", args.model,
               "--threads", str(args.threads), "--steps", str(args.steps),
               "--batch", str(args.batch)] + (["--grouped"] if grouped else [])
    environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads), HF_HUB_OFFLINE="1")
    out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(out.stdout.strip().splitlines()[-1])


def run_mpibert(args, shards, work):
    run = tempfile.mkdtemp(dir=work)
    command = [args.program, "train", f"model.name={args.model}", f"data.train={shards}",
               f"data.validation={shards}", "training.eval_batch_size=32",
               f"training.batch_size={args.batch}", f"training.max_steps={args.steps}",
               "training.learning_rate=2.0e-5", "logging.every_steps=1",
               f"cluster.threads_per_rank={args.threads}", "data.max_validation_samples=16",
               f"checkpoint.directory={run}", "checkpoint.resume=never"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    lines = [json.loads(line) for line in open(f"{run}/metrics.jsonl")]
    steps = [line for line in lines if "grad_norm" in line]
    return {
        "seconds": sum(line["seconds"]["step"] for line in steps),
        "tokens": sum(line["real_tokens"] for line in steps),
        "peak_mib": max(line["peak_rss_bytes"]["max"] for line in steps) / 2**20,
    }


def median_of(runs, key):
    return statistics.median(run[key] for run in runs)


def report(name, runs):
    print(f"{name:32s} {median_of(runs, 'seconds'):8.2f} s"
          f" {statistics.median(r['tokens'] / r['seconds'] for r in runs):9.0f} tokens/s"
          f" {median_of(runs, 'peak_mib'):8.0f} MiB")


def compare(args):
    work = tempfile.mkdtemp(prefix="mpibert-bench-")
    shards = f"{work}/shards"
    subprocess.run([args.program, "preprocess", "--output", shards, f"model.name={args.model}",
                    f"data.train={args.data}", f"model.max_seq_length={args.max_length}",
                    "data.remove_noise=[headers, footers, quotes]", f"data.encoding={args.encoding}",
                    *args.settings], check=True)
    ours, padded, grouped = [], [], []
    for _ in range(args.rounds):
        ours.append(run_mpibert(args, shards, work))
        padded.append(run_pytorch(args, shards, False))
        grouped.append(run_pytorch(args, shards, True))
    print(f"{args.steps} steps of {args.batch} sequences, {args.threads} threads, medians of {args.rounds}")
    report("mpibert", ours)
    report("PyTorch, longest in batch", padded)
    report("PyTorch, grouped by length", grouped)
    for name, runs in (("longest in batch", padded), ("grouped by length", grouped)):
        rate = lambda run: run["tokens"] / run["seconds"]
        ratio = statistics.median(rate(a) / rate(b) for a, b in zip(ours, runs))
        print(f"speed, mpibert / PyTorch {name}: {ratio:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/mpibert")
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", default="datasets/newsposts")
    parser.add_argument("--encoding", default="utf-8")
    parser.add_argument("--max-length", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("settings", nargs="*", help="of the preprocessing, e.g. data.max_chars=512")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--grouped", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--shards", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        train_with_pytorch(args)
    else:
        compare(args)


if __name__ == "__main__":
    main()
