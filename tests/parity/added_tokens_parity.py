#!/usr/bin/env python3
"""Compares `mpibert tokenize` with transformers where a model directory has added tokens.

Each of many random directories has the small vocabulary of tests/golden/tokenizer and random added
tokens with random flags, in tokenizer_config.json, added_tokens.json or tokenizer.json. Both sides
read that directory: the same tokens at the same offsets. Refused is only what normalisation leaves
nothing of.
"""
import argparse
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from tokenizers import normalizers  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
VOCABULARY = (ROOT / "tests/golden/tokenizer/vocab.txt").read_text(encoding="utf-8").splitlines()
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
FLAGS = ("single_word", "lstrip", "rstrip", "normalized", "special")

CONTENTS = """<E1> </E1> <e1> <E <E1>> E1 covid COVID CoViD Café café CAFE é É İ ß ẞ 中 中文 文b un able unable
    ing ##ing run hello # ## ### [X] [MASK]] [ a b ab abc _ a_b 1 12 ① Ⓐ ͺ ! !! ... 😀 가 각 ﬁ ǆ Ǆ e\u0301 é\u0323
    Σ ς \u200d x\u200dy \u00ad\u00adz""".split() + ["the play", " the", "the ", "a  b", "\u00a0", "\t", "x\ty", "é e"]
PIECES = CONTENTS + SPECIALS + [
    " ", " ", " ", "  ", "\t", "\u00a0", "\u2003", "\u3000", ",", ".", "'", "-", "the", "The", "playing", "X", "y", "z", "_",
    "\u0301", "\u0323", "\U0001d165", "\u302e", "\u200b", "\u0378", "\x01", "\x7f", "½", "²", "Ⅷ", "ª", "ʰ", "\u093e", "\u20dd"]


def added_token(rng, content):
    token = {flag: rng.random() < 0.35 for flag in FLAGS}
    return {"content": content, **token}


def unlike(tokens, options):
    """Without tokens that normalisation makes equal: of these the reference takes any, another each time."""
    normal = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=options["tokenize_chinese_chars"],
        strip_accents=options.get("strip_accents"), lowercase=options["do_lower_case"]).normalize_str
    kept, seen = {}, set()
    for i, token in sorted(tokens.items()):
        if normal(token["content"]) not in seen:
            seen.add(normal(token["content"]))
            kept[i if i < len(VOCABULARY) else len(VOCABULARY) + sum(k >= len(VOCABULARY) for k in kept)] = token
    return kept


def random_tokens(rng):
    """id -> token: BERT's own, then new ones, then perhaps some of the vocabulary's."""
    tokens = {i: {"content": t, **dict.fromkeys(FLAGS, False), "special": True} for i, t in enumerate(SPECIALS)}
    if rng.random() < 0.3:
        tokens[4] |= {flag: rng.random() < 0.4 for flag in FLAGS[:4]}
    known = {t: i for i, t in enumerate(VOCABULARY)}
    number = len(VOCABULARY)
    for content in rng.sample(CONTENTS, rng.randint(1, 8)):
        if content in known:
            tokens[known[content]] = added_token(rng, content)
        else:
            tokens[number] = added_token(rng, content)
            number += 1
    return tokens


def settings(rng):
    made = {"do_lower_case": rng.random() < 0.6, "tokenize_chinese_chars": rng.random() < 0.8}
    if rng.random() < 0.4:
        made["strip_accents"] = rng.random() < 0.5
    return made


def tokenizer_json(tokens, options):
    special = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}  # noqa: E731
    single = [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]")]
    ids = {t: {"id": t, "ids": [VOCABULARY.index(t)], "tokens": [t]} for t in ("[CLS]", "[SEP]")}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, **t} for i, t in sorted(tokens.items())],
        "normalizer": {
            "type": "BertNormalizer", "clean_text": True, "lowercase": options["do_lower_case"],
            "handle_chinese_chars": options["tokenize_chinese_chars"], "strip_accents": options.get("strip_accents")},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": single,
                           "pair": single + [{"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": ids},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": {t: i for i, t in enumerate(VOCABULARY)}}}


def write_directory(rng, folder):
    """A directory in one of the forms that transformers has saved; returns the added tokens' texts."""
    options = settings(rng)
    tokens = unlike(random_tokens(rng), options)
    form = rng.choice(("config", "config and json", "slow", "json", "own json"))
    other = {**options, "do_lower_case": not options["do_lower_case"]}  # what must not count
    files = {"config.json": {"model_type": "bert"}}
    if form.startswith("config"):
        files["tokenizer_config.json"] = {
            **options, "tokenizer_class": "BertTokenizer", "added_tokens_decoder": {str(i): t for i, t in tokens.items()}}
    if form == "config and json":
        files["tokenizer.json"] = tokenizer_json({i: tokens[i] for i in range(5)}, other)
    if form == "slow":
        new = {t["content"]: i for i, t in tokens.items() if i >= 5}
        files["added_tokens.json"] = new
        files["tokenizer_config.json"] = {**options, "additional_special_tokens": rng.sample(list(new), len(new) // 2)}
    if form == "json":
        files["tokenizer.json"] = tokenizer_json(tokens, other)
        files["tokenizer_config.json"] = options
    if form == "own json":
        files["tokenizer.json"] = tokenizer_json(tokens, options)
        files["tokenizer_config.json"] = {**other, "tokenizer_class": "PreTrainedTokenizerFast"}
    if form in ("config", "slow"):
        (folder / "vocab.txt").write_text("".join(t + "\n" for t in VOCABULARY), encoding="utf-8", newline="")
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return form, [t["content"] for t in tokens.values()]


def random_texts(rng, contents, count):
    pieces = PIECES + 12 * contents + 4 * [c.upper() for c in contents] + 4 * [c.lower() for c in contents]
    texts = ["".join(rng.choice(pieces) for _ in range(rng.randint(1, 12))) for _ in range(count)]
    return [t.replace("\n", " ").replace("\0", " ") for t in texts]


def ours(program, folder, texts):
    content = "".join(text + "\n" for text in texts).encode()
    made = subprocess.run([program, "tokenize", "--model", str(folder)], input=content, capture_output=True)
    if made.returncode != 0:
        return made.stderr.decode()
    lines = io.StringIO(made.stdout.decode(), newline="\n")
    return [(l["input_ids"], [tuple(o) for o in l["offsets"]]) for l in map(json.loads, lines)]


def encode(reference, text):
    """None where the reference itself panics ("AddedVocabulary bad split"), as it does at a text in 20,000."""
    try:
        return reference.encode(text)
    except BaseException as failure:  # a panic of the library is no Exception
        if type(failure).__name__ != "PanicException":
            raise
        return None


def compare(arguments, number):
    """What differs, and the number of texts that the reference could not do."""
    rng = random.Random(f"{arguments.seed} {number}")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        form, contents = write_directory(rng, folder)
        texts = random_texts(rng, contents, arguments.texts)
        answer = ours(arguments.program, folder, texts)
        reference = AutoTokenizer.from_pretrained(folder)._tokenizer
        if isinstance(answer, str):
            return [] if "normalisation leaves nothing" in answer else [f"{form}: {answer}"], 0
        wrong, undone = [], 0
        for text, got in zip(texts, answer, strict=True):
            e = encode(reference, text)
            if e is None:
                undone += 1
            elif got != (e.ids, [tuple(o) for o in e.offsets]):
                files = {p.name: p.read_text()[:3000] for p in folder.iterdir() if p.name.startswith(("tokenizer_c", "added"))}
                wrong.append(f"{form}: {ascii(text)}\n  {got}\n  {e.ids, e.offsets}\n  {files}")
        return wrong, undone


def words(program):
    """Every code point beside a token that must be a word of its own, and beside one that strips."""
    wrong = 0
    points = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF and c not in (0, 10)]
    for flag in ("single_word", "rstrip"):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            token = {"content": "<x>", **dict.fromkeys(FLAGS, False), flag: True}
            config = {"added_tokens_decoder": {str(len(VOCABULARY)): token}}
            (folder / "vocab.txt").write_text("".join(t + "\n" for t in VOCABULARY), encoding="utf-8", newline="")
            (folder / "config.json").write_text('{"model_type": "bert"}')
            (folder / "tokenizer_config.json").write_text(json.dumps(config))
            reference = AutoTokenizer.from_pretrained(folder)._tokenizer
            texts = [f"a<x>{chr(c)}b {chr(c)}<x>" for c in points]
            for c, got, e in zip(points, ours(program, folder, texts), reference.encode_batch(texts), strict=True):
                if got != (e.ids, [tuple(o) for o in e.offsets]):
                    wrong += 1
                    if wrong <= 40:
                        print(f"DIFFERENT: {flag}: U+{c:04X}\n  {got}\n  {e.ids, e.offsets}")
    return 2 * len(points), wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--directories", type=int, default=400)
    parser.add_argument("--texts", type=int, default=200, help="random texts a directory")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.program = str(pathlib.Path(arguments.program).resolve())
    count, different = words(arguments.program)
    undone = 0
    for number in range(arguments.directories):
        wrong, panics = compare(arguments, number)
        different += len(wrong)
        undone += panics
        for line in wrong[:2]:
            print(f"DIFFERENT: directory {number}: {line}", flush=True)
    count += arguments.directories * arguments.texts
    print(f"added tokens: {count - undone} comparisons, {different} different, {undone} texts that the reference "
          f"panics at (seed {arguments.seed})")
    return 1 if different or undone > count // 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
