#!/usr/bin/env python3
"""Writes added.tsv, what `tokenizers` gives for vocab.txt with added tokens, for test_added_tokens.c.

S settings                        a tokenizer begins: 0 or 1 for lower case, strip accents, split Chinese, clean text
A id flags token                  its added tokens (hexadecimal UTF-8); flags are 0 or 1 for single word, strip left,
                                  strip right, normalized
T text tokens                     a text (hexadecimal UTF-8) and "id:start:end" of every token
"""
import pathlib

from tokenizers import AddedToken

from make_tokenizer_goldens import HERE, make_tokenizer, vocabulary

# settings; added tokens with their flags (w: single word, l, r: strip, n: normalized)
SUBJECTS = [
    ((1, 1, 1, 1), {"<E1>": "", "</E1>": "", "<NUM>": "", "<": "", "<E": ""}),
    ((1, 1, 1, 1), {"<E1>": "n", "COVID": "n", "Café": "n", "the Play": "n", "中": "n", "un": "n"}),
    ((0, 0, 1, 1), {"<E1>": "n", "COVID": "n", "Café": "", "the play": "n", "中文": "", "##ing": ""}),
    ((1, 1, 1, 1), {"b": "", "ning": "r", "unab": "w", "Cov": ""}),
    ((1, 1, 1, 1), {"<x>": "w", "ab": "w", "b": "", "É": "wn", "1": "w"}),
    ((1, 1, 1, 1), {"<l>": "l", "<r>": "r", "<b>": "lr", " a": "", "<n>": "lrn", "[MASK]": "l", "[SEP]": "r"}),
    ((1, 1, 0, 1), {"[MASK]": "n", "<w>": "wlrn", "e\u0301": "n", "ß": "n", "\u0130": "n", "a\u00adb": "n"}),
]

TEXTS = [
    "", " ", "the <E1>ship</E1> lost a key", "<NUM> boat, num boat", "<E1><E1> <e1>x<E1", "<<E1>>", "<E", "a<NUM>b",
    "covid COVID CoViDs xCovid", "CAFÉ cafe café Cafe\u0301 caf\u00ade\u0301", "the  play the play THE PLAY theplay",
    "中 中文 a中b 文", "un unable running fun", "##ing playing ing",
    "<x> a<x> <x>b <x>, <x>é (<x>) _<x> 1<x> \u200d<x> Ⓐ<x> \u0301<x>", "ab xab b abb ab_ ab", "é É eé É, x\u0301É", "1 12 1. a1",
    "a  <l>  b  <r>  c  <b>  d", "<b><b>  <b> ", "<r>  a b<r> a", "\u3000<l>\u2003<r>\u00a0x", "  <n>  a", "[MASK] a  [MASK] [SEP]  [SEP] b",
    "[mask] [MASK] x[mask]", "a <w> b a<w> <W> ", "e\u0301 é E\u0301 e\u0323\u0301 x", "ß ẞ ss", "\u0130 i\u0307 i I", "a\u00adb ab aB",
    "running<E1>running running<l>running", "a" * 99 + "<E1>" + "b" * 101, "e\u0301" * 30 + "<E1>" + "\U0001d165\u0301", "internationalisation<r>ationalisation",
]


def token_of(content, flags):
    return AddedToken(content, single_word="w" in flags, lstrip="l" in flags, rstrip="r" in flags, normalized="n" in flags)


def lines():
    vocab = vocabulary()
    for settings, added in SUBJECTS:
        made = make_tokenizer(vocab, settings)
        made.add_tokens([token_of(content, flags) for content, flags in added.items()])
        yield "S\t" + "".join(map(str, settings))
        for content, flags in added.items():
            yield f"A\t{made.token_to_id(content)}\t{''.join(str(int(f in flags)) for f in 'wlrn')}\t{content.encode().hex()}"
        for text in TEXTS:
            e = made.encode(text, add_special_tokens=False)
            yield f"T\t{text.encode().hex()}\t" + " ".join(f"{i}:{a}:{b}" for i, (a, b) in zip(e.ids, e.offsets))


if __name__ == "__main__":
    pathlib.Path(HERE, "added.tsv").write_text("".join(line + "\n" for line in lines()), encoding="utf-8", newline="\n")
