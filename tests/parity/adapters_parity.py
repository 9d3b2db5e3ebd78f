"""Trains bottleneck adapters, and compares AdapterHub reading them with mpibert predicting from them.

    adapters_parity.py --program build/release/mpibert

A small random BERT and a small random DistilBERT made by transformers, with the vocabulary of the
project's own corpus, get adapters of both kinds on two ranks. AdapterHub's library loads them and the
head on the same base, without a missing or unexpected tensor; its logits are those of mpibert from
final-adapter/ and from final/. Then the library saves adapters of its own, which mpibert reads.

The library `adapters` (1.3) takes another transformers than the other comparisons; where it is not
installed this one is skipped.
"""

import argparse
import importlib.util
import pathlib
import sys
import tempfile

if importlib.util.find_spec("adapters") is None:
    print("adapters_parity: the library adapters is not installed")
    sys.exit(77)

import adapters  # noqa: E402
import exported_parity  # noqa: E402
import torch  # noqa: E402
from exported_parity import CORPUS, MAX_LENGTH, predicted, read_texts, run  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: E402

TOLERANCE = 1e-4  # float32 through few layers leaves about 1e-6 of logits of order 1
LABELS = 4
KINDS = {"houlsby": "double_seq_bn", "pfeiffer": "seq_bn"}


def train(program, model, directory, kind, size):
    run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2", program, "train",
         f"model.name={model}", f"model.max_seq_length={MAX_LENGTH}", f"data.train={CORPUS}",
         "data.max_samples=96", "training.epochs=2", "training.batch_size=8",
         "training.learning_rate=2.0e-3", f"checkpoint.directory={directory}",
         f"model.adapter={{kind: {kind}, size: {size}}}"])


def logits_of(model, folder, texts):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model.eval()
    with torch.no_grad():
        return torch.stack([
            model(**tokenizer(text, truncation=True, max_length=MAX_LENGTH, return_tensors="pt"))
            .logits[0] for text in texts])


def plain(base):
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=LABELS)
    adapters.init(model)
    return model


def by_adapterhub(base, folder, texts):
    """Of the adapter on a fresh base, all of whose tensors must be used."""
    model = plain(base)
    info = {}
    name = model.load_adapter(str(folder), use_safetensors=True, set_active=True, loading_info=info)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    assert name in str(model.active_adapters)
    return logits_of(model, base, texts)


def compare(title, program, folder, expected, texts, scratch):
    rows = predicted(program, folder, texts, scratch, MAX_LENGTH)
    worst = (torch.tensor([row["logits"] for row in rows]) - expected).abs().max().item()
    print(f"adapters_parity: {title}: {len(texts)} texts, logits of spread {expected.std():.3f}, "
          f"largest difference {worst:.2e} (tolerance {TOLERANCE:.0e})")
    return worst <= TOLERANCE


def compare_ours(program, base, scratch, texts):
    right = []
    for kind, size in (("houlsby", 16), ("pfeiffer", 7)):
        directory = scratch / f"{base.name}-{kind}"
        train(program, base, directory, kind, size)
        expected = by_adapterhub(base, directory / "final-adapter", texts)
        for form in ("final-adapter", "final"):
            right.append(compare(f"{base.name}, {kind}, {form}", program, directory / form, expected,
                                 texts, scratch))
    return right


def compare_theirs(program, base, scratch, texts):
    right = []
    for kind, theirs in KINDS.items():
        model = plain(base)
        model.add_adapter("mine", config=adapters.AdapterConfig.load(theirs, reduction_factor=6),
                          set_active=True)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if ".adapters." in name:
                    parameter.normal_(0.0, 0.1)
        folder = scratch / f"by-adapterhub-{base.name}-{kind}"
        model.save_adapter(str(folder), "mine", use_safetensors=True)
        right.append(compare(f"{base.name}, {kind}, made by AdapterHub", program, folder,
                             logits_of(model, base, texts), texts, scratch))
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    program = pathlib.Path(parser.parse_args().program).resolve()
    torch.manual_seed(6)
    texts = read_texts()
    right = []
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for make in (exported_parity.make_bert_classifier, exported_parity.make_distilbert):
            base = scratch / make.__name__.removeprefix("make_").removesuffix("_classifier")
            base.mkdir()
            make(base)
            right += compare_ours(program, base, scratch, texts)
            right += compare_theirs(program, base, scratch, texts)
    if not all(right):
        sys.exit("adapters_parity: FAILED")


if __name__ == "__main__":
    main()
