#!/usr/bin/env python3
"""Measures everything side by side and writes results.json and RESULTS.md into --output.

With --only, the other sections stay as an earlier run has left them there.
"""
import datetime
import inspect
import json
import pathlib
import re
import sys
import tempfile
import time

import alone
import arguments
import distilled
import frozen
import heads
import hosts
import inference
import lora
import machine
import memory
import report
import timeline
import training
from corpora import Missing
from mpibert import Mpibert
from rows import Skipped, as_dictionary
from setting import Setting
from turns import Failed

SECTIONS = {
    "Training, equal lengths": training.equal_lengths,
    "Training, real lengths": training.real_lengths,
    "Training, short sentences": training.short_sentences,
    "Training, entities": heads.entities,
    "Training, answers": heads.answers,
    "Training, masked words": heads.words,
    "Training, a part": frozen.parts,
    "Training, linear probe": frozen.probe,
    "Training, LoRA": lora.speed,
    "Peak memory of LoRA": lora.peaks,
    "A student of half the layers": distilled.student,
    "Two hosts, equal lengths": hosts.equal_lengths,
    "Two hosts, accumulation": hosts.accumulation,
    "Two hosts, real lengths": hosts.real_lengths,
    "Two hosts, timeline": timeline.timelines,
    "Inference, equal lengths": inference.equal_lengths,
    "Inference, real lengths": inference.real_lengths,
    "Peak memory of training": memory.peaks,
    "Large batches": memory.large_batches,
    "Whole steps": alone.steps,
    "Ranks and threads": alone.ranks,
    "bf16 and fp32": alone.precision,
    "Kernels": alone.kernels,
}


def show_commands(program, work):
    """One of each kind, without the names of temporary files."""
    shown = {}
    for command in program.commands:
        text = command.replace(program.program, "mpibert").replace(str(work), "WORK")
        text = re.sub(r"WORK/(shards|run)-\w+", r"WORK/\1", text)
        text = re.sub(r"\S+/(tests/cluster/cluster.sh) --name bench-\d+", r"\1", text)
        shown.setdefault(re.sub(r"seed=\d+", "seed=1", text), None)
    return list(shown)


def measure(title, function, setting):
    print(f"{time.strftime('%H:%M:%S')} {title}", flush=True)
    setting.program.commands.clear()
    start = time.monotonic()
    try:
        rows = function(setting)
    except Missing as missing:
        rows = [Skipped("all", str(missing))]
    except Failed as failure:
        rows = [Skipped("all", "failed: " + str(failure).replace("\n", " "))]
        print(failure, file=sys.stderr)
    part = {
        "title": title,
        "about": inspect.cleandoc(function.__doc__),
        "made": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, "
                f"{setting.rounds} rounds, commit {machine.commit()}, "
                f"{machine.describe_machine()['CPU']}",
        "minutes": (time.monotonic() - start) / 60,
        "rows": list(map(as_dictionary, rows)),
        "commands": show_commands(setting.program, setting.work),
    }
    print("\n".join(map(report.line, part["rows"])), flush=True)
    return part


def measure_all(args, work):
    program = Mpibert(args.program, args.threads, work)
    rounds = 1 if args.quick else args.rounds
    setting = Setting(program, rounds, args.quick, args.shared, args.model, work,
                      args.output)
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "threads": args.threads,
        "machine": machine.describe_machine(),
        "versions": machine.describe_versions(program),
    }
    results["sections"] = [measure(title, function, setting)
                           for title, function in SECTIONS.items()
                           if args.only.lower() in title.lower()]
    return results


def keep_others(results, path):
    """Adds the sections of an earlier run that this one has not measured, in their order."""
    earlier = json.loads(path.read_text())["sections"] if path.exists() else []
    parts = {part["title"]: part for part in [*earlier, *results["sections"]]}
    results["sections"] = [parts[title] for title in SECTIONS if title in parts]


def main():
    parser = arguments.parser(__doc__)
    arguments.add_shared(parser)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true",
                        help="tries it out: one round, few steps, one layer")
    parser.add_argument("--only", default="", help="sections whose title has this text")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mpibert-bench-") as work:
        results = measure_all(args, pathlib.Path(work))
    if args.only:
        keep_others(results, args.output / "results.json")
    (args.output / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (args.output / "RESULTS.md").write_text(report.markdown(results) + "\n")
    failed = [row for part in results["sections"] for row in part["rows"]
              if str(row.get("reason", "")).startswith("failed")]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
