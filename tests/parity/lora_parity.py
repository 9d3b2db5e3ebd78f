"""Trains low-rank adaptations, and compares PEFT reading the adapter with mpibert predicting from it.

    lora_parity.py --program build/release/mpibert

A small random BERT and a small random DistilBERT made by transformers, with the vocabulary of the
project's own corpus, are adapted for some steps on two ranks in several ways. PEFT loads the adapter on
the same base, without a missing or unexpected tensor; its logits are those of the adapter and of the
merged model by mpibert. Then PEFT saves adapters of its own, which mpibert reads.
"""

import argparse
import pathlib
import sys
import tempfile
import warnings

import exported_parity
import torch
from exported_parity import CORPUS, MAX_LENGTH, predicted, read_texts, run
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer

TOLERANCE = 1e-4  # float32 through few layers leaves about 1e-6 of logits of order 1
LABELS = 4
WAYS = {
    "query and value": ["model.lora.rank=8"],
    "all layers and biases": ["model.lora={rank: 4, alpha: 6, targets: [query, key, value, dense], "
                              "bias: all}"],
    "wide layers by rsLoRA": ["model.lora={rank: 16, use_rslora: true, bias: lora_only, "
                              "targets: [intermediate.dense, output.dense]}"],
}


def train(program, model, directory, settings):
    run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2", program, "train",
         f"model.name={model}", f"model.max_seq_length={MAX_LENGTH}", f"data.train={CORPUS}",
         "data.max_samples=96", "training.epochs=2", "training.batch_size=8",
         "training.learning_rate=2.0e-3", f"checkpoint.directory={directory}", *settings])


def logits_of(model, folder, texts):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        return torch.stack([
            model(**tokenizer(text, truncation=True, max_length=MAX_LENGTH, return_tensors="pt"))
            .logits[0] for text in texts])


def by_peft(base, adapter, texts):
    """Of the adapter on a fresh base, all of whose tensors must be used."""
    plain = AutoModelForSequenceClassification.from_pretrained(base, num_labels=LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        model = PeftModel.from_pretrained(plain, adapter).eval()
    return logits_of(model, base, texts)


def compare(title, program, folder, expected, texts, scratch):
    rows = predicted(program, folder, texts, scratch, MAX_LENGTH)
    worst = (torch.tensor([row["logits"] for row in rows]) - expected).abs().max().item()
    print(f"lora_parity: {title}: {len(texts)} texts, logits of spread {expected.std():.3f}, "
          f"largest difference {worst:.2e} (tolerance {TOLERANCE:.0e})")
    return worst <= TOLERANCE


def compare_ours(program, name, base, scratch, texts):
    right = []
    for way, settings in WAYS.items():
        if name == "distilbert" and "query" not in way:
            continue
        directory = scratch / f"{name}-{way.split()[0]}"
        train(program, base, directory, settings)
        expected = by_peft(base, directory / "final-adapter", texts)
        for kind in ("final-adapter", "final"):
            right.append(compare(f"{name}, {way}, {kind}", program, directory / kind, expected,
                                 texts, scratch))
    return right


def compare_theirs(program, base, scratch, texts):
    model = get_peft_model(
        AutoModelForSequenceClassification.from_pretrained(base, num_labels=LABELS),
        LoraConfig(task_type="SEQ_CLS", r=6, lora_alpha=9, target_modules=["key", "output.dense"]))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.normal_(0.0, 0.1)
    folder = scratch / "by-peft"
    model.save_pretrained(folder)
    return [compare("bert, made by PEFT", program, folder, logits_of(model.eval(), base, texts),
                    texts, scratch)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    program = pathlib.Path(parser.parse_args().program).resolve()
    torch.manual_seed(5)
    texts = read_texts()
    right = []
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for make in (exported_parity.make_bert_classifier, exported_parity.make_distilbert):
            base = scratch / make.__name__.removeprefix("make_").removesuffix("_classifier")
            base.mkdir()
            make(base)
            right += compare_ours(program, base.name, base, scratch, texts)
        right += compare_theirs(program, scratch / "bert", scratch, texts)
    if not all(right):
        sys.exit("lora_parity: FAILED")


if __name__ == "__main__":
    main()
