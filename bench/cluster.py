"""Hosts as namespaces of this machine, by tests/cluster/cluster.sh."""
import os
import pathlib
import signal
import subprocess
import sys

from corpora import Missing

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "tests/cluster/cluster.sh"
UNAVAILABLE = 77
HEADERS, DATA = 66, 1448  # bytes of a full frame; counters see the headers of many frames once


class Cluster:
    """`hosts` hosts of one core each, node0 and on, that see the folders `shared`."""

    def __init__(self, hosts, shared):
        self.hosts = hosts
        self.shared = [sys.prefix, sys.base_prefix, *map(str, shared)]
        self.script = [str(SCRIPT), "--name", f"bench-{os.getpid()}"]

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # not without __exit__
        shares = [word for folder in self.shared for word in ("--share", folder)]
        made = self.do("up", "--hosts", str(self.hosts), *shares, check=False)
        if made.returncode == UNAVAILABLE:
            raise Missing(made.stdout.strip())
        made.check_returncode()
        self.state = pathlib.Path(self.do("state").stdout.strip())
        return self

    def __exit__(self, *_):
        self.do("down")

    def do(self, *command, check=True):
        return subprocess.run([*self.script, *command], check=check, stdout=subprocess.PIPE,
                              text=True)

    def limit(self, megabits):
        """Of each link, each way; None: no limit."""
        self.do("rate", str(megabits or "none"))

    def on(self, host):
        """What starts a command there."""
        return [*self.script, "run", host]

    @property
    def mpirun(self):
        return [*self.script, "mpirun"]

    def wire_bytes(self, host):
        """Sent by the host so far, with the headers of each frame."""
        number = (self.state / "running" / host).read_text().split()[0]
        line = pathlib.Path("/proc", number, "net/dev").read_text().split("eth0:")[1].split()
        data = int(line[8]) - HEADERS * int(line[9])
        return data * (HEADERS + DATA) / DATA
