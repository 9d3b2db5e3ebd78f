"""Compares loss curves of `mpibert train` with those of PyTorch and transformers, task by task.

    curves_parity.py --program build/release/mpibert

For each task a small random BERT, and a small random DistilBERT where it has the head, made by
transformers with the head that it is to have: trained by both sides without dropout on the data of
configs/, in the same order. Then transformers reads `final/`, which must hold every tensor of its
class, and scores the validation set as `mpibert evaluate` and `predict --logits` do.
"""

import argparse
import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import peer_training
import torch
import transformers
from common import ROOT
from transformers import BertConfig, DistilBertConfig

VOCABULARY = ROOT / "datasets" / "vocab" / "newsposts"
STEPS = 24
BATCH = 16
LEARNING_RATE = 1e-3  # beyond, Adam carries gradients of the size of rounding into the loss
WARMUP = 0.1
DECAY = 0.1  # what decays and what does not shows in 24 steps, in multiples of the tolerance
SEED = 7
TOLERANCE = 2e-5  # float32 sums in another order through 24 updates leave about 1e-6


@dataclasses.dataclass
class Case:
    config: str  # of configs/
    task: str
    families: tuple = ("bert", "distilbert")
    has_logits: bool = True  # that predict tells


CASES = {
    "classification": Case("labels", "classification"),
    "pairs": Case("pairs", "classification"),
    "multilabel": Case("topics", "multilabel"),
    "regression": Case("scores", "regression"),
    "token": Case("entities", "token", has_logits=False),
    "qa": Case("questions", "qa", has_logits=False),
    "choice": Case("choices", "choice"),
    "mlm": Case("text", "mlm", has_logits=False),
    "pretraining": Case("pretraining", "pretraining", ("bert",), has_logits=False),
}

PROBLEMS = {
    "classification": "single_label_classification",
    "multilabel": "multi_label_classification",
    "regression": "regression",
}


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                          cwd=ROOT)  # fmt: skip
    if done.returncode != 0:
        words = " ".join(map(str, command))
        sys.exit(f"curves_parity: {words} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def vocabulary():
    return (VOCABULARY / "vocab.txt").read_text(encoding="utf-8").splitlines()


def make_config(family, names):
    shared = {"vocab_size": len(vocabulary()), "initializer_range": 0.05}
    if names:
        shared |= {"id2label": dict(enumerate(names)),
                   "label2id": {name: i for i, name in enumerate(names)}}  # fmt: skip
    if family == "bert":
        return BertConfig(hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
                          intermediate_size=96, hidden_dropout_prob=0.0,
                          attention_probs_dropout_prob=0.0, **shared)  # fmt: skip
    return DistilBertConfig(dim=64, n_layers=2, n_heads=4, hidden_dim=96, dropout=0.0,
                            attention_dropout=0.0, seq_classif_dropout=0.0, qa_dropout=0.0,
                            **shared)  # fmt: skip


def start_folder(family, folder):
    """The configuration and the vocabulary, which preprocessing needs."""
    make_config(family, []).save_pretrained(folder)
    for entry in VOCABULARY.iterdir():
        shutil.copy(entry, folder / entry.name)


def make_model(case, family, names, folder):
    torch.manual_seed(SEED)
    maker = getattr(transformers, peer_training.MODELS[case.task])
    outputs = ["LABEL_0"] if case.task == "regression" else names
    model = maker.from_config(make_config(family, outputs))
    model.config.problem_type = PROBLEMS.get(case.task)
    start_folder(family, folder)
    model.save_pretrained(folder)
    return model


def make_corpus(program, case, split, scratch):
    run(program, "preprocess", "--config", f"configs/{case.config}.yaml", "--split", split,
        "--output", scratch / split, f"model.name={scratch / 'start'}", f"model.task={case.task}")
    return peer_training.read_corpus(scratch / split)


def train_ours(program, case, model, scratch):
    directory = model / "run"
    run(program, "train", f"model.name={model}", f"model.task={case.task}",
        f"data.train={scratch / 'train'}", f"data.validation={scratch / 'validation'}",
        "model.max_seq_length=192", "data.shuffle=false", f"training.seed={SEED}",
        f"training.batch_size={BATCH}", f"training.max_steps={STEPS}", f"training.learning_rate={LEARNING_RATE}",
        f"training.warmup_ratio={WARMUP}", f"training.weight_decay={DECAY}",
        "logging.every_steps=1", f"checkpoint.directory={directory}",
        "checkpoint.resume=never")  # fmt: skip
    lines = map(json.loads, (directory / "metrics.jsonl").read_text().splitlines())
    return directory / "final", [line["loss"] for line in lines if "grad_norm" in line]


def train_theirs(case, model, corpus, masking):
    examples = corpus.examples
    batches = (
        peer_training.make_batch(case.task, model.config.model_type,
                                 [examples[i] for i in chosen], masking, epoch)
        for epoch, chosen in peer_training.plan(SEED, len(examples), BATCH, STEPS)
    )  # fmt: skip
    return peer_training.train(model, batches, STEPS, LEARNING_RATE, WARMUP, DECAY)


def score_both(program, case, final, corpus, scratch, masking):
    """Differences of the validation loss and, where there are any, of the logits."""
    model, wrong = peer_training.load(case.task, final)
    if wrong:
        sys.exit(f"curves_parity: {final}: {wrong}")
    batch = peer_training.make_batch(case.task, model.config.model_type, corpus.examples, masking)
    with torch.inference_mode():
        expected = model.eval()(**batch)
        loss = peer_training.loss_of(expected, batch).item()
    shards = scratch / "validation"
    found = json.loads(run(program, "evaluate", "--model", final, "--data", shards))
    differences = [abs(found["loss"] - loss)]
    if case.has_logits:
        lines = run(program, "predict", "--model", final, "--input", shards, "--logits")
        logits = torch.tensor([json.loads(line)["logits"] for line in lines.splitlines()])
        differences.append((logits - expected.logits).abs().max().item())
    return differences


def compare(program, name, family, corpora, scratch):
    case = CASES[name]
    start = scratch / family
    model = make_model(case, family, corpora["train"].label_names, start)
    masking = None
    if case.task in ("mlm", "pretraining"):
        masking = peer_training.Masking(vocabulary(), SEED)
    final, ours = train_ours(program, case, start, scratch)
    theirs = train_theirs(case, model, corpora["train"], masking)
    worst = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
    scores = score_both(program, case, final, corpora["validation"], scratch, masking)
    print(f"curves_parity: {name}, {family}: {len(ours)} steps, loss {theirs[0]:.3f} to "
          f"{theirs[-1]:.3f}, largest difference {worst:.1e}; of final/, loss"
          f"{' and logits' * case.has_logits} {', '.join(f'{x:.1e}' for x in scores)} "
          f"(tolerance {TOLERANCE:.0e})", flush=True)  # fmt: skip
    return max(worst, *scores) <= TOLERANCE


def compare_families(program, name):
    case = CASES[name]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        start_folder("bert", scratch / "start")
        corpora = {split: make_corpus(program, case, split, scratch)
                   for split in ("train", "validation")}  # fmt: skip
        return all([compare(program, name, family, corpora, scratch) for family in case.families])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", default="", help="cases whose name has this text")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.program).resolve()
    torch.set_num_threads(1)  # small models
    right = [compare_families(program, name) for name in CASES if arguments.only in name]
    if not all(right):
        sys.exit("curves_parity: FAILED")


if __name__ == "__main__":
    main()
