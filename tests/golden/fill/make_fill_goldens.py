"""Makes the golden files of filled masks: what transformers' fill-mask pipeline gives, and its
decoding.

    python3 tests/golden/fill/make_fill_goldens.py

    vocab.txt, tokenizer_config.json   a tokenizer for the models tests/golden/model/*-words and
                                       bert-pretraining: BERT's own tokens, words, pieces, punctuation
    texts.txt                          one or several masks each
    NAME.tsv                           of model NAME, a row a word: id, mask, score, token, token_str,
                                       sequence
    pairs.jsonl, next.txt              pairs for bert-pretraining, and BertForPreTraining's probability
                                       that the second text goes on where the first one ends
    decoded.tsv                        ids, whether special tokens are left out, and the text that the
                                       tokenizer decodes them to
    clean/                             a tokenizer with clean_up_tokenization_spaces and added tokens, and
                                       its decoded.tsv
    plain/, blanks/                    likewise ones whose tokenizer.json has a decoder without cleanup,
                                       or none at all

Each pipeline's scores come from float64, so that they have no rounding of their own; neighbours among
them differ by 1e-4 at least, so that float32 orders them alike.
"""

import json
import pathlib
import random

import torch
from transformers import (
    AutoModelForMaskedLM, BertForPreTraining, BertTokenizer, FillMaskPipeline, PreTrainedTokenizerFast,
)  # fmt: skip

HERE = pathlib.Path(__file__).parent
MODELS = HERE.parent / "model"
SIZE = 61
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MARKS = list(".,?!'-\"()")
WORDS = (
    "the rain snow wind sea is was do not don can n ##'t t m s ve re sing ##ing ##er play ##s un ##der "
    "it we you they n't 've 'm 's 're ##. .5 café über 東 ## #"
).split()
TEXTS = [
    "the [MASK] is snow.",
    "the rain [MASK]",
    "[MASK]",
    "The Rain, the [MASK]: was it snow?",
    "the [MASK] and [MASK] of the sea",
    "we don't [MASK] [MASK] [MASK]!",
    "it 's \" [MASK] \" ( they 've )",
    "unknown zebra [MASK] [PAD] [SEP] rain [CLS]",
    "zebra [UNK] [MASK] [PAD] quagga [MASK] singer",
    "ÜBER the Café[MASK]東playing",
    "do not play [MASK], do not",
    " ".join(["the rain is"] * 12) + " [MASK]",
]
PAIRS = [
    ["the rain is [MASK]", "we play"],
    ["the rain", "it was snow."],
    ["[MASK] [MASK]", "the [MASK] sea"],
]
CLEAN = {
    "tokenizer_class": "BertTokenizer",
    "clean_up_tokenization_spaces": True,
    "added_tokens_decoder": {
        str(SIZE): {"content": "we do not ' s", "normalized": False, "special": False},
        str(SIZE + 1): {"content": "<hot>", "normalized": False, "special": True},
    },
}
WHOLE = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False} | {
    f"{name.lower()}_token": f"[{name}]" for name in ("PAD", "UNK", "CLS", "SEP", "MASK")
}


def vocabulary():
    words = SPECIAL + MARKS + WORDS
    words += [f"w{i}" for i in range(SIZE - len(words))]
    assert len(words) == len(set(words)) == SIZE
    return words


def cell(text):
    """As `predict` writes a cell of a table."""
    return '"' + text.replace('"', '""') + '"' if '"' in text else text


def write_lines(name, lines):
    (HERE / name).write_text("".join(line + "\n" for line in lines))


def fill(name, tokenizer):
    model = AutoModelForMaskedLM.from_pretrained(MODELS / name, dtype=torch.float64).eval()
    pipeline = FillMaskPipeline(model=model, tokenizer=tokenizer, device="cpu")
    lines = ["id\tmask\tscore\ttoken\ttoken_str\tsequence"]
    for i, text in enumerate(TEXTS):
        found = pipeline(text, top_k=6)
        for mask, words in enumerate([found] if isinstance(found[0], dict) else found):
            scores = [word["score"] for word in words]
            assert all(a > (1 + 1e-4) * b for a, b in zip(scores, scores[1:])), (name, text, scores)
            lines += [f"{i}\t{mask}\t{w['score']:.17g}\t{w['token']}\t{cell(w['token_str'])}\t"
                      f"{cell(w['sequence'])}" for w in words[:5]]  # fmt: skip
    write_lines(f"{name}.tsv", lines)


def judge_pairs(tokenizer):
    model = BertForPreTraining.from_pretrained(MODELS / "bert-pretraining", dtype=torch.float64).eval()
    lines = [json.dumps({"text": a, "text_b": b}) for a, b in PAIRS]
    write_lines("pairs.jsonl", lines)
    found = []
    for a, b in PAIRS:
        logits = model(**tokenizer(a, b, return_tensors="pt")).seq_relationship_logits
        found.append(f"{logits.softmax(-1)[0, 0].item():.17g}")
    write_lines("next.txt", found)


def decode(name, tokenizer):
    draw = random.Random(7)
    lists = [[i, j] for i in range(SIZE) for j in (13, 5)] + [[i] for i in range(SIZE + 2)]
    lists += [[draw.randrange(SIZE + 2) for _ in range(draw.randrange(20))] for _ in range(80)]
    spelled = ["we do not play", "it ' s ! [SEP] don ' t", "you ' re . ##s n't"]
    lists += [[vocabulary().index(word) for word in text.split()] for text in spelled]
    lines = [f"{' '.join(map(str, ids))}\t{int(skip)}\t{tokenizer.decode(ids, skip_special_tokens=skip)}"
             for ids in lists for skip in (False, True)]  # fmt: skip
    write_lines(name, lines)


def folder_of(name, files):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    for file, members in files.items():
        (folder / file).write_text(json.dumps(members, ensure_ascii=False) + "\n")
    return folder


def by_json(tokenizer, decoder, name):
    members = json.loads(tokenizer.backend_tokenizer.to_str()) | {"decoder": decoder}
    folder = folder_of(name, {"tokenizer.json": members, "tokenizer_config.json": WHOLE})
    decode(f"{name}/decoded.tsv", PreTrainedTokenizerFast.from_pretrained(folder))


def main():
    write_lines("vocab.txt", vocabulary())
    write_lines("texts.txt", TEXTS)
    (HERE / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}\n')
    tokenizer = BertTokenizer.from_pretrained(HERE)
    for name in ["bert-words", "distilbert-words", "bert-pretraining"]:
        fill(name, tokenizer)
    judge_pairs(tokenizer)
    decode("decoded.tsv", tokenizer)
    clean = folder_of("clean", {"tokenizer_config.json": CLEAN})
    write_lines("clean/vocab.txt", vocabulary())
    decode("clean/decoded.tsv", BertTokenizer.from_pretrained(clean))
    by_json(tokenizer, {"type": "WordPiece", "prefix": "##", "cleanup": False}, "plain")
    by_json(tokenizer, None, "blanks")


main()
