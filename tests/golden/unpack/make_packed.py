"""Writes packed files of different make: python3 make_packed.py

Their content is LINES lines "NUMBER squared is SQUARE", in two members or streams where a file has
several; `large` holds it COPIES times, more than is unpacked at once.
"""

import gzip
import lzma
from pathlib import Path

FOLDER = Path(__file__).parent
LINES = 40
COPIES = 1000


def text(begin, end):
    return "".join(f"{i} squared is {i * i}\n" for i in range(begin, end)).encode()


def packed_by_gzip(content):
    return gzip.compress(content, mtime=0)


def main():
    first, second = text(0, LINES // 2), text(LINES // 2, LINES)
    files = {
        "one.gz": packed_by_gzip(first + second),
        "two.gz": packed_by_gzip(first) + packed_by_gzip(second),
        "one.xz": lzma.compress(first + second),
        "two.xz": lzma.compress(first) + lzma.compress(second, check=lzma.CHECK_SHA256),
        "padded.xz": lzma.compress(first) + bytes(8) + lzma.compress(second) + bytes(4),
        "large.gz": packed_by_gzip(COPIES * (first + second)),
        "large.xz": lzma.compress(COPIES * (first + second)),
        "nothing.gz": packed_by_gzip(b""),
        "nothing.xz": lzma.compress(b""),
    }
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)


main()
