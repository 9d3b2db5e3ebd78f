#!/usr/bin/env python3
"""Compares the removal of headers, footers and quotes with scikit-learn's on every message of the
real four newsgroups (Latin-1).

    noise_parity.py --program build/release/mpibert

runs tests/records/noise_filter of the same build folder on newsgroups4.tar.xz in MPIBERT_TEST_DATA or
../shared/datasets. Ends with 77 (skipped) where that is absent.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

from sklearn.datasets._twenty_newsgroups import (
    strip_newsgroup_footer,
    strip_newsgroup_header,
    strip_newsgroup_quoting,
)

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("MPIBERT_TEST_DATA", ROOT.parent / "shared" / "datasets"))


def clean(text):
    return strip_newsgroup_quoting(strip_newsgroup_footer(strip_newsgroup_header(text)))


def parse(output):
    """The (id, text) pairs that noise_filter printed."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        name, size = output[at:end].rsplit(b" ", 1)
        at = end + 1 + int(size)
        yield name.decode("latin-1"), output[end + 1 : at].decode("utf-8")


def compare(filter_path, folder):
    output = subprocess.run([filter_path, folder], check=True, stdout=subprocess.PIPE).stdout
    seen = dict(parse(output))
    files = [p for p in sorted(folder.glob("*/*")) if p.is_file()]
    wrong = [
        p for p in files
        if seen.get(f"{p.parent.name}/{p.name}") != clean(p.read_bytes().decode("latin-1"))
    ]  # fmt: skip
    for path in wrong[:10]:
        print(f"differs: {path}", file=sys.stderr)
    if len(seen) != len(files):
        print(f"{len(seen)} of {len(files)} messages came back", file=sys.stderr)
    return len(files), len(wrong) + (len(seen) != len(files))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    filter_path = parser.parse_args().program.resolve().parent / "tests" / "records" / "noise_filter"
    archive = DATA / "newsgroups4.tar.xz"
    if not archive.exists():
        print(f"noise_parity: skipped: {archive} is absent")
        return 77
    total, faults = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        parts = {p.parents[1] for p in pathlib.Path(scratch).rglob("*") if p.is_file()}
        for part in sorted(parts):
            count, wrong = compare(filter_path, part)
            total += count
            faults += wrong
    print(f"noise_parity: {total} messages, {faults} differ from scikit-learn")
    return 1 if faults or not total else 0


sys.exit(main())
