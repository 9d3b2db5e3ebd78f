"""Makes the golden files of masked words: tiny BERTs by PyTorch and transformers.

    python3 tests/golden/task/make_words_goldens.py build/release/mpibert

The folders mlm and pretraining in Hugging Face's form (config.json, model.safetensors, vocab.txt) with

    data.txt          24 texts, a text a line; of pretraining documents of 3 of them
    losses.txt        loss of each of 10 AdamW steps, all sequences a step, constant rate, no dropout
    whole_words.txt   (mlm) likewise with words masked as a whole
    metrics.txt       "name value" lines: what the model that the folder holds is worth on the data

Masks are those of training.seed 42, from Philox 4x32 with 10 rounds (Salmon et al. 2011) as
src/core/philox.c and src/task/masking.c use it, written here once more. BertForMaskedLM is given what
DataCollatorForLanguageModeling would give it: masked ids and labels. The pairs for BertForPreTraining
are those that the program makes of the data (its argument). All in float64.
"""

import math
import pathlib
import subprocess
import sys
import tempfile

import h5py
import torch
from transformers import BertConfig, BertForMaskedLM, BertForPreTraining, BertTokenizerFast

from make_task_goldens import randomise, take_steps, write_model, write_numbers

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = ["##a", "##b"]
VOCAB = SPECIAL + [f"w{i}" for i in range(50)] + PIECES
TEXTS = 24
STEPS = 10
SEED = 42
EVALUATION = 2**32 - 1
PROBABILITY = 0.15
WORD = 2**32 - 1


def philox(key, counter):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & WORD, (p0 >> 32) ^ c3 ^ k1, p0 & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


def mask(tokens, draw, sequence, whole_words):
    """Masked ids, and labels where they are to be predicted."""
    seed = 0 if draw == EVALUATION else SEED
    key = philox((seed, 0), (draw, 0x6D61736B, 0x6D706962, 0x65727431))[:2]
    ids, labels, chosen, in_word = [], [], False, False
    for position, token in enumerate(tokens):
        pick, share, other, _ = philox(key, (sequence, 0, position, 0))
        special = VOCAB[token] in ("[CLS]", "[SEP]", "[PAD]")
        if not (whole_words and VOCAB[token].startswith("##") and in_word):
            chosen = not special and pick / 2**32 < PROBABILITY
        in_word = not special
        labels.append(token if chosen else -100)
        if chosen and share / 2**32 < 0.8:
            token = VOCAB.index("[MASK]")
        elif chosen and share / 2**32 < 0.9:
            token = other * len(VOCAB) >> 32
        ids.append(token)
    return ids, labels


def make_texts():
    generator = torch.Generator().manual_seed(42)
    texts = []
    for _ in range(TEXTS):
        length = int(torch.randint(1, 14, (1,), generator=generator))
        words = torch.randint(0, 50, (length,), generator=generator).tolist()
        ends = torch.randint(0, 4, (length,), generator=generator).tolist()
        texts.append(" ".join(f"w{w}" + ["", "", "a", "ab"][e] for w, e in zip(words, ends)))
    return texts


def make_model(kind):
    torch.manual_seed(43)
    config = BertConfig(
        vocab_size=len(VOCAB), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=48, type_vocab_size=2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager",
    )
    model = kind(config)
    randomise(model, 44)
    return model


def batch(pairs, draw, whole_words):
    """`pairs` are (tokens, where the second text begins, label)."""
    longest = max(len(tokens) for tokens, _, _ in pairs)
    rows = {"input_ids": [], "attention_mask": [], "token_type_ids": [], "labels": []}
    for i, (tokens, begin, _) in enumerate(pairs):
        masked, wanted = mask(tokens, draw, i, whole_words)
        rest = longest - len(tokens)
        rows["input_ids"].append(masked + [0] * rest)
        rows["labels"].append(wanted + [-100] * rest)
        rows["attention_mask"].append([1] * len(tokens) + [0] * rest)
        rows["token_type_ids"].append([int(j >= begin) for j in range(longest)])
    inputs = {name: torch.tensor(row) for name, row in rows.items()}
    if pairs[0][2] is not None:
        inputs["next_sentence_label"] = torch.tensor([label for _, _, label in pairs])
    return inputs


def train(model, pairs, whole_words):
    """A step is an epoch, with masks of its own."""
    return take_steps(model, lambda epoch: model(**batch(pairs, epoch, whole_words)).loss, STEPS)


def write_folder(name, kind, data):
    folder = HERE / name
    model = make_model(kind)
    write_model(folder, model, VOCAB)
    (folder / "data.txt").write_text(data)
    return folder, model.double().eval()


def write_metrics(folder, model, pairs):
    inputs = batch(pairs, EVALUATION, False)
    found = model(**inputs)
    logits = found.get("prediction_logits", found.get("logits"))
    wanted = inputs["labels"] != -100
    right = (logits.argmax(-1) == inputs["labels"])[wanted]
    words = torch.nn.functional.cross_entropy(logits[wanted], inputs["labels"][wanted]).item()
    metrics = {"loss": found.loss.item(), "perplexity": math.exp(words),
               "accuracy": right.double().mean().item(), "masked_words": int(wanted.sum())}
    if "next_sentence_label" in inputs:
        right = found.seq_relationship_logits.argmax(-1) == inputs["next_sentence_label"]
        metrics["next_sentence_accuracy"] = right.double().mean().item()
    (folder / "metrics.txt").write_text("".join(f"{k} {v:.17g}\n" for k, v in metrics.items()))


def mlm(texts):
    folder, model = write_folder("mlm", BertForMaskedLM, "".join(text + "\n" for text in texts))
    tokens = BertTokenizerFast(str(folder / "vocab.txt"))(texts)["input_ids"]
    assert VOCAB.index("[UNK]") not in sum(tokens, [])
    pairs = [(sequence, len(sequence) + 48, None) for sequence in tokens]
    write_numbers(folder / "losses.txt", train(model, pairs, False))
    write_numbers(folder / "whole_words.txt", train(model, pairs, True))
    write_metrics(folder, model, pairs)


def read_pairs(program, folder):
    with tempfile.TemporaryDirectory() as work:
        subprocess.run([program, "preprocess", "--output", f"{work}/shards", f"model.name={folder}",
                        "model.task=pretraining", f"data.train={folder}/data.txt", "data.val_split=0",
                        "model.max_seq_length=40", "data.shuffle=false"], check=True)  # fmt: skip
        with h5py.File(f"{work}/shards/shard-00000-of-00001.h5") as shard:
            tokens, offsets = shard["tokens"][:].tolist(), shard["offsets"][:].tolist()
            return [(tokens[a:b], begin, label) for a, b, begin, label in zip(
                offsets, offsets[1:], shard["segment_b"][:].tolist(), shard["labels"][:].tolist())]


def pretraining(texts, program):
    documents = ["\n".join(texts[i:i + 3]) + "\n" for i in range(0, TEXTS, 3)]
    folder, model = write_folder("pretraining", BertForPreTraining, "\n".join(documents))
    pairs = read_pairs(program, folder)
    assert {label for _, _, label in pairs} == {0, 1}
    write_numbers(folder / "losses.txt", train(model, pairs, False))
    write_metrics(folder, model, pairs)


if __name__ == "__main__":
    mlm(make_texts())
    pretraining(make_texts(), sys.argv[1])
