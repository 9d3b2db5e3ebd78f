#!/usr/bin/env python3
"""Makes datasets/vocab/newsposts/vocab.txt, the vocabulary for models that start at random.

A WordPiece vocabulary of 6,000 tokens learned from datasets/newsposts, lower case, in BERT's form.
Needs tokenizers==0.23.3; the result is kept in the repository.
"""
import pathlib

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def main():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=6000, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train([str(p) for p in sorted((HERE / "newsposts").glob("*/*"))], trainer)
    by_id = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    out = HERE / "vocab" / "newsposts"
    (out / "vocab.txt").write_text("".join(token + "\n" for token, _ in by_id), encoding="utf-8")
    (out / "tokenizer_config.json").write_text('{"do_lower_case": true}\n')


if __name__ == "__main__":
    main()
