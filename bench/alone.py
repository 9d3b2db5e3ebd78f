"""mpibert against this machine's own limits, by `mpibert bench`."""
import statistics

from rows import Row, Skipped, row_of_speed, row_of_values
from turns import take_turns

GIGA = 1e9
LARGE_LENGTHS = [384] * 10 + [256]  # 4,096 tokens


def efficiency(case, runs, at_least):
    """FLOPs a second of a step against those of the largest product, measured in turn with it."""
    products = [run["gemm_gflops"] for run in runs]
    speeds = [run["efficiency"] * run["gemm_gflops"] for run in runs]
    return Row(case, "training step", "largest product", statistics.median(speeds),
               statistics.median(products), "GFLOP/s", [run["efficiency"] for run in runs],
               at_least=at_least)


def steps(setting):
    """Whole training steps: efficiency is the FLOPs of real tokens by time, as a share of what the
    largest matrix product reaches in turn with them."""
    path = setting.work / "large-lengths.txt"
    path.write_text("".join(f"{length}\n" for length in LARGE_LENGTHS))
    sizes = {"base": ["--batch", 16, "--length", 128],
             "large": ["--batch", len(LARGE_LENGTHS), "--lengths", path]}
    runs = {name: [setting.program.bench("train", "--shape", setting.shape(name), *size, "--steps",
                                         setting.steps(3)) for _ in range(setting.rounds)]
            for name, size in sizes.items()}
    first = [run["first_step_seconds"] for run in runs["base"]]
    later = [statistics.median(run["seconds"]) for run in runs["base"]]
    return [
        efficiency("efficiency, Base, 16 x 128 tokens", runs["base"], 0.82),
        efficiency("efficiency, Large, 4,096 tokens, 384 each", runs["large"], 0.85),
        Row("the first step, Base", "first step", "later steps", statistics.median(first),
            statistics.median(later), "s", [a / b for a, b in zip(first, later)], at_most=1.2),
    ]


def bench_base(setting, *options, ranks=1, threads=None):
    return lambda _: setting.program.bench_run(
        "train", "--shape", setting.shape("base"), "--batch", 16, "--length", 128, "--steps",
        setting.steps(3), *options, ranks=ranks, threads=threads)


def ranks(setting):
    """One rank on all threads and a rank a thread, Base, 16 x 128 tokens."""
    threads = setting.threads
    one, many = f"1 rank x {threads}", f"{threads} ranks x 1"
    runs = take_turns({many: bench_base(setting, ranks=threads, threads=1),
                       one: bench_base(setting)}, setting.rounds)
    return [row_of_speed("a rank a thread", runs, many, one, at_least=0.97)]


def precision(setting):
    """bf16 against fp32, Base, 16 x 128 tokens."""
    options = setting.program.bench_options
    if "bf16" not in options:
        return [Skipped("bf16", "not in this build")]
    runs = take_turns({name: bench_base(setting, *options[name]) for name in ("bf16", "fp32")},
                      setting.rounds)
    return [row_of_speed("bf16", runs, "bf16", "fp32")]


def share(case, kernel, figures, **target):
    """A kernel's rate and what limits it."""
    if kernel["peak"] == "fma":
        return row_of_values(case, "kernel", "largest product", kernel["gflops"],
                             figures["gemm_gflops"]["all_threads"], "GFLOP/s", **target)
    return row_of_values(case, "kernel", "memory", kernel["bytes_per_second"] / GIGA,
                         figures["stream_bytes_per_second"]["all_threads"] / GIGA, "GB/s", **target)


def kernels_of(setting, threads, cores, targets):
    """Rows of the kernels whose names, up to a dot, begin as a target's."""
    figures = setting.program.bench("kernels", "--shape", setting.shape("base"), "--steps",
                                    setting.steps(5), threads=threads)
    return [share(f"{kernel['name']}, {cores}", kernel, figures, **target)
            for kernel in figures["kernels"] for start, target in targets.items()
            if f"{kernel['name']}.".startswith(start)]


def kernels(setting):
    """Matrix products, attention and the optimizer of Base by `bench kernels`, as shares of the
    largest product or of memory bandwidth (a kernel that works in the caches exceeds it)."""
    return [
        *kernels_of(setting, 1, "one core", {"gemm.": {"at_least": 0.95}}),
        *kernels_of(setting, setting.threads, "all cores",
                    {"gemm.": {"at_least": 0.92}, "attention.": {},
                     "optim.adamw.": {"at_least": 0.75}, "optim.adamw_idle.": {}}),
    ]
