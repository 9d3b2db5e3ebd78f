"""Masked words with tokens on disk beside the same run with tokens in memory.

    python bench/streaming.py --work FOLDER [--gigabytes 5] [--rounds 5] [--only disk] [KEY=VALUE...]

writes random shards of so many gigabytes, and a few of one hundredth of them, to FOLDER, where they
stay; then trains in turn with data.streaming true and false, a round each. It tells a step's time, as
medians of the rounds and of their ratios, and the most that a rank held, beside the most that it held
with the small shards: the difference is what the corpus takes. --only disk leaves out the runs from
memory, which take twice the size of the shards a rank.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess

import h5py
import numpy as np

SEQUENCES = 31000  # of a shard: those of 16 MiB of text
CHUNK = 65536  # elements of an HDF5 chunk, as mpibert writes them
TEXTS = 2  # of a sequence
SMALL = 0.01


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16, help="sequences a rank")
    parser.add_argument("--model", default="models/minilm")
    parser.add_argument("--shape", help="model.architecture of random weights instead")
    parser.add_argument("--program", default="build/release/mpibert")
    parser.add_argument("--mpirun", default="mpirun --bind-to none")
    parser.add_argument("--only", choices=["disk", "memory"])
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    return parser.parse_args()


def model_settings(arguments):
    settings = [f"model.name={arguments.model}", "model.task=mlm",
                f"model.max_seq_length={arguments.length}"]
    if arguments.shape is not None:
        settings += ["model.initialize=random", f"model.architecture={arguments.shape}"]
    return settings


def run(command, **options):
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"exit code {done.returncode} of {command}:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_template(arguments):
    """A folder of one small shard by mpibert itself: its attributes and manifest are taken."""
    text, folder = arguments.work / "text.txt", arguments.work / "template"
    text.write_text("a few words\n" * 100)
    run([arguments.program, "preprocess", *model_settings(arguments), f"data.train={text}",
         "--output", str(folder)])
    return folder


def write_shard(path, template, index, count, length, vocab_size):
    draw = np.random.default_rng(index)
    tokens = draw.integers(1000, vocab_size, (count, length), dtype=np.uint16)
    tokens[:, 0], tokens[:, -1] = 101, 102
    numbers = np.arange(index * SEQUENCES, index * SEQUENCES + count, dtype=np.uint64)
    arrays = {"tokens": tokens.ravel(), "document": TEXTS * numbers,
              "offsets": np.arange(0, count * length + 1, length, dtype=np.uint64),
              "segment_b": np.full(count, length, np.uint32), "chunk": np.zeros(count, np.uint32)}
    with h5py.File(template) as source, h5py.File(path, "w") as out:
        for name, value in source.attrs.items():
            out.attrs.create(name, value, dtype=source.attrs.get_id(name).dtype)
        out.attrs["num_documents"] = np.int64(count)
        for name, array in arrays.items():
            out.create_dataset(name, data=array, chunks=(min(CHUNK, len(array)),), fletcher32=True)
        ids = [str(n) for n in TEXTS * numbers]
        out.create_dataset("id", data=ids, dtype=h5py.string_dtype())


def make_shards(arguments, gigabytes, folder):
    if (folder / "manifest.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    template = make_template(arguments)
    manifest = json.loads((template / "manifest.json").read_text())
    total = int(gigabytes * 1e9 / (2 * arguments.length + 60))
    starts = range(0, total, SEQUENCES)
    entries = []
    for index, start in enumerate(starts):
        name = f"shard-{index:05d}-of-{len(starts):05d}.h5"
        count = min(SEQUENCES, total - start)
        write_shard(folder / name, template / "shard-00000-of-00001.h5", index, count,
                    arguments.length, manifest["vocab_size"])
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        entries.append({"file": name, "sequences": count, "tokens": count * arguments.length,
                        "documents": count, "sha256": digest})
    manifest.update(shards=entries, sequences=total, tokens=total * arguments.length,
                    documents=total, source_documents=TEXTS * total)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2))
    shutil.rmtree(template)
    return folder


def train(arguments, shards, streaming):
    """Seconds of a step, and the most bytes that a rank held."""
    directory = arguments.work / "run"
    shutil.rmtree(directory, ignore_errors=True)
    run([*arguments.mpirun.split(), "-n", str(arguments.ranks), arguments.program, "train",
         *model_settings(arguments), f"data.train={shards}", f"data.streaming={streaming}",
         "training.eval_strategy=no", f"training.batch_size_per_rank={arguments.batch}",
         f"training.max_steps={arguments.steps}", "training.learning_rate=5.0e-5",
         "logging.every_steps=1", "checkpoint.every_minutes=0", f"checkpoint.directory={directory}",
         *arguments.settings])
    lines = [json.loads(line) for line in (directory / "metrics.jsonl").read_text().splitlines()]
    steps = [line for line in lines if "grad_norm" in line]
    return (statistics.median(step["seconds"]["step"] for step in steps[1:]),
            steps[-1]["peak_rss_bytes"]["max"])


def main():
    arguments = parse_arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    large = make_shards(arguments, arguments.gigabytes, arguments.work / "large")
    small = make_shards(arguments, SMALL * arguments.gigabytes, arguments.work / "small")
    size = sum(file.stat().st_size for file in large.iterdir())
    print(f"{size / 1e9:.2f} GB of shards, {arguments.ranks} ranks, {arguments.batch} x "
          f"{arguments.length} tokens a rank")
    sides = {"disk": "true", "memory": "false"}
    if arguments.only is not None:
        sides = {arguments.only: sides[arguments.only]}
    found = {side: [] for side in sides}
    for _ in range(arguments.rounds):
        for side, streaming in sides.items():
            found[side].append(train(arguments, large, streaming))
    for side, runs in found.items():
        without = train(arguments, small, sides[side])[1]
        most = max(bytes for _, bytes in runs)
        print(f"{side}: {1e3 * statistics.median(seconds for seconds, _ in runs):.2f} ms a step; "
              f"{most / 1e6:.0f} MB a rank at most, {(most - without) / 1e6:.0f} MB above small shards")
    if arguments.only is None:
        ratios = [disk[0] / memory[0] for disk, memory in zip(found["disk"], found["memory"])]
        print(f"a step from disk takes {statistics.median(ratios):.4f} of one from memory "
              f"(rounds: {', '.join(f'{ratio:.4f}' for ratio in ratios)})")


if __name__ == "__main__":
    main()
