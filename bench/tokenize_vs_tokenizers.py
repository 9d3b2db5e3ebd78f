#!/usr/bin/env python3
"""Tokenisation speed of mpibert against Hugging Face tokenizers: ids, one thread each, interleaved.

Both sides encode the lines of --text with the vocabulary of --model. Of tokenizers only
encode_batch is timed, inside the process. Of mpibert the whole run of `tokenize --format ids` is
timed, start and output included, over the lines --repeat times. First the ids are compared.
"""
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from transformers import BertTokenizerFast  # noqa: E402 (the variable is read on import)

import arguments  # noqa: E402


def run_mpibert(args, path, out):
    command = [args.program, "tokenize", "--model", args.model, "--format", "ids"]
    with open(path, "rb") as texts:
        start = time.perf_counter()
        subprocess.run(command, stdin=texts, stdout=out, check=True)
        return time.perf_counter() - start


def run_tokenizers(tokenizer, lines):
    start = time.perf_counter()
    tokenizer.encode_batch_fast(lines)
    return time.perf_counter() - start


def check_ids(args, tokenizer, lines, folder):
    path = pathlib.Path(folder, "ids")
    with open(path, "wb") as out:
        run_mpibert(args, args.text, out)
    ours = [json.loads(line) for line in open(path)]
    theirs = [encoding.ids for encoding in tokenizer.encode_batch_fast(lines)]
    if ours != theirs:
        raise SystemExit("the ids differ, see tests/parity/tokenizer_parity.py")
    print(f"{len(lines)} texts, {sum(map(len, ours))} ids, all equal")


def report(name, rates):
    print(f"{name:12s} {statistics.median(rates):8.1f} MB/s (from {min(rates):.1f} to {max(rates):.1f})")


def compare(args, folder):
    lines = pathlib.Path(args.text).read_bytes().decode().removesuffix("\n").split("\n")
    content = "".join(line + "\n" for line in lines).encode()
    repeated = pathlib.Path(folder, "texts")
    repeated.write_bytes(content * args.repeat)
    tokenizer = BertTokenizerFast.from_pretrained(args.model).backend_tokenizer
    tokenizer.no_padding()  # as some model directories ask for
    tokenizer.no_truncation()
    check_ids(args, tokenizer, lines, folder)
    ours, theirs = [], []
    for _ in range(args.rounds):
        ours.append(args.repeat * len(content) / 1e6 / run_mpibert(args, repeated, subprocess.DEVNULL))
        theirs.append(len(content) / 1e6 / run_tokenizers(tokenizer, lines))
    report("mpibert", ours)
    report("tokenizers", theirs)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    print(f"speed, mpibert / tokenizers: {ratio:.1f} (medians of {args.rounds})")


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--text", required=True, help="file of UTF-8, one text a line")
    parser.add_argument("--repeat", type=int, default=10, help="how often mpibert gets the lines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-bench-") as folder:
        compare(args, folder)


if __name__ == "__main__":
    main()
