"""Writes the results of the recipes as Markdown: recipes_report.py RECIPES.json > RECIPES.md"""
import json
import pathlib
import statistics
import sys

from report import as_list

HEAD = """\
# Fine-tuning beside transformers

Written by `bench/recipes.py`, see README.md. MiniLM with a fresh head, fine-tuned by `mpibert
train` and by a plain loop of PyTorch with transformers' own model classes, in fp32, on the same
token ids. AdamW (weight decay 0.01, not on biases and LayerNorms), gradients clipped to 1, a linear
schedule, 128 tokens, dropout 0.1, the last smaller batch of an epoch included. A seed decides the
head, the order and the dropout, which differ between the sides, so means of seeds are compared:
the score after the last epoch, in percent, its mean, in parentheses the least and the largest.

A mean is *within the spread* if it differs from the other side's by no more than the larger of the
two ranges of seeds: of two sides that are alike, with three seeds each, one comparison in twenty
says otherwise. "loss" is the mean training loss of the last epoch.
"""
TABLE = ("| Task | Recipe | Seeds | | mpibert | transformers | Difference | |\n"
         "|---|---|---|---|---|---|---|---|")


def finished(row):
    """Seeds that both sides have run."""
    runs = row["runs"]
    return sorted(runs["mpibert"].keys() & runs["transformers"].keys(), key=int)


def values(row, side, score):
    runs = [row["runs"][side][seed] for seed in finished(row)]
    return [run["loss"] if score == "loss" else run["scores"][score] for run in runs]


def describe(numbers, digits):
    return (f"{statistics.mean(numbers):.{digits}f} "
            f"({min(numbers):.{digits}f} to {max(numbers):.{digits}f})")


def within_spread(ours, theirs):
    spread = max(max(ours) - min(ours), max(theirs) - min(theirs))
    return abs(statistics.mean(ours) - statistics.mean(theirs)) <= spread


def lines(name, row):
    seeds = finished(row)
    for i, score in enumerate([*row["scores"], "loss"]):
        ours, theirs = (values(row, side, score) for side in ("mpibert", "transformers"))
        digits = 3 if score == "loss" else 1
        difference = statistics.mean(ours) - statistics.mean(theirs)
        verdict = "within the spread" if within_spread(ours, theirs) else "**outside**"
        first = [name, row["recipe"], ", ".join(seeds)] if i == 0 else ["", "", ""]
        yield "| " + " | ".join([*first, score, describe(ours, digits), describe(theirs, digits),
                                 f"{difference:+.{digits}f}",
                                 verdict if len(seeds) > 1 else "one seed"]) + " |"


def not_finished(row):
    seeds = [f"{side} seed {', '.join(runs)}" for side, runs in row["runs"].items() if runs]
    return f"only {'; '.join(seeds)}" if seeds else "not run yet"


def curve(results):
    found = results.get("curve")
    if found is None:
        return "Not measured."
    both = list(zip(found["mpibert"], found["transformers"]))
    worst = max(abs(ours - theirs) for ours, theirs in both)
    verdict = "within" if worst <= found["tolerance"] else "**outside**"
    return (f"{found['task']}, {len(both)} steps from the same weights in the same order, "
            f"without dropout: loss {both[0][0]:.4f} to {both[-1][0]:.4f}, the largest "
            f"difference of a step {worst:.1e}, {verdict} {found['tolerance']:.0e} "
            f"({found['made']}).")


def markdown(results):
    rows = [(name, row) for name, row in results["rows"].items()]
    absent = {name: row["reason"] for name, row in rows if "reason" in row}
    absent |= {name: not_finished(row) for name, row in rows
               if "reason" not in row and not finished(row)}
    table = [line for name, row in rows if name not in absent for line in lines(name, row)]
    made = [f"- {name}: {row['made']}" for name, row in rows if name not in absent]
    return "\n".join([
        HEAD, as_list(results["machine"]), "", as_list(results["versions"]), "", TABLE, *table, "",
        "Made:\n", *made, "", "## Loss curve\n", curve(results), "", "## Not measured\n",
        as_list(absent) or "- nothing", ""])


if __name__ == "__main__":
    print(markdown(json.loads(pathlib.Path(sys.argv[1]).read_text())), end="")
