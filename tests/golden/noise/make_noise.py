#!/usr/bin/env python3
"""Writes noise.jsonl: synthetic messages and what scikit-learn leaves of them, for
tests/records/test_noise.c. Headers go first, then footers, then quotes, as fetch_20newsgroups does."""
import json
import pathlib
import random

from sklearn.datasets._twenty_newsgroups import (
    strip_newsgroup_footer,
    strip_newsgroup_header,
    strip_newsgroup_quoting,
)

OUT = pathlib.Path(__file__).parent / "noise.jsonl"

FIXED = [
    "",
    "\n",
    "\n\n",
    "   \t \n",
    "-",
    "--\n",
    "no header here",
    "From: a@b.c\nSubject: x\n\nBody line.\n",
    "From: a@b.c\r\n\r\nCarriage returns make no blank line.\r\n",
    "From: a\n\nBody\n\n-- \nSignature\nof two lines\n",
    "From: a\n\nBody\n---\nSignature",
    "From: a\n\nBody\n- -\nnot hyphens alone",
    "From: a\n\n---\nOnly a signature",
    "From: a\n\n\n\nTwo blank lines first\n\nlast part\n\n\n",
    "H: 1\n\nIn article <1@x> a@b writes:\n> quoted\n| quoted too\n >not quoted\nmy own text\n",
    "H: 1\n\nQuoted from b\nHe says: no\nThey said: maybe\nShe wrote:\nHe writes in anger\nIn articles\n",
    "H: 1\n\na writes b\nin article small\nQuoted From\nwrote :\n",
    "H: 1\n\n> all\n> quoted",
    "H: 1\n\ntext\n\u00a0--\u2003\nafter a line of hyphens between wide blanks",
    "H: 1\n\ntext\n\u0085\nafter a next-line character",
    "H: 1\n\ntext\n\x1c\x1d\x1e\x1f\nafter separators",
    "H: 1\n\ntext\n\u200b\nzero width space is not white space",
    "H: 1\n\n\u3000\u2028 leading and trailing \u2029\u205f\u202f\n\u1680",
    "H: 1\n\ntext\x0b\x0c\n\x0b\x0c\nafter vertical tab and form feed",
    "H: 1\n\nd\u00e9j\u00e0 vu \u2014 \U0001f600\n\u2014\u2014\nlong dashes are not hyphens",
]
LINES = [
    "", "", " ", "--", "---------- ", "\t-\t", "plain text", "> quoted", "| bar", "x > y",
    "In article <93@x> y@z writes:", "Joe wrote:", "it says:", "nobody said: this", "Name", "\r",
    "\u00a0", "caf\u00e9 \u2013 bar", "writes", "writes in",
]  # fmt: skip


def random_message(rng):
    count = rng.randrange(1, 14)
    return "From: x\n\n" * rng.randrange(2) + "\n".join(rng.choice(LINES) for _ in range(count))


def main():
    rng = random.Random(1)
    texts = FIXED + [random_message(rng) for _ in range(80)]
    with OUT.open("w", encoding="ascii") as out:
        for text in texts:
            header = strip_newsgroup_header(text)
            case = {
                "text": text,
                "headers": header,
                "footers": strip_newsgroup_footer(text),
                "quotes": strip_newsgroup_quoting(text),
                "all": strip_newsgroup_quoting(strip_newsgroup_footer(header)),
            }
            out.write(json.dumps(case) + "\n")


main()
