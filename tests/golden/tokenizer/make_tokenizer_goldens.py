#!/usr/bin/env python3
"""Writes what `tokenizers` gives for a small vocabulary, for test_tokenizer.c and
test_tokenizer_files.c.

vocab.txt, tokenizer.json   the vocabulary, and the same as one file of Hugging Face's
vocab_sha256.txt            SHA-256 of the tokens, a newline behind each
texts.tsv                   settings, text (hexadecimal UTF-8), "id:start:end" of every token
sweep.tsv                   settings, first code point, checksum over a block of 4096 code points
truncation.tsv              tokens of a, of b (-1: none), longest, tokens kept of a, of b

Settings are 0 or 1 each for lower case, strip accents, split Chinese, clean text.
"""
import hashlib
import pathlib
import tempfile

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertTokenizerFast

HERE = pathlib.Path(__file__).parent
BLOCK = 4096
SHORT = 40  # longer texts are tried with the two usual settings alone
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
UNCASED, CASED = (1, 1, 1, 1), (0, 0, 1, 1)
SETTINGS = [UNCASED, CASED, (1, 0, 1, 1), (0, 1, 1, 1), (1, 1, 0, 0), (1, 1, 1, 0)]


def vocabulary():
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    marks = [chr(c) for c in range(0x21, 0x7F) if not chr(c).isalnum()]
    others = list("éßñσςжя中文国ｶがㄱ각각의क") + ["ı", "ø", "\u0307", "\U0001d165", "\U0001d16d"]
    words = "the The play ing run running un able hello world cafe café naive don quick 2020 i̇ ΑΣ ας".split()
    pieces = "ing ed s er able na ble é σ ς 中 \u0301 \u0323 \u0307 ᅡ ᆨ \U0001d165 \U0001d16d \u302e \u1ac1 \U0001d16e".split(" ")
    tokens = SPECIALS + [f"[unused{i}]" for i in range(3)] + marks + list("0123456789")
    tokens += letters + [c.upper() for c in "ABC".lower()] + ["##" + c for c in letters + list("0123456789")]
    young = [*"\u1c8a\u0264\ua7cd\u019b\U00010d70\U00010d85\U00016ebb\U00016ed3\U0001d157\U0001d158"]
    tokens += young + ["internationalisation", "##ationalisation"]
    tokens += others + words + ["##" + p for p in pieces]
    return list(dict.fromkeys(tokens))


TEXTS = [
    "", " ", "\t\n\r ", "a", "The quick Hello world!", "running runner unable unablexyz \u00e9",
    "playing,playing;played", "don't U.S. C++ a^b`c~d$e|f<g>h=i", "2020 20201 x2",
    # special tokens in the text, whole, broken, in the wrong case, adjoining, in a word
    "[CLS] hello [SEP]", "x[MASK]y", "[MASK][MASK]", "[mask]", "[MASK", "[[MASK]]", "[ MASK ]",
    "[UNK] [PAD]", "[CLS", "é[SEP]\u0301e", "中[MASK]文", "[unused1]", "##ing", "[MA\u00adSK]",
    # the longest word that is looked up
    "a" * 99, "a" * 100, "a" * 101, "é" * 50, "é" * 100, "e\u0301" * 100, "İ" * 51, "각" * 34, "각" * 33,
    "a" * 101 + " a", "b" * 300,
    # accents, composed and not, in and out of canonical order
    "Café CAFÉ cafe\u0301", "ệ e\u0323\u0302 e\u0302\u0323", "Å Å", "İi I ı", "ß ẞ ﬁ", "ΑΣ Σς",
    "Ǆ ǅ ǆ", "\u0301", "\u0301a", " \u0301", "a\u0301\u0323\u0327", "\u0344\u0f73\u0f81",
    "\U0001d15e", "\U0001d160\u0301", "a\U0001d165\u0323", "a\u0301\U0001d16d\U0001d165\u0323b",
    "e\u0301\U0001d16d\u0323\u302e", "a\u302e\U0001d165 \U0001d165\u302e", "\U0001d165\U0001d16d",
    "a\u00ad\U0001d16d\u200b\U0001d165\u0301c", "中\U0001d165", "\uf900\U0001d16d\U0001d165",
    "a\u1ac1\U0001d16d\u08d3\U0001d165", "\u0ccb\u0cca", "\u0958\u0915\u093c",
    "a" + "\u0301\U0001d16d\u0323\U0001d165" * 9 + "b",
    # Chinese, Kana, Hangul
    "中文国", "a中b文c", "中 文", "\uf900\U0002f800", "ｶﾞ が か\u3099", "각 가ㄱ 의", "\u1100\u1161\u11a8",
    # white space, control and format characters
    "a\u00a0b\u2000c\u3000d\u2028e\u2029f", "a\0b\x01c\x0bd\x0ce\x7ff\x85g", "a\u00adb\u200bc\u200dd\ufeffe",
    "a\ufffdb\ue000c\u0378d", "a\u180eb", "a\U000e0001b",
    # punctuation, also by decomposition
    "«a» — “b” … ¿c? ·d· 。e、", "\u037e\u1fef\u2260\u226e\u0387\u2329", "a\u2212b\u00d7c", "😀a👩\u200d👩",
    # younger than the reference's tables
    "\u166d\u1734a\U0001171e\U000111c9", "a\u1ac0\u0898\u08e2b", "\U00011938", "\u1c89\ua7cb\ua7dc\U00010d50\U00016ea0",
    "\u1c89 \ua7cb \ua7cc \ua7dc \U00010d50 \U00010d65 \U00016ea0 \U00016eb8",
    "internationalisation internationalisations renationalisation rationalisationed",
    "\u1c80 \u10d0\u1c90 \u13a0\uab70", "\U0001e944\U0001e922",
]


def make_tokenizer(vocab, settings):
    lower, strip, chinese, clean = map(bool, settings)
    fast = BertTokenizerFast(vocab={t: i for i, t in enumerate(vocab)})
    made = fast.backend_tokenizer
    made.normalizer = normalizers.BertNormalizer(
        clean_text=clean, handle_chinese_chars=chinese, strip_accents=strip, lowercase=lower)
    return made


def encode(tokenizer, texts):
    return tokenizer.encode_batch(texts, add_special_tokens=False)


def text_lines(vocab):
    for settings in SETTINGS:
        texts = [t for t in TEXTS if len(t) <= SHORT or settings in (UNCASED, CASED)]
        for text, e in zip(texts, encode(make_tokenizer(vocab, settings), texts)):
            tokens = " ".join(f"{i}:{a}:{b}" for i, (a, b) in zip(e.ids, e.offsets))
            yield f"{''.join(map(str, settings))}\t{text.encode().hex()}\t{tokens}"


def checksum(encodings):
    """FNV-1a over the count, ids and offsets, a 32-bit word at a time."""
    sum_ = 0xCBF29CE484222325
    for e in encodings:
        words = [len(e.ids)]
        for i, (a, b) in zip(e.ids, e.offsets):
            words += [i, a, b]
        for word in words:
            sum_ = (sum_ ^ word) * 0x100000001B3 % 2**64
    return sum_


def sweep_lines(vocab):
    """Every code point between letters and marks that stay."""
    for settings in (UNCASED, CASED):
        tokenizer = make_tokenizer(vocab, settings)
        for first in range(0, 0x110000, BLOCK):
            points = [c for c in range(first, first + BLOCK) if not 0xD800 <= c <= 0xDFFF]
            if points:
                texts = [f"the{chr(c)}ing a\U0001d165{chr(c)}\u302e" for c in points]
                yield f"{''.join(map(str, settings))}\t{first:x}\t{checksum(encode(tokenizer, texts)):016x}"


def truncation_lines():
    words = Tokenizer(models.WordLevel({"a": 0, "b": 1, "[CLS]": 2, "[SEP]": 3}, unk_token="a"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    from tokenizers.processors import BertProcessing
    words.post_processor = BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    for longest in range(3, 12):
        words.enable_truncation(longest, strategy="longest_first")
        for a in range(8):
            for b in range(-1, 8):
                e = words.encode("a " * a, "b " * b if b >= 0 else None)
                yield f"{a}\t{b}\t{longest}\t{e.ids.count(0)}\t{e.ids.count(1)}"


def write(name, lines):
    (HERE / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")


def main():
    vocab = vocabulary()
    write("vocab.txt", vocab)
    sha = hashlib.sha256("".join(t + "\n" for t in vocab).encode()).hexdigest()
    write("vocab_sha256.txt", [sha])
    with tempfile.TemporaryDirectory() as folder:
        BertTokenizerFast(vocab={t: i for i, t in enumerate(vocab)}).save_pretrained(folder)
        text = pathlib.Path(folder, "tokenizer.json").read_text(encoding="utf-8")
    write("tokenizer.json", text.splitlines())
    write("texts.tsv", text_lines(vocab))
    write("sweep.tsv", sweep_lines(vocab))
    write("truncation.tsv", truncation_lines())


if __name__ == "__main__":
    main()
