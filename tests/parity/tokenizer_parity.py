#!/usr/bin/env python3
"""Compares `mpibert tokenize` with `tokenizers`: the same tokens at the same offsets.

Reads the vocabularies and texts of MPIBERT_TEST_DATA (default ../shared/datasets, beside it
../vocab); without them it says so and exits with 77. The texts: every Unicode code point in several
surroundings, every file of the data, random strings of hard pieces, windows and pairs.
"""
import argparse
import io
import json
import lzma
import os
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import unicodedata

from tokenizers import normalizers
from transformers import BertTokenizerFast

ROOT = pathlib.Path(__file__).resolve().parents[2]
BATCH = 20000
POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF and c != ord("\n")]

# name of the vocabulary, lower case, strip accents (None: as lower case), split Chinese, clean text
USUAL = [
    ("bert-base-uncased", True, None, True, True),
    ("bert-base-cased", False, None, True, True),
    ("bert-base-multilingual-cased", False, None, True, True),
    ("bert-base-chinese", True, None, True, True),
    ("bert-base-chinese", False, None, True, True),
]
RARE = [
    ("bert-base-uncased", True, False, True, True),
    ("bert-base-uncased", False, True, True, True),
    ("bert-base-uncased", True, None, False, False),
    ("bert-base-uncased", True, None, True, False),
    ("bert-base-multilingual-cased", False, None, False, True),
]

HARD = """[CLS] [SEP] [MASK] [PAD] [UNK] [cls] [ ] ## a B the ing hello running unbelievable Café naïve
    Zürich İ ß ﬁ é ệ Å ǖ ς Σ ΑΣ ẞ Ǆ ŉ 가 각 ㄱ 中 文 １ ｶﾞ か 1 2020 . ! $ ^ ` ~ — … « don't U.S. C++ ≠ 😀 ا ً ّ ק ְ
    """.split() + [
    *"\0\x01\x0b\x0c\x1c\x7f\x85\t\r\xa0\xad\u200b\u200c\u200d\u2028\u2029\u3000\ufeff\ufffd\ue000\u0378\u180e",
    *"\u0300\u0301\u0302\u0307\u0308\u0323\u0327\u0328\u0334\u0338\u0340\u0344\u0345\u0374\u037e\u0f73\u0f81",
    *"\u1100\u1161\u11a8\u302e\u3099\u094d\u093c\u0958\u0ccb\u1037\u103a\u0e38\u0e48\u05b8\u05bc\u20d2\u1fef",
    *"\u1734\u166d\u0898\u08d3\u08d4\u1abf\u1ac0\u1bf2\u1ce2\u1dce\u1df9\u0c3c\u0fc6\u1c89\ua7cb\uf900\u2000",
    *"\U0001d165\U0001d16d\U0001d15e\U0001d160\U0001d242\U000111c9\U0001e944\U0001e130\U00010f46\U00010eab",
    *"\U00011938\U00016ff0\U0001133b\U0002f800\U0001171e\U00010d50", "\n", " ", " ", " ", "👩\u200d👩",
    "x" * 99, "y" * 100, "z" * 101, "é" * 50, "w" * 33, "e\u0301" * 100, "\u0301" * 30,
]


class Subject:
    """One vocabulary with one set of settings, in our hands and in the reference's."""

    def __init__(self, program, vocabularies, settings, folder):
        name, lower, strip, chinese, clean = settings
        self.program, self.folder = program, pathlib.Path(folder)
        self.name = f"{name} lower={lower} strip={strip} chinese={chinese} clean={clean}"
        source = vocabularies / name
        self.fast = BertTokenizerFast.from_pretrained(
            source, do_lower_case=lower, strip_accents=strip, tokenize_chinese_chars=chinese)
        self.fast.backend_tokenizer.normalizer = normalizers.BertNormalizer(
            clean_text=clean, handle_chinese_chars=chinese, strip_accents=strip, lowercase=lower)
        if clean:
            (self.folder / "vocab.txt").symlink_to(source / "vocab.txt")
            config = {"do_lower_case": lower, "strip_accents": strip, "tokenize_chinese_chars": chinese}
            (self.folder / "tokenizer_config.json").write_text(json.dumps(config))
        else:
            self.fast.backend_tokenizer.save(str(self.folder / "tokenizer.json"))

    def lines(self, content, *options):
        """The program's answers to standard input `content`, one by one."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
            given.write(content)
            given.seek(0)
            command = [self.program, "tokenize", "--model", str(self.folder), *options]
            subprocess.run(command, stdin=given, stdout=answer, check=True)
            answer.seek(0)
            for line in io.TextIOWrapper(answer, encoding="utf-8", newline="\n"):
                yield json.loads(line)

    def ours(self, texts):
        plain = not any("\n" in text for text in texts)
        content = texts if plain else [json.dumps({"text": text}) for text in texts]
        content = "".join(text + "\n" for text in content).encode()
        return self.lines(content, *([] if plain else ["--jsonl"]))


class Count:
    def __init__(self, every):
        self.every = every
        self.texts = self.different = 0

    def compare(self, where, text, ours, theirs):
        self.texts += 1
        if ours != theirs:
            self.different += 1
            if self.different <= 10:
                print(f"DIFFERENT: {where}: {ascii(text)[:200]}\n  {str(ours)[:300]}\n  {str(theirs)[:300]}")


def of_encoding(e):
    return e.ids, e.type_ids, [list(o) for o in e.offsets], e.tokens


def of_line(line):
    return line["input_ids"], line["token_type_ids"], line["offsets"], line["tokens"]


def compare_texts(count, subject, what, texts):
    before = count.different
    texts = texts[:: count.every]
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        theirs = subject.fast.backend_tokenizer.encode_batch(batch)
        for text, ours, e in zip(batch, subject.ours(batch), theirs, strict=True):
            count.compare(f"{subject.name}, {what}", text, of_line(ours), of_encoding(e))
    print(f"{subject.name}: {what}: {len(texts)} texts, {count.different - before} different", flush=True)


def sweeps():
    """Each code point first, alone and inside a word; then among marks that are put in order."""
    yield "code points and letters", [f"{chr(c)} the{chr(c)}ing" for c in POINTS]
    yield "code points and marks", [f"a\U0001d165{chr(c)}\u302e\u0301 e\u0323\U0001d16d{chr(c)}\U0001d165b" for c in POINTS]
    changing = [c for c in map(chr, POINTS) if unicodedata.combining(c) or unicodedata.normalize("NFKD", c) != c]
    sides = [("", "s"), ("e\u0301", "u\u0308")]
    forms = ("NFC", "NFD", "NFKC")
    yield "normal forms", [unicodedata.normalize(f, a + c + b) for c in changing for f in forms for a, b in sides]


def fuzz(count, seed):
    rng = random.Random(seed)
    marks = [chr(c) for c in POINTS if unicodedata.combining(chr(c))]
    pieces = [lambda: rng.choice(HARD)] * 15 + [lambda: chr(rng.choice(POINTS))] * 2 + [lambda: rng.choice(marks)] * 3
    texts = ["".join(rng.choice(pieces)() for _ in range(rng.randint(1, 14))) for _ in range(count)]
    # JSON lines carry line breaks but no NUL, plain lines the reverse.
    yield "random strings", [t.replace("\n", " ") for t in texts]
    yield "random strings with line breaks", [t.replace("\0", "") for t in texts if "\n" in t]


def decode(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def data_files(folder):
    """Name and text of every file, archives unpacked."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.name.endswith(".tar.xz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile():
                        yield f"{path.name}:{member.name}", decode(archive.extractfile(member).read())
        else:
            data = path.read_bytes()
            yield path.name, decode(lzma.decompress(data) if path.suffix == ".xz" else data)


def compare_windows(count, subject, texts):
    content = "".join(text + "\n" for text in texts).encode()
    for longest, stride in ((16, 0), (16, 5), (40, 37)):
        options = ["--max-length", str(longest), "--stride", str(stride)]
        theirs = subject.fast(texts, truncation=True, max_length=longest, stride=stride,
                              return_overflowing_tokens=True).encodings
        for ours, e in zip(subject.lines(content, *options), theirs, strict=True):
            count.compare(f"{subject.name}, windows {longest} {stride}", "", of_line(ours), of_encoding(e))
    subject.fast.backend_tokenizer.no_truncation()


def compare_pairs(count, subject, pairs):
    content = "".join(f"{a}\t{b}\n" for a, b in pairs).encode()
    for longest in (3, 4, 7, 32, 33, 512):
        theirs = subject.fast([a for a, _ in pairs], [b for _, b in pairs], truncation="longest_first",
                              max_length=longest).encodings
        lines = subject.lines(content, "--pairs", "--max-length", str(longest))
        for pair, ours, e in zip(pairs, lines, theirs, strict=True):
            count.compare(f"{subject.name}, pairs {longest}", pair, of_line(ours), of_encoding(e))
    subject.fast.backend_tokenizer.no_truncation()


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--fuzz", type=int, default=200000, help="random strings, all settings together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="compare only every n-th text")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    data = pathlib.Path(os.environ.get("MPIBERT_TEST_DATA") or ROOT / "../shared/datasets").resolve()
    vocabularies = data.parent / "vocab"
    missing = [str(p) for p in (data, vocabularies) if not p.is_dir()]
    if missing:
        print(f"skipped: no directory {', '.join(missing)}; MPIBERT_TEST_DATA names the data")
        return 77
    count = Count(arguments.every)
    files = list(data_files(data))
    lines = [line for _, text in files for line in text.replace("\0", " ").split("\n")]
    whole = [text.replace("\0", " ") for _, text in files]
    pairs = [line.split("\t")[-2:] for name, text in files if name == "dev.tsv" for line in text.split("\n")]
    pairs = [(a, b) for a, b in (p for p in pairs if len(p) == 2)][:3000]
    for number, settings in enumerate(USUAL + RARE):
        with tempfile.TemporaryDirectory() as folder:
            subject = Subject(arguments.program, vocabularies, settings, folder)
            for what, texts in sweeps():
                compare_texts(count, subject, what, texts)
            for what, texts in fuzz(arguments.fuzz // len(USUAL + RARE), f"{arguments.seed} {number}"):
                compare_texts(count, subject, what, texts)
            if settings in USUAL:
                compare_texts(count, subject, "lines of the data", lines)
                compare_texts(count, subject, "files of the data", whole)
            compare_windows(count, subject, lines[:3000])
            compare_pairs(count, subject, pairs)
    print(f"tokenizer: {count.texts} comparisons, {count.different} different (seed {arguments.seed})")
    return 1 if count.different else 0


if __name__ == "__main__":
    sys.exit(main())
