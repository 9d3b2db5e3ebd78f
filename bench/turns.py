"""Sides that take turns, and what is made of their runs."""
import dataclasses
import statistics


class Failed(Exception):
    """A side has ended with an error."""


@dataclasses.dataclass
class Run:
    """One side's turn."""

    seconds: list  # of each step after the first
    tokens: list  # real tokens of the same steps
    first_seconds: float  # of the first step, which touches memory and compiles
    peak_rss_bytes: int

    @property
    def rate(self):
        """Real tokens a second."""
        return sum(self.tokens) / sum(self.seconds)


def take_turns(sides, rounds):
    """{name: its runs}; `sides` are {name: function of the round's number that gives a Run}."""
    runs = {name: [] for name in sides}
    for number in range(rounds):
        for name, run in sides.items():
            runs[name].append(run(number))
    return runs


def median_of(runs, figure="rate"):
    return statistics.median(getattr(run, figure) for run in runs)


def ratios(ours, theirs, figure="rate"):
    """Ours by theirs, of each round."""
    return [getattr(a, figure) / getattr(b, figure) for a, b in zip(ours, theirs)]


def fastest(runs, names):
    return max(names, key=lambda name: median_of(runs[name]))
