"""The program under test: its commands, and their figures as Python values."""
import copy
import functools
import json
import os
import pathlib
import shlex
import subprocess
import tempfile

from turns import Failed, Run


def run_measured(command):
    """Standard output and the peak memory in bytes of one process."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            raise Failed(f"{errors.read().strip()[-500:]} ({shlex.join(command)})")
        return out.read(), usage.ru_maxrss * 1024


class Mpibert:
    """Runs of `program`, with its files below the folder `work`."""

    def __init__(self, program, threads, work):
        self.program = str(pathlib.Path(program).resolve())
        self.threads = threads
        self.work = work
        self.launcher = ["mpirun", "--oversubscribe"]
        self.commands = []  # as given
        os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

    def over(self, launcher, threads):
        """The same program started otherwise."""
        other = copy.copy(self)
        other.launcher, other.threads = launcher, threads
        return other

    def run(self, *arguments, ranks=1):
        launcher = [*self.launcher, "-n", str(ranks)] if ranks > 1 else []
        command = [*launcher, self.program, *map(str, arguments)]
        self.commands.append(shlex.join(command))
        return run_measured(command)

    def preprocess(self, model, corpus, *settings, ranks=1):
        """The folder of the shards that it has made."""
        shards = tempfile.mkdtemp(prefix="shards-", dir=self.work)
        self.run("preprocess", "--output", shards, f"model.name={model}", f"data.train={corpus}",
                 *settings, ranks=ranks)
        return shards

    def train(self, model, shards, steps, batch, *settings, ranks=1):
        """`steps` steps of `batch` sequences after a first one."""
        random = not pathlib.Path(model, "model.safetensors").exists()
        made = json.loads(pathlib.Path(shards, "manifest.json").read_text())
        with tempfile.TemporaryDirectory(prefix="run-", dir=self.work) as run:
            _, peak = self.run(
                "train", f"model.name={model}", f"data.train={shards}", f"data.validation={shards}",
                f"model.initialize={'random' if random else 'pretrained'}",
                f"model.max_seq_length={made['max_seq_length']}", "training.eval_strategy=no",
                f"training.batch_size={batch}",
                f"training.max_steps={steps + 1}", f"cluster.threads_per_rank={self.threads}",
                "logging.every_steps=1", f"checkpoint.directory={run}", "checkpoint.resume=never",
                *settings, ranks=ranks)
            lines = pathlib.Path(run, "metrics.jsonl").read_text().splitlines()
        first, *later = [line for line in map(json.loads, lines) if "grad_norm" in line]
        return Run([line["seconds"]["step"] for line in later],
                   [line["real_tokens"] for line in later], first["seconds"]["step"], peak)

    def bench(self, what, *options, ranks=1, threads=None):
        out, _ = self.run("bench", what, "--json", "--threads", threads or self.threads, *options,
                          ranks=ranks)
        return json.loads(out)

    def bench_run(self, what, *options, ranks=1, threads=None):
        """`bench train` or `bench infer` as a Run."""
        figures = self.bench(what, *options, ranks=ranks, threads=threads)
        seconds = figures["seconds"]
        return Run(seconds, [figures["tokens"]] * len(seconds), figures["first_step_seconds"],
                   figures["peak_rss_bytes"])

    def offers(self, key, value):
        """Whether training accepts this setting."""
        asked = subprocess.run([self.program, "train", f"{key}={value}"], capture_output=True,
                               text=True)
        return key not in asked.stderr

    @functools.cached_property
    def trains_in(self):
        """The precisions that training offers."""
        return ["fp32", "bf16"] if self.offers("training.precision", "bf16") else ["fp32"]

    @functools.cached_property
    def bench_options(self):
        """For each precision that `bench` offers, what asks for it."""
        said = subprocess.run([self.program, "bench", "--help"], capture_output=True, text=True)
        offers = "--precision" in said.stdout + said.stderr
        return {"fp32": [], "bf16": ["--precision", "bf16"]} if offers else {"fp32": []}

    def version(self):
        return run_measured([self.program, "--version"])[0].splitlines()
