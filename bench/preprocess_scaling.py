#!/usr/bin/env python3
"""Preprocessing of a large generated corpus: memory and time by size, bytes by ranks and kills.

Writes corpora of the given sizes (plain JSON lines of words of the vocabulary, --data's texts if
given), preprocesses each with --ranks ranks and prints time and the peak memory of a rank. Then the
smallest of them: shards of 1, 2, 3 and 4 ranks must be equal bytes, and so must those of a job that
was killed at --kills random moments of its course and started again each time.
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import arguments
import corpora


def make_corpus(texts, megabytes, path):
    rng = random.Random(42)
    lines = [json.dumps(text, ensure_ascii=False).encode() + b"\n" for text in texts]
    size = 0
    with open(path, "wb") as out:
        while size < megabytes * 1e6:
            rng.shuffle(lines)
            block = b"".join(lines)
            out.write(block)
            size += len(block)
    return size


def command(args, corpus, output, ranks):
    return ["mpirun", "--oversubscribe", "-n", str(ranks), "/usr/bin/time", "-f", "peak %M",
            args.program, "preprocess", "--output", output, f"model.name={args.model}",
            f"data.train={corpus}", f"model.max_seq_length={args.max_length}"]


def preprocess(args, corpus, output, ranks):
    start = time.perf_counter()
    done = subprocess.run(command(args, corpus, output, ranks), check=True, capture_output=True,
                          text=True)
    peaks = [int(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("peak ")]
    return time.perf_counter() - start, max(peaks) / 1024


def digest(folder):
    whole = hashlib.sha256()
    for path in sorted(pathlib.Path(folder).iterdir()):
        whole.update(path.name.encode())
        with open(path, "rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def measure_sizes(args, texts, work):
    for megabytes in args.megabytes:
        corpus = f"{work}/corpus-{megabytes}.jsonl"
        size = make_corpus(texts, megabytes, corpus)
        seconds, peak = preprocess(args, corpus, f"{work}/shards", args.ranks)
        shutil.rmtree(f"{work}/shards")
        if megabytes != args.megabytes[0]:
            os.remove(corpus)
        print(f"{size / 1e6:8.0f} MB {seconds:8.2f} s {size / 1e6 / seconds:7.1f} MB/s"
              f" {peak:6.0f} MiB a rank at most, {args.ranks} ranks", flush=True)


def kill_at(args, corpus, output, ranks, seconds):
    job = subprocess.Popen(command(args, corpus, output, ranks), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        job.wait(timeout=seconds)
        shutil.rmtree(output)
        return "had ended, its shards were removed"
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, signal.SIGKILL)
        subprocess.run(["pkill", "-KILL", "-f", f"preprocess --output {output} "], check=False)
        job.wait()
        return f"{len(list(pathlib.Path(output).glob('shard-*')))} shards were there"


def check_bytes(args, work):
    corpus = f"{work}/corpus-{args.megabytes[0]}.jsonl"
    seen = {}
    alone = 0.0
    for ranks in (1, 2, 3, 4):
        seconds, _ = preprocess(args, corpus, f"{work}/shards-{ranks}", ranks)
        alone = max(alone, seconds)
        seen[ranks] = digest(f"{work}/shards-{ranks}")
        preprocess(args, corpus, f"{work}/shards-{ranks}", ranks)
        seen[f"{ranks} again"] = digest(f"{work}/shards-{ranks}")
        shutil.rmtree(f"{work}/shards-{ranks}")
    rng = random.Random(args.seed)
    for kill in range(args.kills):
        ranks = 1 + kill % 4
        said = kill_at(args, corpus, f"{work}/killed", ranks, rng.uniform(0.3, 0.8 * alone))
        print(f"killed on {ranks} ranks: {said}")
    preprocess(args, corpus, f"{work}/killed", 2)
    seen["killed"] = digest(f"{work}/killed")
    equal = len(set(seen.values())) == 1
    print(f"bytes on 1, 2, 3, 4 ranks, made twice, and after {args.kills} kills:",
          "equal" if equal else seen)
    return equal


def main():
    parser = arguments.parser(__doc__, rounds=None)
    arguments.add_texts(parser, max_length=512)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[500, 1000, 2000, 5000])
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", help="folder for the corpora [a temporary one]")
    args = parser.parse_args()
    work = tempfile.mkdtemp(prefix="mpibert-bench-", dir=args.work)
    texts = corpora.folder(args.data, args.encoding)
    try:
        measure_sizes(args, texts, work)
        return 0 if check_bytes(args, work) else 1
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
