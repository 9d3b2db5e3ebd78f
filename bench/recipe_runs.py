"""One fine-tuning run of a recipe on either side, and what it is worth on the validation set.

Both sides read the same shards, so that texts, cuts and token ids are equal.
"""
import dataclasses
import json
import pathlib
import random
import sys
import tempfile

import numpy as np
import torch
from scipy.stats import pearsonr, spearmanr
from seqeval.metrics import f1_score as entity_f1
from sklearn.metrics import accuracy_score, f1_score

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "parity"))
import peer_training  # noqa: E402

EVALUATED_AT_ONCE = 64  # examples
CORRELATIONS = {"pearson": pearsonr, "spearman": spearmanr}


@dataclasses.dataclass
class Recipe:
    name: str
    data: object  # function of (shared, work): settings of the training and of the validation set
    scores: list  # the first decides
    task: str = "classification"
    epochs: int = 3
    learning_rate: float = 5e-5
    warmup_ratio: float = 0.1
    batch_size: int = 16

    def describe(self):
        return (f"{self.epochs} epoch{'s' * (self.epochs > 1)}, batch {self.batch_size}, "
                f"lr {self.learning_rate:g}, warm-up {self.warmup_ratio:.0%}")


@dataclasses.dataclass
class Shards:
    train: str
    validation: str


def make_shards(recipe, setting):
    settings = [f"model.task={recipe.task}", "model.max_seq_length=128"]
    train, validation = recipe.data(setting.shared, setting.work)
    folders = {}
    for split, given in (("train", train), ("validation", validation)):
        folders[split] = tempfile.mkdtemp(prefix=f"{split}-", dir=setting.work)
        setting.program.run("preprocess", "--output", folders[split], "--split", split,
                            f"model.name={setting.minilm}", *settings, *given)
    return Shards(**folders)


def run_ours(recipe, shards, setting, model, *settings):
    """The lines of metrics.jsonl, one a step and one a validation."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=setting.work) as run:
        setting.program.run(
            "train", f"model.name={model}", f"model.task={recipe.task}",
            "model.max_seq_length=128", f"data.train={shards.train}",
            f"data.validation={shards.validation}", f"training.epochs={recipe.epochs}",
            f"training.batch_size={recipe.batch_size}",
            f"training.learning_rate={recipe.learning_rate}",
            f"training.warmup_ratio={recipe.warmup_ratio}", "logging.every_steps=1",
            f"cluster.threads_per_rank={setting.threads}", f"checkpoint.directory={run}",
            *settings)
        lines = pathlib.Path(run, "metrics.jsonl").read_text().splitlines()
    return list(map(json.loads, lines))


def ours(recipe, shards, setting, seed):
    """{"scores": of the last epoch, in percent, "loss": mean training loss of its steps}"""
    lines = run_ours(recipe, shards, setting, setting.minilm, f"training.seed={seed}")
    losses = [line["loss"] for line in lines if "grad_norm" in line]
    validated = [line for line in lines if "eval_loss" in line][-1]
    return {"scores": {name: 100 * validated[f"eval_{name}"] for name in recipe.scores},
            "loss": float(np.mean(losses[-(len(losses) // recipe.epochs):]))}


def labelled(truth, logits):
    """Labels and guesses of all that has a label, end to end."""
    kept = [labels != peer_training.IGNORED for labels in truth]
    return (np.concatenate([labels[k] for labels, k in zip(truth, kept)]),
            np.concatenate([x.argmax(-1)[k] for x, k in zip(logits, kept)]))


def tags(names, truth, chosen):
    """Of each sentence, its labelled words."""
    return [[names[k] for k in row[labels != peer_training.IGNORED]]
            for batch, rows in zip(truth, chosen) for labels, row in zip(batch, rows)]


def score(name, recipe, names, truth, logits):
    """`truth` and `logits` are lists of arrays, one a batch."""
    if name in CORRELATIONS:
        scores, outputs = (np.concatenate(rows)[:, 0] for rows in (truth, logits))
        return CORRELATIONS[name](scores, outputs)[0]
    if name == "f1" and recipe.task == "token":
        return entity_f1(tags(names, truth, truth),
                         tags(names, truth, [x.argmax(-1) for x in logits]))
    return {"accuracy": accuracy_score, "f1": f1_score}[name](*labelled(truth, logits))


def evaluate(recipe, model, corpus):
    examples, truth, logits = corpus.examples, [], []
    with torch.inference_mode():
        for begin in range(0, len(examples), EVALUATED_AT_ONCE):
            part = examples[begin:begin + EVALUATED_AT_ONCE]
            batch = peer_training.make_batch(recipe.task, "bert", part)
            truth.append(batch.pop("labels").numpy())
            logits.append(model(**batch).logits.numpy())
    return {name: 100 * float(score(name, recipe, corpus.label_names, truth, logits))
            for name in recipe.scores}


def shuffled_batches(recipe, corpus, seed):
    examples = corpus.examples
    draw = random.Random(seed)
    for _ in range(recipe.epochs):
        draw.shuffle(examples)
        for begin in range(0, len(examples), recipe.batch_size):
            yield peer_training.make_batch(recipe.task, "bert",
                                           examples[begin:begin + recipe.batch_size])


def theirs(recipe, shards, setting, seed):
    torch.set_num_threads(setting.threads)
    torch.manual_seed(seed)
    corpus = peer_training.read_corpus(pathlib.Path(shards.train))
    labels = len(corpus.label_names) or 1
    model, _ = peer_training.load(recipe.task, setting.minilm, num_labels=labels)
    an_epoch = -(-len(corpus.examples) // recipe.batch_size)
    losses = peer_training.train(model, shuffled_batches(recipe, corpus, seed),
                                 an_epoch * recipe.epochs, recipe.learning_rate,
                                 recipe.warmup_ratio)
    validation = peer_training.read_corpus(pathlib.Path(shards.validation))
    assert validation.label_names == corpus.label_names
    return {"scores": evaluate(recipe, model, validation),
            "loss": float(np.mean(losses[-an_epoch:]))}


def compare_curves(recipe, shards, setting, steps):
    """Losses of both sides from the same weights in the same order, without dropout."""
    torch.set_num_threads(setting.threads)
    torch.manual_seed(1)
    corpus = peer_training.read_corpus(pathlib.Path(shards.train))
    names = corpus.label_names
    model, _ = peer_training.load(
        recipe.task, setting.minilm, num_labels=len(names), id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)}, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0)
    start = setting.work / "without-dropout"
    model.save_pretrained(start)
    (start / "vocab.txt").write_bytes(setting.vocabulary().read_bytes())
    lines = run_ours(recipe, shards, setting, start, "training.seed=1",
                     f"training.max_steps={steps}", "training.eval_strategy=no",
                     "data.shuffle=false")
    examples = corpus.examples
    batches = (peer_training.make_batch(recipe.task, "bert", [examples[i] for i in chosen])
               for _, chosen in peer_training.plan(1, len(examples), recipe.batch_size, steps))
    return {"mpibert": [line["loss"] for line in lines if "grad_norm" in line],
            "transformers": peer_training.train(model, batches, steps, recipe.learning_rate,
                                                recipe.warmup_ratio)}
