"""Rows of the results: two sides, the ratio of each round, and what the ratio should be."""
import dataclasses
import statistics

from turns import fastest, median_of, ratios


@dataclasses.dataclass
class Row:
    case: str
    ours: str  # the side's name
    theirs: str
    our_value: float  # medians
    their_value: float
    unit: str
    ratios: list  # of each round
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self):
        return statistics.median(self.ratios)

    @property
    def reached(self):
        """None: there is no target."""
        if self.at_least is not None:
            return self.ratio >= self.at_least
        return None if self.at_most is None else self.ratio <= self.at_most


@dataclasses.dataclass
class Skipped:
    case: str
    reason: str


def as_dictionary(row):
    figures = dataclasses.asdict(row)
    if isinstance(row, Row):
        figures |= {"ratio": row.ratio, "reached": row.reached}
    return figures


def row_of_speed(case, runs, ours, theirs, **target):
    first = f"first step {median_of(runs[ours], 'first_seconds'):.1f} s, " \
            f"{theirs}'s {median_of(runs[theirs], 'first_seconds'):.1f} s"
    return Row(case, ours, theirs, median_of(runs[ours]), median_of(runs[theirs]), "tokens/s",
               ratios(runs[ours], runs[theirs]), note=first, **target)


def rows_by_precision(case, runs, ours, theirs, target, note):
    """fp32 against fp32, and the fastest against the fastest."""
    pairs = {
        "both fp32": [next(name for name in names if "fp32" in name) for names in (ours, theirs)],
        "any precision": [fastest(runs, ours), fastest(runs, theirs)],
    }
    rows = [row_of_speed(f"{case}, {which}", runs, *pair, at_least=target)
            for which, pair in pairs.items()]
    rows[0].note += f"; {note}"
    return rows


def row_of_values(case, ours, theirs, our_value, their_value, unit, **target):
    """Of single values or those of one run that took turns within."""
    ratio = our_value / their_value
    return Row(case, ours, theirs, our_value, their_value, unit, [ratio], **target)
