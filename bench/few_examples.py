#!/usr/bin/env python3
"""Trains MiniLM on few examples in several ways and writes FEW_EXAMPLES.md and few_examples.json.

Each finished run is kept, so a command that is stopped goes on where it was; times play no part.
"""
import json
import pathlib
import statistics
import sys
import tempfile

import arguments
import machine
from mpibert import Mpibert
from recipe_data import columns, files, newsgroups
from recipe_runs import Recipe, make_shards
from setting import Setting

SST2 = files("sst2/train.tsv.xz", "sst2/dev.tsv", *columns("sentence"))
TASKS = [Recipe("SST-2", SST2, ["accuracy"]), Recipe("newsgroups4", newsgroups, ["accuracy"])]
EPOCHS = {100: 24, 300: 12, 500: 8}  # by examples: some 170 to 260 steps
WAYS = {  # as configs/ has them
    "everything": ["training.learning_rate=5e-5"],
    "gradually": ["training.learning_rate=5e-5", "training.layer_lr_decay=0.9",
                  "model.trainable=head", "model.unfreeze_schedule={2: top:2, 4: all}"],
    "LoRA": ["training.learning_rate=1e-3", "model.lora.rank=8", "model.lora.alpha=16",
             "model.lora.dropout=0.1"],
    "head alone": ["training.learning_rate=5e-3", "model.trainable=head"],
}

HEAD = """\
# Few examples, several ways of training

Written by `bench/few_examples.py`. MiniLM with a fresh head, batches of 16, warm-up 10 %, a linear
schedule, 128 tokens. A seed draws the examples (the same ones for every way), the head, the order and
the dropout. The accuracy after the last epoch on the whole test part of newsgroups4 (1,546 posts of
four groups) and on the development set of SST-2 (872 sentences), in percent: the mean of the seeds, in
parentheses the least and the largest.
"""


def run(recipe, shards, setting, examples, way, seed):
    with tempfile.TemporaryDirectory(prefix="run-", dir=setting.work) as folder:
        setting.program.run(
            "train", f"model.name={setting.minilm}", f"data.train={shards.train}",
            f"data.max_train_samples={examples}", f"data.validation={shards.validation}",
            "training.eval_strategy=no", f"training.epochs={EPOCHS[examples]}",
            f"training.batch_size={recipe.batch_size}", "training.warmup_ratio=0.1",
            f"training.seed={seed}", f"cluster.threads_per_rank={setting.threads}",
            f"checkpoint.directory={folder}", *WAYS[way])
        out, _ = setting.program.run("evaluate", "--model", folder, "--data", shards.validation)
    return 100 * json.loads(out)["accuracy"]


def describe(scores):
    return f"{statistics.mean(scores):.1f} ({min(scores):.1f} to {max(scores):.1f})"


def table(name, runs):
    """`runs` is {examples: {way: {seed: accuracy}}}."""
    yield f"| {name} | " + " | ".join(f"{examples} examples" for examples in runs) + " |"
    yield "|---|" + "---|" * len(runs)
    for way in WAYS:
        scores = [list(found.get(way, {}).values()) for found in runs.values()]
        yield f"| {way} | " + " | ".join(describe(s) if s else "not run" for s in scores) + " |"


def markdown(known):
    lines = [HEAD, f"- CPU: {known['machine']['CPU']}", f"- made: {known['made']}", ""]
    for name, runs in known["runs"].items():
        lines += [*table(name, runs), ""]
    return "\n".join(lines)


def measure(args, work):
    program = Mpibert(args.program, args.threads, work)
    setting = Setting(program, 1, False, args.shared.resolve(), args.model.resolve(), work,
                      args.output)
    path = args.output / "few_examples.json"
    known = json.loads(path.read_text()) if path.exists() else {"runs": {}}
    known |= {"machine": machine.describe_machine(), "made": machine.made()}
    for recipe in TASKS:
        shards = make_shards(recipe, setting)
        for examples, way, seed in ((e, w, s) for e in EPOCHS for s in args.seeds for w in WAYS):
            found = known["runs"].setdefault(recipe.name, {}).setdefault(str(examples), {})
            done = found.setdefault(way, {})
            if str(seed) in done:
                continue
            done[str(seed)] = run(recipe, shards, setting, examples, way, seed)
            print(f"{recipe.name}, {examples}, {way}, seed {seed}: {done[str(seed)]:.1f} %",
                  flush=True)
            path.write_text(json.dumps(known, indent=1) + "\n")
            (args.output / "FEW_EXAMPLES.md").write_text(markdown(known))


def main():
    parser = arguments.parser(__doc__, rounds=None)
    arguments.add_shared(parser)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-few-") as work:
        measure(args, pathlib.Path(work))


if __name__ == "__main__":
    sys.exit(main())
