#!/usr/bin/env python3
"""Training over two hosts against PyTorch DDP over gloo, on the same links in turn.

A case is a model at a rate: hosts.py --shape base --rate 200 [--accumulation 4] [--lengths real].
"""
import contextlib
import pathlib
import tempfile

import arguments
import batching
import corpora
import report
from cluster import Cluster
from mpibert import Mpibert
from peer import Peer, Peers
from rows import as_dictionary, row_of_speed
from setting import Setting
from shards import read_shards
from training import BATCH, sample
from turns import take_turns

HOSTS = 2
RATES = [None, 1000, 200]  # Mb/s
LABELS = {"minilm": "MiniLM", "base": "Base"}
TARGETS = {
    "minilm": {None: 1.6, 1000: 1.9, 200: 2.0, "bf16 at 200": 3.3},
    "base": {None: 1.2, 1000: 1.35, 200: 1.25, "bf16 at 200": 2.0},
}
STEPS = {"minilm": 6, "base": 2}
LONGEST = {"minilm": 512, "base": 256}  # of Base, PyTorch takes 10 GB a rank for 8 x 512
DDP = "PyTorch DDP"


def ddp_over(cluster, model, shards):
    """A process a host, one thread each; they wait without work for their turn."""
    def member(rank):
        return Peer("peer_ddp.py", model, shards, 1, cluster.on(f"node{rank}"), {
            "RANK": str(rank), "WORLD_SIZE": str(cluster.hosts), "MASTER_ADDR": "node0",
            "MASTER_PORT": "29500", "GLOO_SOCKET_IFNAME": "eth0"})

    return Peers([member(rank) for rank in range(cluster.hosts)])


@contextlib.contextmanager
def two_hosts(setting, model, shards):
    """The links, mpibert over them, DDP over them."""
    program = pathlib.Path(setting.program.program)
    with Cluster(HOSTS, [setting.work, program.parent, model.resolve()]) as cluster:
        with ddp_over(cluster, model.resolve(), shards) as peer:
            yield cluster, setting.program.over(cluster.mpirun, threads=1), peer


def our_sides(program, model, shards, steps, accumulation, kinds):
    """A side for each type of the sums over ranks."""
    def side(kind):
        return lambda number: program.train(
            model, shards, steps, BATCH, f"cluster.gradient_dtype={kind}",
            f"training.gradient_accumulation_steps={accumulation}",
            f"training.seed={number + 1}", ranks=HOSTS)

    return {f"mpibert, {kind} sums": side(kind) for kind in kinds}


def kinds_at(program, rate):
    offered = program.offers("cluster.gradient_dtype", "bf16")
    return ["fp32", "bf16"] if rate == 200 and offered else ["fp32"]


def describe_rate(rate):
    return f"{rate:,} Mb/s" if rate else "no limit"


def compare(setting, case, ours, theirs, targets):
    """`ours` {name: side}, of each against the one side of `theirs`; `targets` {name: ratio}."""
    runs = take_turns(ours | {DDP: theirs}, setting.rounds)
    return [row_of_speed(f"{case}, {name.split(', ')[1]}", runs, name, DDP,
                         at_least=targets.get(name)) for name in ours]


def targets_of(name, rate):
    return {"mpibert, fp32 sums": TARGETS[name].get(rate),
            "mpibert, bf16 sums": TARGETS[name].get(f"bf16 at {rate}")}


def equal_case(setting, name, rates, accumulation=1):
    """128 tokens each, 8 a rank and micro-step."""
    model = setting.model(name)
    steps = setting.steps(STEPS[name] if accumulation == 1 else STEPS[name] // 2)
    per_step = BATCH * accumulation
    shards = setting.shards_of_lengths("hosts", [128] * (steps + 1) * per_step)
    batches = batching.slices(list(range(steps * per_step)), BATCH)
    batches = batching.slices(batches, accumulation)
    label = f"{LABELS[name]}, accumulation {accumulation}" if accumulation > 1 else LABELS[name]
    with two_hosts(setting, model, shards) as (cluster, program, peer):
        for rate in rates:
            cluster.limit(rate)
            ours = our_sides(program, model, shards, steps, accumulation, kinds_at(program, rate))
            yield from compare(setting, f"{label}, {describe_rate(rate)}", ours,
                               lambda _: peer.run(batches, [per_step * 128] * steps),
                               targets_of(name, rate) if accumulation == 1 else {})


def real_case(setting, name, rates):
    """News posts, padded to the longest of each rank's 8 by DDP."""
    model, steps = setting.model(name), setting.steps(STEPS[name])
    posts = corpora.newsgroups4(setting.shared, setting.work)
    settings = [f"model.max_seq_length={LONGEST[name]}", corpora.NOISE]
    everything, sequences, chosen, own = sample(setting, "posts", posts, settings, steps * BATCH)
    lengths = sequences.lengths

    def theirs(number):
        batches = batching.shuffled(chosen, BATCH, number)
        return peer.run(batches, batching.count_tokens(batches, lengths))

    with two_hosts(setting, model, everything) as (cluster, program, peer):
        for rate in rates:
            cluster.limit(rate)
            ours = our_sides(program, model, own, 2 * steps - 1, 1, kinds_at(program, rate))
            case = f"{LABELS[name]}, at most {LONGEST[name]}, {describe_rate(rate)}"
            yield from compare(setting, case, ours, theirs, {})


def equal_lengths(setting):
    """Two hosts x 1 thread (namespaces of this machine, a core each), 8 x 128 tokens a rank and
    step without padding, fp32, links limited both ways. PyTorch DDP over gloo, default buckets."""
    return [row for name in TARGETS for row in equal_case(setting, name, RATES)]


def accumulation(setting):
    """Likewise, with four micro-steps a step; DDP under no_sync for the first three."""
    return [row for name in TARGETS for row in equal_case(setting, name, [200], accumulation=4)]


def real_lengths(setting):
    """Likewise, news posts of at most 512 tokens, 256 for Base; DDP pads to the longest of each
    rank's batch."""
    return [row for name in TARGETS for row in real_case(setting, name, [1000])]


def rate(text):
    return None if text == "none" else int(text)


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--shape", choices=sorted(TARGETS), required=True)
    parser.add_argument("--rate", type=rate, nargs="+", default=RATES,
                        help="Mb/s, or none [none 1000 200]")
    parser.add_argument("--accumulation", type=int, default=1)
    parser.add_argument("--lengths", choices=["equal", "real"], default="equal")
    parser.add_argument("--quick", action="store_true", help="one round, few steps of one layer")
    arguments.add_shared(parser)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-bench-") as work:
        work = pathlib.Path(work)
        setting = Setting(Mpibert(args.program, 1, work), 1 if args.quick else args.rounds,
                          args.quick, args.shared, args.model, work, work)
        rows = (real_case(setting, args.shape, args.rate) if args.lengths == "real" else
                equal_case(setting, args.shape, args.rate, args.accumulation))
        print(report.TABLE)
        for row in rows:
            print(report.line(as_dictionary(row)), flush=True)


if __name__ == "__main__":
    main()
