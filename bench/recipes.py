#!/usr/bin/env python3
"""Fine-tunes MiniLM on public data beside transformers and writes RECIPES.md and recipes.json.

A run of one seed on one side is kept as soon as it is finished, so the command can be stopped at
any time and run row by row, as in --only trec. --again forgets the rows that it names first.
"""
import json
import pathlib
import sys
import tempfile
import time

import arguments
import machine
import recipes_report
from corpora import Missing
from mpibert import Mpibert
from recipe_data import columns, files, newsgroups, trec, worked_example
from recipe_runs import Recipe, compare_curves, make_shards, ours, theirs
from setting import Setting

WNUT = files("wnut17/wnut17train.conll", "wnut17/emerging.dev.conll")
EWT = files("ud_en_ewt/en_ewt-train.reassembled.conllu.xz", "ud_en_ewt/en_ewt-ud-dev.conllu.xz")
MRPC = files("mrpc/train.tsv", "mrpc/dev.tsv", *columns("#1 String", "#2 String", "Quality"))
SST2 = files("sst2/train.tsv.xz", "sst2/dev.tsv", *columns("sentence"), "data.shuffle=false",
             "data.max_train_samples=10000")
RECIPES = [
    Recipe("newsgroups4, worked example", worked_example, ["accuracy"], warmup_ratio=0.0,
           learning_rate=2e-5),
    Recipe("newsgroups4 full", newsgroups, ["accuracy"], warmup_ratio=0.0),
    Recipe("MRPC", MRPC, ["accuracy", "f1"]),
    Recipe("STS-B", files("stsb/train.tsv", "stsb/dev.tsv",
                          *columns("sentence1", "sentence2", "score")),
           ["pearson", "spearman"], task="regression"),
    Recipe("RTE", files("rte/train.tsv", "rte/dev.tsv", *columns("sentence1", "sentence2")),
           ["accuracy"]),
    Recipe("TREC, coarse", trec, ["accuracy"]),
    Recipe("SST-2, first 10,000", SST2, ["accuracy"], epochs=1),
    Recipe("SNLI, validation to test", files("snli/becel_validation.tsv", "snli/becel_test.tsv",
                                             *columns("premise", "hypothesis")),
           ["accuracy"], epochs=1),
    Recipe("WNUT-17", WNUT, ["f1", "accuracy"], task="token"),
    Recipe("UD EWT, parts of speech", EWT, ["accuracy"], task="token", epochs=1),
]
CURVE_STEPS = 40
CURVE_TOLERANCE = 1e-4  # fp32 and sums in another order, through 40 updates


class Results:
    """What is known, written after each run."""

    def __init__(self, folder):
        self.folder = folder
        path = folder / "recipes.json"
        self.known = json.loads(path.read_text()) if path.exists() else {"rows": {}}

    def row(self, recipe):
        empty = {"runs": {"mpibert": {}, "transformers": {}}}
        row = self.known["rows"].setdefault(recipe.name, empty)
        row |= {"recipe": recipe.describe(), "scores": recipe.scores}
        return row

    def write(self):
        self.known["rows"] = {recipe.name: self.row(recipe) for recipe in RECIPES}
        (self.folder / "recipes.json").write_text(json.dumps(self.known, indent=1) + "\n")
        (self.folder / "RECIPES.md").write_text(recipes_report.markdown(self.known))


def run_recipe(recipe, setting, seeds, results):
    """The sides take turns."""
    row = results.row(recipe)
    row.pop("reason", None)
    sides = {"mpibert": ours, "transformers": theirs}
    todo = [(side, seed) for seed in seeds for side in sides if str(seed) not in row["runs"][side]]
    if not todo:
        return
    shards = make_shards(recipe, setting)
    for side, seed in todo:
        row["runs"][side][str(seed)] = run = sides[side](recipe, shards, setting, seed)
        row["made"] = machine.made()
        results.write()
        print(f"{time.strftime('%H:%M:%S')} {recipe.name}, {side}, seed {seed}: {run}", flush=True)


def run_curve(setting, results):
    recipe = next(recipe for recipe in RECIPES if recipe.data == trec)  # its texts are short
    losses = compare_curves(recipe, make_shards(recipe, setting), setting, CURVE_STEPS)
    results.known["curve"] = {"task": recipe.name, "made": machine.made(), "tolerance": CURVE_TOLERANCE,
                              **losses}


def measure(args, work):
    program = Mpibert(args.program, args.threads, work)
    setting = Setting(program, 1, False, args.shared.resolve(), args.model.resolve(), work,
                      args.output)
    results = Results(args.output)
    results.known |= {"machine": machine.describe_machine(),
                      "versions": machine.describe_versions(program)}
    for recipe in RECIPES:
        if args.only.lower() not in recipe.name.lower():
            continue
        if args.again:
            results.known["rows"].pop(recipe.name, None)
        try:
            run_recipe(recipe, setting, args.seeds, results)
        except Missing as missing:
            results.row(recipe)["reason"] = str(missing)
    if args.only.lower() in "loss curve" and (args.again or "curve" not in results.known):
        run_curve(setting, results)
    results.write()


def main():
    parser = arguments.parser(__doc__, rounds=None)
    arguments.add_shared(parser)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only", default="", help='rows whose name has this text; "loss curve"')
    parser.add_argument("--again", action="store_true", help="also what has been run before")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-recipes-") as work:
        measure(args, pathlib.Path(work))


if __name__ == "__main__":
    sys.exit(main())
