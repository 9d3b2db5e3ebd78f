#!/usr/bin/env python3
"""Reads checkpoints whose moments ranks have shared out with h5py and safetensors.

    moments_parity.py --program build/release/mpibert

One small run on 3 ranks without sharing and one with it: training_state.h5 must show the same
moments as a whole in both, wherever the checkpoint has been moved to, and the weights must be equal.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from safetensors.numpy import load_file

RANKS = 3
SETTINGS = [
    "model.name=datasets/vocab/newsposts",
    "model.initialize=random",
    "model.architecture={hidden_size: 20, num_hidden_layers: 2, num_attention_heads: 2, "
    "intermediate_size: 36}",
    "model.max_seq_length=32",
    "data.train=datasets/newsposts",
    "data.max_samples=60",
    "training.max_steps=4",
    "training.learning_rate=1.0e-3",
    "cluster.threads_per_rank=1",
]


def train(program, run, shared):
    mpirun = os.environ.get("MPIBERT_MPIRUN", "mpirun --oversubscribe --bind-to none").split()
    subprocess.run(
        [*mpirun, "-n", str(RANKS), program, "train", *SETTINGS,
         f"checkpoint.directory={run}", f"cluster.shard_optimizer={str(shared).lower()}"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return sorted(run.glob("checkpoints/step-*"))[-1]


def moments(checkpoint):
    with h5py.File(checkpoint / "training_state.h5") as file:
        group = file["optimizer"]
        return {name: group[name][:] for name in ("exp_avg", "exp_avg_sq")}, "parts" in group


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        whole = train(program, work / "whole", False)
        shared = shutil.move(train(program, work / "shared", True), work / "moved")
        want, parted = moments(whole)
        have, is_shared = moments(shared)
        assert is_shared and not parted
        for name, values in want.items():
            assert np.abs(values).max() > 0 and np.array_equal(values, have[name]), name
        a, b = (load_file(folder / "model.safetensors") for folder in (whole, shared))
        assert a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)
        print(f"moments: {2 * want['exp_avg'].size} values of {RANKS} ranks equal")


if __name__ == "__main__":
    sys.exit(main())
