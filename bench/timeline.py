#!/usr/bin/env python3
"""When a training step over two hosts computes, and what its link carries meanwhile.

The program tells when its phases begin, the counters of a host's interface what it has sent; both
go by the same clock. Writes a picture of the median step: timeline.py --shape base --rate 200
"""
import bisect
import dataclasses
import pathlib
import tempfile
import threading
import time

import arguments
from cluster import Cluster
from curves import STYLE, text
from mpibert import Mpibert
from rows import Row

HOSTS, BATCH = 2, 16
PERIOD = 0.005  # s from sample to sample
IDLE = 0.02  # of what the link carries
PHASES = {  # by the name of their beginning
    "forward": ("forward", "#aed6f1"),
    "backward": ("backward", "#5dade2"),
    "wait": ("waiting for sums", "#e6b0aa"),
    "update": ("update", "#a9dfbf"),
}
WIDTH, HEIGHT, LEFT, RIGHT, BAND, BOTTOM = 900, 250, 60, 20, 28, 40


class Link:
    """What node0 sends while the block runs: samples of (time, bytes on the wire so far)."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.samples = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.ended.wait(PERIOD):
            self.samples.append((time.monotonic(), self.cluster.wire_bytes("node0")))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def sent_by(self, moment):
        """Bytes until then, evenly between samples."""
        after = bisect.bisect(self.samples, (moment, 0), 1, len(self.samples) - 1)
        (a, before), (b, behind) = self.samples[after - 1 : after + 1]
        return before + (behind - before) * (moment - a) / (b - a)

    def sent(self, begin, end):
        return self.sent_by(end) - self.sent_by(begin)

    def rates(self, begin, end, period):
        """(middle, bytes a second) of periods."""
        count = max(1, round((end - begin) / period))
        edges = [begin + k * (end - begin) / count for k in range(count + 1)]
        return [((a + b) / 2, self.sent(a, b) / (b - a)) for a, b in zip(edges, edges[1:])]


@dataclasses.dataclass
class Step:
    """Moments of its phases, and what the link did."""

    times: dict  # of PHASES, and "end"
    rate: float  # bytes a second that the link carries
    link: Link

    @property
    def seconds(self):
        return self.times["end"] - self.times["forward"]

    def sums(self):
        """From the first to the last moment after forward at which the link was not idle."""
        begin, end = self.times["backward"], self.times["update"]
        moving = [moment for moment, rate in self.link.rates(begin, end, 4 * PERIOD)
                  if rate > IDLE * self.rate]
        return (moving[0] - 2 * PERIOD, moving[-1] + 2 * PERIOD) if moving else (begin, end)

    def sums_rate(self):
        """Bytes a second while sums go out."""
        begin, end = self.sums()
        return self.link.sent(begin, end) / (end - begin)

    def hidden(self):
        """Bytes sent while the host computed, and what could have been."""
        at = self.times
        total = self.link.sent(at["forward"], at["end"])
        spans = [("backward", "wait"), ("forward", "backward"), ("update", "end")]
        # Only weights that owners send, if any, can travel outside of backward.
        spans = [span for span in spans if span[0] == "backward" or
                 self.link.sent(at[span[0]], at[span[1]]) > IDLE * total]
        sent = sum(self.link.sent(at[a], at[b]) for a, b in spans)
        room = self.rate * sum(at[b] - at[a] for a, b in spans)
        return sent, min(total, room)

    @property
    def busy_share(self):
        return self.sums_rate() / self.rate

    @property
    def hidden_share(self):
        sent, most = self.hidden()
        return sent / most


def measure(program, cluster, shape, rate, steps, options):
    """The steps after the first."""
    cluster.limit(rate)
    with Link(cluster) as link:
        figures = program.over(cluster.mpirun, 1).bench(
            "train", "--shape", shape, "--batch", BATCH, "--steps", steps, *options, ranks=HOSTS)
    return [Step(times, rate * 1e6 / 8, link) for times in figures["timeline"]]


def median_step(steps):
    return sorted(steps, key=lambda step: step.seconds)[len(steps) // 2]


def draw(step, title, path):
    begin, end = step.times["forward"], step.times["end"]
    bottom, top = HEIGHT - BOTTOM, 40 + BAND + 12

    def x_of(moment):
        return LEFT + (moment - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}">', f"<style>{STYLE}</style>",
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             text(LEFT, 18, title, extra=' class="title"')]
    moments = [*(step.times[name] for name in PHASES), end]
    for (label, colour), a, b in zip(PHASES.values(), moments, moments[1:]):
        parts.append(f'<rect x="{x_of(a):.1f}" y="30" width="{x_of(b) - x_of(a):.1f}" '
                     f'height="{BAND}" fill="{colour}"/>')
        if x_of(b) - x_of(a) > 7 * len(label):
            parts.append(text((x_of(a) + x_of(b)) / 2, 49, label, "middle"))
    for share in (0, 0.5, 1):
        y = bottom - share * (bottom - top)
        parts += [f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>',
                  text(LEFT - 6, y + 4, f"{share:.0%}", "end")]
    way = " ".join(f"L{x_of(moment):.1f} {bottom - min(rate / step.rate, 1.1) * (bottom - top):.1f}"
                   for moment, rate in step.link.rates(begin, end, max(4 * PERIOD,
                                                                       step.seconds / 300)))
    parts += [f'<path style="fill:#f5cba7;stroke:#d68910;stroke-width:1" '
              f'd="M{LEFT} {bottom}{way}L{WIDTH - RIGHT} {bottom}Z"/>',
              text(LEFT, HEIGHT - 22, "0 s", "middle"),
              text(WIDTH - RIGHT, HEIGHT - 22, f"{step.seconds:.2f} s", "end"),
              text((LEFT + WIDTH) / 2, HEIGHT - 6, "what node0 sends, as a share of its link; "
                   f"busy {step.busy_share:.0%} while sums go out, {step.hidden_share:.0%} of what computing "
                   "can hide is hidden", "middle")]
    path.write_text("\n".join([*parts, "</svg>", ""]))


def rows_of(steps, case, busy_target):
    """The link's use while sums go out, and what computing hides of them."""
    middle = median_step(steps)
    sent, most = middle.hidden()
    return [
        Row(f"{case}, link while sums go out", "sent", "carried at most", middle.sums_rate() / 1e6,
            middle.rate / 1e6, "MB/s", [step.busy_share for step in steps], at_least=busy_target),
        Row(f"{case}, sums hidden by computing", "sent meanwhile", "could be", sent / 1e6,
            most / 1e6, "MB", [step.hidden_share for step in steps], at_least=0.85),
    ]


def timelines(setting):
    """One run of mpibert over two hosts at a time, 8 x 128 tokens a rank: phases of each step by the
    program's clock, bytes by the interface's counters every 5 ms. The pictures show the median
    step. Where backward takes longer than the link, the link waits for gradients."""
    rows = []
    for shape in ("mini", "base"):
        for rate in (1000, 200):
            with Cluster(HOSTS, [pathlib.Path(setting.program.program).parent]) as cluster:
                steps = measure(setting.program, cluster, setting.shape(shape), rate,
                                setting.steps(5), [])
            case = f"{shape}, {rate:,} Mb/s"
            rows += rows_of(steps, case, 0.92 if rate == 200 else None)
            picture = f"timeline-{shape}-{rate}.svg"
            draw(median_step(steps), case, setting.output / picture)
            rows[-1].note = f"![{case}]({picture})"
    return rows


def main():
    parser = arguments.parser(__doc__, rounds=None)
    parser.add_argument("--shape", default="base", help="of mpibert bench [%(default)s]")
    parser.add_argument("--rate", type=int, default=200, help="Mb/s [%(default)s]")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--output", type=pathlib.Path, default="timeline.svg")
    parser.add_argument("options", nargs="*", help="of mpibert bench train, after --")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-bench-") as work:
        program = Mpibert(args.program, 1, pathlib.Path(work))
        with Cluster(HOSTS, [pathlib.Path(program.program).parent]) as cluster:
            steps = measure(program, cluster, args.shape, args.rate, args.steps, args.options)
    for step in steps:
        print(f"{step.seconds:.2f} s, link busy {step.busy_share:.1%} while sums go out, "
              f"hidden {step.hidden_share:.1%}")
    draw(median_step(steps), f"{args.shape}, {args.rate:,} Mb/s", args.output)


if __name__ == "__main__":
    main()
