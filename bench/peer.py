"""A peer in a process of its own: it answers requests, a JSON object a line, until its input ends.

It stays loaded between the rounds of a comparison, so that it is warm when its turn comes.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

from turns import Failed, Run

HERE = pathlib.Path(__file__).resolve().parent
# glibc otherwise returns large blocks at once and takes them page by page again: 10 to 20 % slower.
ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40)}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--shards", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--task", default="classification")
    return parser.parse_args()


def serve(make):
    """The peer's side: `make(arguments)` gives the function that gives the seconds of each step."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # libraries print
    run = make(arguments())
    for line in sys.stdin:
        seconds = run(**json.loads(line))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peak_rss_bytes": peak}), file=answers)


class Peer:
    """The benchmark's side. Each way of working is warmed up by two steps."""

    def __init__(self, script, model, shards, threads, launcher=(), variables=None,
                 task="classification"):
        self.errors = tempfile.TemporaryFile("w+")
        environment = dict(os.environ, **ENVIRONMENT, OMP_NUM_THREADS=str(threads))
        environment.update(variables or {})
        environment.pop("OPENBLAS_CORETYPE", None)
        command = [*launcher, sys.executable, HERE / script, "--model", model, "--shards", shards,
                   "--threads", threads, "--task", task]
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env=environment)
        self.first_seconds = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()

    def send(self, request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.failure() from None

    def receive(self):
        try:
            return json.loads(self.process.stdout.readline())
        except json.JSONDecodeError:
            raise self.failure() from None

    def failure(self):
        self.errors.seek(0)
        return Failed(f"a peer has ended: {self.errors.read()[-2000:]}")

    def ask(self, **request):
        """{"seconds": of each step, "peak_rss_bytes": of the process so far}"""
        self.send(request)
        return self.receive()

    def run(self, steps, tokens, **how):
        """A step is a list of batches, a batch of numbers of sequences; `tokens` the real ones."""
        key = json.dumps(how, sort_keys=True)
        if key not in self.first_seconds:
            self.first_seconds[key] = self.ask(steps=(steps * 2)[:2], **how)["seconds"][0]
        answer = self.ask(steps=steps, **how)
        return Run(answer["seconds"], tokens, self.first_seconds[key], answer["peak_rss_bytes"])


class Peers(Peer):
    """A peer of several processes that work on each request together."""

    def __init__(self, members):
        self.members = members
        self.first_seconds = {}

    def __exit__(self, *_):
        for member in self.members:
            member.process.stdin.close()
        for member in self.members:
            try:
                member.process.wait(timeout=30)
            except subprocess.TimeoutExpired:  # it waits for another one
                member.process.kill()
            member.errors.close()

    def ask(self, **request):
        """The slowest process's seconds, the largest's memory."""
        for member in self.members:
            member.send(request)
        answers = [member.receive() for member in self.members]
        return {
            "seconds": [max(steps) for steps in zip(*(a["seconds"] for a in answers))],
            "peak_rss_bytes": max(a["peak_rss_bytes"] for a in answers),
        }
