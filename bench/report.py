#!/usr/bin/env python3
"""Writes the results as Markdown: report.py RESULTS.json > RESULTS.md"""
import json
import pathlib
import sys

HEAD = """# Side by side

Written by `bench/results.py`, see README.md. Every ratio is the median of the rounds' ratios, the
sides taking turns; in parentheses the least and the largest. Only ratios mean anything: the values
beside them, medians too, depend on who else uses the machine. Tokens are real ones.
"""
TABLE = "| Case | Side | Peer | Ratio | Target | |\n|---|---|---|---|---|---|"


def as_list(figures):
    return "\n".join(f"- {name}: {value}" for name, value in figures.items())


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def describe_target(row):
    if row["at_least"] is not None:
        return f"≥ {row['at_least']:.3g}"
    return f"≤ {row['at_most']:.2g}" if row["at_most"] is not None else ""


def describe_ratio(row):
    text = f"**{row['ratio']:.2f}**"
    spread = row["ratios"]
    return f"{text} ({min(spread):.2f} to {max(spread):.2f})" if len(spread) > 1 else text


def line(row):
    if "reason" in row:
        return f"| {row['case']} | not measured: {row['reason']} | | | | |"
    verdict = {True: "reached", False: "**not reached**", None: ""}[row["reached"]]
    return (f"| {row['case']} | {row['ours']}: {number(row['our_value'])} {row['unit']} "
            f"| {row['theirs']}: {number(row['their_value'])} {row['unit']} "
            f"| {describe_ratio(row)} | {describe_target(row)} | {verdict} |")


def section(part):
    notes = [f"- {row['case']}: {row['note']}" for row in part["rows"] if row.get("note")]
    commands = ["Commands:\n", "```", *part["commands"], "```"] if part["commands"] else []
    return "\n".join([f"## {part['title']}\n", part["about"], f"({part['made']})", "", TABLE, *map(line, part["rows"]),
                      "", *notes, "", *commands, ""])


def not_reached(parts):
    missed = [f"- {part['title']}, {row['case']}: {row['ratio']:.2f}, wanted {describe_target(row)}"
              for part in parts for row in part["rows"] if row.get("reached") is False]
    skipped = [f"- {part['title']}, {row['case']}: not measured, {row['reason']}"
               for part in parts for row in part["rows"] if "reason" in row]
    return "\n".join(["## What is not reached\n", *(missed or ["- nothing"]), *skipped, ""])


def markdown(results):
    minutes = sum(part["minutes"] for part in results["sections"])
    return "\n".join([
        HEAD,
        f"{results['threads']} threads, {minutes:.0f} minutes. Each section names its processor; "
        f"the last to be measured, on {results['date']}, ran on:\n",
        as_list(results["machine"]), "", as_list(results["versions"]), "",
        not_reached(results["sections"]), *map(section, results["sections"]),
    ])


if __name__ == "__main__":
    print(markdown(json.loads(pathlib.Path(sys.argv[1]).read_text())))
