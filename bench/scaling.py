#!/usr/bin/env python3
"""The model of a step on a cluster: calibrated, checked, and asked about larger ones.

    bench/scaling.py measure   # on tests/cluster (as root): bench/scaling.json
    bench/scaling.py report    # from it: pictures and tables of docs/scaling.md

Two hosts of one core, 8 sequences of 128 tokens each, links limited in both directions. How fast a
host computes comes from both computing at the same time on their own; what the network's work costs
it and what of a link sums get through, from MiniLM without a limit and at one rate. All other rows of
the table are predictions that the measurements can refute.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys

import curves
import machine
import mpibert
from cluster import Cluster
from corpora import Missing

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTE = ROOT / "docs" / "scaling.md"
RATES = [None, 1000, 400, 200, 100]  # Mb/s
CALIBRATION = ("mini", 200)  # and the same shape without a limit
BATCH, LENGTH = 8, 128  # of a rank
NAMES = {"mini": "MiniLM", "base": "BERT-Base", "large": "BERT-Large"}
UNLIMITED = 1e12  # bytes a second


@dataclasses.dataclass
class Job:
    """A line for bench/scaling.c."""

    shape: str
    batch: int
    length: int = LENGTH
    accumulation: int = 1
    nodes: int = 1
    ranks_per_node: int = 1
    flops: float = 1e9
    memory: float = 10e9
    network: float = UNLIMITED
    latency: float = 15e-6
    message: float = 2e-6
    host: float = 0.3e-9
    piece: float = 0.0  # floats that travel together; found by Model.ask
    wire: float = 4.0
    overlap: int = 1
    sharded: int = 0


FIGURES = ["seconds", "compute", "update", "network", "hidden", "exposed", "bytes", "balance"]


class Model:
    """bench_scaling, kept running."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.answers = {}

    def ask(self, job):
        piece = min(max(2.0**14 * job.nodes * job.ranks_per_node, 2.0**18), 2.0**20)
        line = dataclasses.astuple(dataclasses.replace(job, piece=piece))
        if line not in self.answers:
            print(*line, file=self.process.stdin, flush=True)
            self.answers[line] = self.process.stdout.readline().split()
        return dict(zip(FIGURES, map(float, self.answers[line])))

    def seconds(self, job):
        return self.ask(job)["seconds"]

    def speed(self, job, seconds):
        """FLOPs a second with which `job` takes `seconds`."""
        slow = self.seconds(dataclasses.replace(job, flops=1.0))
        rest = self.seconds(dataclasses.replace(job, flops=1e30))
        return slow / (seconds - rest)

    def fit(self, job, field, low, high, seconds):
        """The value of `field`, between the two, with which the job takes `seconds`."""
        rises = self.seconds(dataclasses.replace(job, **{field: high})) > self.seconds(
            dataclasses.replace(job, **{field: low}))
        for _ in range(60):
            middle = (low * high) ** 0.5
            longer = self.seconds(dataclasses.replace(job, **{field: middle})) > seconds
            low, high = (low, middle) if longer == rises else (middle, high)
        return (low * high) ** 0.5


WIRES = {"fp32": 4.0, "bf16": 2.0}


def options(shape, steps, ranks, wire, overlap):
    return ["--shape", shape, "--batch", BATCH * ranks, "--length", LENGTH, "--steps", steps,
            "--gradient-dtype", wire, *([] if overlap else ["--no-overlap"])]


def apart(program, cluster, shape, steps):
    """Seconds of the median step of two jobs of one host each, at the same time; the slower one."""
    def alone(host):
        command = [*cluster.on(host), program.program, "bench", "train", "--json", "--threads", 1,
                   "--shape", shape, "--batch", BATCH, "--length", LENGTH, "--steps", steps]
        out, _ = mpibert.run_measured([*map(str, command)])
        return statistics.median(json.loads(out)["seconds"])

    with concurrent.futures.ThreadPoolExecutor() as pool:
        return max(pool.map(alone, ["node0", "node1"]))


def measure_round(program, cluster, arguments, measured):
    for shape, found in measured.items():
        found["apart"].append(apart(program, cluster, shape, arguments.steps))
        for rate in RATES:
            cluster.limit(rate)
            for wire in arguments.wires:
                figures = program.over(cluster.mpirun, threads=1).bench(
                    "train", *options(shape, arguments.steps, 2, wire, arguments.overlap), ranks=2)
                seconds = statistics.median(figures["seconds"])
                found["together"].setdefault(f"{wire} {rate}", []).append(seconds)
                print(f"{shape} in {wire} at {rate} Mb/s: {seconds:.3f} s", flush=True)
        cluster.limit(None)


def measure(arguments):
    program = mpibert.Mpibert(ROOT / arguments.program, 1, ROOT)
    measured = {shape: {"apart": [], "together": {}} for shape in arguments.shapes}
    about = {"machine": machine.describe_machine(), "commit": machine.commit()}
    with Cluster(2, [ROOT, pathlib.Path(program.program).parent]) as cluster:
        for _ in range(arguments.rounds):
            measure_round(program, cluster, arguments, measured)
    about["how"] = (f"medians of {arguments.rounds} x {arguments.steps} steps; load "
                    f"{about['machine']['load before']} before, {os.getloadavg()[0]:.2f} after")
    about["overlap"] = arguments.overlap
    arguments.results.write_text(json.dumps(about | {"measured": measured}, indent=1) + "\n")


def seconds_of(results, shape, wire, rate):
    return statistics.median(results["measured"][shape]["together"][f"{wire} {rate}"])


def job_of(model, results, shape, wire, **fields):
    """Two hosts as they were measured."""
    alone = Job(shape, BATCH)
    speed = model.speed(alone, statistics.median(results["measured"][shape]["apart"]))
    return Job(shape, BATCH * 2, nodes=2, flops=speed, wire=WIRES[wire],
               overlap=int(results["overlap"]), **fields)


def calibrate(model, results):
    """What the work of sums costs a host, and what of a link they get through."""
    shape, rate = CALIBRATION
    free = job_of(model, results, shape, "fp32")
    host = model.fit(free, "host", 1e-12, 1e-7, seconds_of(results, shape, "fp32", None))
    line = rate * 1e6 / 8
    network = model.fit(dataclasses.replace(free, host=host), "network", line / 10, line,
                        seconds_of(results, shape, "fp32", rate))
    return {"host": host, "share": network / line}


def predicted_step(model, results, fitted, shape, wire, rate):
    link = UNLIMITED if rate is None else rate * 1e6 / 8 * fitted["share"]
    return model.ask(job_of(model, results, shape, wire, network=link, host=fitted["host"]))


def check(model, results, fitted):
    """A row for each shape, type on the wire and rate that were measured."""
    rows = []
    for shape, measured in results["measured"].items():
        for wire in WIRES:
            for rate in (rate for rate in RATES if f"{wire} {rate}" in measured["together"]):
                fits = shape == CALIBRATION[0] and wire == "fp32" and rate in (None, CALIBRATION[1])
                rows.append({"shape": shape, "wire": wire, "rate": rate, "fitted": fits,
                             "measured": seconds_of(results, shape, wire, rate),
                             **predicted_step(model, results, fitted, shape, wire, rate)})
    return rows


# The machine that is asked about: its nodes have four ranks with 16 cores each.
NODE = {"ranks_per_node": 4, "flops": 1.5e12, "memory": 60e9, "host": 0.1e-9}
LINKS = [10, 25, 100, 200]  # Gb/s
NODES = [1, 2, 4, 8, 16, 32, 64, 128, 256]
GROWING, FIXED = 16, 1024  # sequences of a rank; of all
SHARE = 0.85  # of a link, as in mpibert plan


def predict(model, shape, link, nodes, growing, **ways):
    ranks = nodes * NODE["ranks_per_node"]
    batch = GROWING * ranks if growing else FIXED
    return batch, model.ask(Job(shape, batch, nodes=nodes, network=SHARE * link * 1e9 / 8,
                                **(NODE | ways)))


def efficiency(model, shape, link, nodes, growing, **ways):
    """Sequences a second by nodes times those of one node, in percent."""
    batch, many = predict(model, shape, link, nodes, growing, **ways)
    single, one = predict(model, shape, link, 1, growing, **ways)
    return 100 * (batch / many["seconds"]) / (nodes * single / one["seconds"])


def draw_predictions(model, growing, path):
    panels = []
    for shape in ("base", "large"):
        lines = [curves.Line(f"{link} Gb/s", [(n, efficiency(model, shape, link, n, growing))
                                             for n in NODES], colour=i)
                 for i, link in enumerate(LINKS)]
        batch = f"{GROWING} sequences a rank" if growing else f"{FIXED:,} sequences in all"
        panels.append(curves.Panel(f"{NAMES[shape]}, {batch}: predicted", "nodes",
                                   "% of one node, each", lines, NODES, [0, 20, 40, 60, 80, 100]))
    curves.draw(panels, path)


def draw_check(model, results, fitted, rows, path):
    panels = []
    for shape in results["measured"]:
        lines = []
        rates = [100 * 10 ** (i / 12) for i in range(13)]
        for colour, wire in enumerate(WIRES):
            found = [row for row in rows if row["shape"] == shape and row["wire"] == wire
                     and row["rate"]]
            if found:
                steps = [predicted_step(model, results, fitted, shape, wire, rate)
                         for rate in rates]
                lines += [curves.Line(wire, [(rate, step["seconds"])
                                             for rate, step in zip(rates, steps)], colour=colour),
                          curves.Line("", [(row["rate"], row["measured"]) for row in found],
                                      dots=True, colour=colour)]
        computing = steps[0]["compute"] + steps[0]["update"]
        lines.append(curves.Line("computing", [(rate, computing) for rate in rates], colour=2))
        highest = max(y for line in lines for _, y in line.points)
        panels.append(curves.Panel(f"{NAMES[shape]}, 2 hosts: predicted, and measured (dots)",
                                   "Mb/s of a link", "seconds a step", lines,
                                   [100, 200, 400, 1000], axis(highest)))
    curves.draw(panels, path)


def axis(highest):
    """Round ticks from 0 to above `highest`."""
    step = next(s * 10.0**e for e in range(-3, 6) for s in (1, 2, 5)
                if s * 10.0**e * 6 >= highest)
    return [i * step for i in range(int(highest / step) + 2)]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def check_table(rows):
    return table(
        ["Model, link", "Computing", "Sums, of them hidden", "Predicted step", "Measured step",
         "Error"],
        [[f"{NAMES[r['shape']]}, {'no limit' if r['rate'] is None else str(r['rate']) + ' Mb/s'}"
          f"{', bf16' if r['wire'] == 'bf16' else ''}",
          f"{r['compute'] + r['update']:.2f} s", f"{r['network']:.2f}, {r['hidden']:.2f} s",
          f"{r['seconds']:.2f} s", f"{r['measured']:.2f} s",
          f"{100 * (r['seconds'] / r['measured'] - 1):+.1f} %{' (fitted)' if r['fitted'] else ''}"]
         for r in rows])


def prediction_table(model, growing):
    rows = []
    for shape in ("base", "large"):
        for link in LINKS:
            row = [f"{NAMES[shape]}, {link} Gb/s"]
            for nodes in (2, 16, 256):
                row += [f"{efficiency(model, shape, link, nodes, growing):.0f} %",
                        f"{efficiency(model, shape, link, nodes, growing, wire=2.0):.0f} %"]
            rows.append(row)
    return table(["Model, network", "2 nodes", "bf16", "16 nodes", "bf16", "256 nodes", "bf16"],
                 rows)


def put(note, name, content):
    """Replaces what stands between the marks of `name`."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = note.split(begin)
    return before + begin + content + "\n" + end + rest.split(end)[1]


def report(arguments):
    model = Model((ROOT / arguments.model).resolve())
    results = json.loads(arguments.results.read_text())
    fitted = calibrate(model, results)
    rows = check(model, results, fitted)
    worst = max(abs(r["seconds"] / r["measured"] - 1) for r in rows if not r["fitted"])
    ways = "while backward runs" if results["overlap"] else "after backward"
    facts = (f"Measured at {results['commit']} on {results['machine']['CPU']}, sums {ways}; "
             f"{results['how']}. Fitted: {1e9 * fitted['host']:.2f} ns of a host's time for each "
             f"byte it sends, {100 * fitted['share']:.0f} % of a link's rate. **The largest error of "
             f"a row that was not fitted is {100 * worst:.0f} %.**")
    note = NOTE.read_text()
    note = put(note, "check", facts + "\n\n" + check_table(rows))
    note = put(note, "growing", prediction_table(model, True))
    note = put(note, "fixed", prediction_table(model, False))
    NOTE.write_text(note)
    draw_check(model, results, fitted, rows, ROOT / "docs" / "scaling-check.svg")
    draw_predictions(model, True, ROOT / "docs" / "scaling-growing.svg")
    draw_predictions(model, False, ROOT / "docs" / "scaling-fixed.svg")
    print(facts, check_table(rows), sep="\n\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "bench" / "scaling.json")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("measure")
    one.add_argument("--program", default="build/release/mpibert")
    one.add_argument("--shapes", nargs="+", default=["mini", "base"])
    one.add_argument("--rounds", type=int, default=3)
    one.add_argument("--steps", type=int, default=3)
    one.add_argument("--wires", nargs="+", choices=WIRES, default=list(WIRES))
    one.add_argument("--no-overlap", dest="overlap", action="store_false")
    one.set_defaults(run=measure)
    other = commands.add_parser("report")
    other.add_argument("--model", default="build/release/bench/bench_scaling")
    other.set_defaults(run=report)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except (mpibert.Failed, Missing) as failure:
        sys.exit(f"scaling.py: {failure}")


if __name__ == "__main__":
    main()
