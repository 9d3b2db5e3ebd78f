"""Trains, then compares transformers reading `final/` with `mpibert predict --logits` on it.

    exported_parity.py --program build/release/mpibert [--model DIR]

Models: a small random BERT and a small random DistilBERT made by transformers, with the vocabulary
of the project's own corpus, and MiniLM where --model names its folder. Each is fine-tuned for a few
steps on two ranks, the small BERT for next sentences too. Also the other way: the classifier that
transformers saved is predicted with as it is.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
from transformers import (
    AutoModelForNextSentencePrediction,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    DistilBertConfig,
    DistilBertForSequenceClassification,
)

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "datasets" / "newsposts"
COHERENCE = ROOT / "datasets" / "coherence"
VOCABULARY = ROOT / "datasets" / "vocab" / "newsposts"
MAX_LENGTH = 128
NUM_TEXTS = 24
TOLERANCE = 1e-4  # float32 through few layers leaves about 1e-6 of logits of order 1
SIZES = {"hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 96}


def vocabulary_size():
    return len((VOCABULARY / "vocab.txt").read_text(encoding="utf-8").splitlines())


def save(model, folder):
    model.save_pretrained(folder)
    for entry in VOCABULARY.iterdir():
        shutil.copy(entry, folder / entry.name)


def bert_config(labels):
    return BertConfig(vocab_size=vocabulary_size(), num_labels=labels, initializer_range=0.2, **SIZES)


def make_bert(folder):
    """An encoder alone: no head, names without the prefix."""
    save(BertModel(bert_config(2)), folder)


def make_bert_without_pooler(folder):
    save(BertModel(bert_config(2), add_pooling_layer=False), folder)


def make_bert_classifier(folder):
    save(BertForSequenceClassification(bert_config(4)), folder)


def make_distilbert(folder):
    config = DistilBertConfig(
        vocab_size=vocabulary_size(), dim=SIZES["hidden_size"], n_layers=SIZES["num_hidden_layers"],
        n_heads=SIZES["num_attention_heads"], hidden_dim=SIZES["intermediate_size"], num_labels=4,
        initializer_range=0.2,
    )
    save(DistilBertForSequenceClassification(config), folder)


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = " ".join(map(str, command))
        sys.exit(f"exported_parity: {words} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def train(program, model, directory, settings=(f"data.train={CORPUS}",)):
    run([
        "mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2", program, "train",
        f"model.name={model}", f"model.max_seq_length={MAX_LENGTH}", *settings,
        "data.max_samples=96", "data.shuffle=true", "training.epochs=1", "training.batch_size=8",
        "training.learning_rate=5.0e-5", f"checkpoint.directory={directory}",
    ])
    return directory / "final"


def read_texts():
    """Every 20th post: short ones and some beyond MAX_LENGTH, so that truncation takes part."""
    posts = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".md")
    return [path.read_text(encoding="utf-8") for path in posts[::20][:NUM_TEXTS]]


def read_pairs():
    rows = (COHERENCE / "validation.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [tuple(row.split("\t")[:2]) for row in rows]


def reference(folder, texts, length, kind):
    """Logits and label names as transformers' class reads the folder, which must hold every tensor."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if length is None and tokenizer.model_max_length != MAX_LENGTH:
        sys.exit(f"exported_parity: {folder}: model_max_length is {tokenizer.model_max_length}")
    model, info = kind.from_pretrained(folder, output_loading_info=True)
    wrong = {key: list(info[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    if any(wrong.values()):
        sys.exit(f"exported_parity: {folder.parent.name}: {wrong}")
    rows = []
    with torch.no_grad():
        for text in texts:
            parts = (text,) if isinstance(text, str) else text
            inputs = tokenizer(*parts, truncation=True, max_length=length, return_tensors="pt")
            rows.append(model.eval()(**inputs).logits[0])
    return torch.stack(rows).double(), [model.config.id2label[i] for i in range(len(rows[0]))]


def predicted(program, folder, texts, scratch, length):
    lines = scratch / "texts.jsonl"
    rows = [{"text": text} if isinstance(text, str) else dict(zip(("text", "text_b"), text))
            for text in texts]
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    output = run([
        program, "predict", "--model", folder, "--input", lines, "--logits",
        *([] if length is None else [f"model.max_seq_length={length}"]),
    ])
    return [json.loads(line) for line in output.splitlines()]


def compare(name, program, folder, texts, scratch, length=None,
            kind=AutoModelForSequenceClassification):
    """Without a length both sides take the one that the folder was trained with."""
    expected, names = reference(folder, texts, length, kind)
    rows = predicted(program, folder, texts, scratch, length)
    got = torch.tensor([row["logits"] for row in rows], dtype=torch.float64)
    worst = (got - expected).abs().max().item()
    print(f"exported_parity: {name}: {len(texts)} texts, logits of spread {expected.std():.3f}, "
          f"largest difference {worst:.2e} (tolerance {TOLERANCE:.0e}), labels {', '.join(names)}")
    return worst <= TOLERANCE and [row["label"] for row in rows] == [
        names[i] for i in expected.argmax(dim=1)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--model", help="a folder with MiniLM")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.program).resolve()
    torch.manual_seed(3)
    texts = read_texts()
    makers = [make_bert, make_bert_without_pooler, make_bert_classifier, make_distilbert]
    right = []
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        sources = {}
        for make in makers:
            folder = scratch / make.__name__.removeprefix("make_")
            folder.mkdir()
            make(folder)
            sources[folder.name] = folder
        if arguments.model:
            sources["minilm"] = pathlib.Path(arguments.model)
        for title, source in sources.items():
            final = train(program, source, scratch / f"run_{title}")
            right.append(compare(f"{title}, trained", program, final, texts, scratch))
        final = train(program, sources["bert"], scratch / "run_coherence", (
            "model.task=coherence", f"data.train={COHERENCE / 'train.tsv'}",
            "data.text_column=sentence1", "data.text_column_b=sentence2"))
        right.append(compare("bert, trained for next sentences", program, final, read_pairs(),
                             scratch, kind=AutoModelForNextSentencePrediction))
        for title in ("bert_classifier", "distilbert"):
            right.append(compare(
                f"{title}, as saved", program, sources[title], texts, scratch, MAX_LENGTH))
    if not all(right):
        sys.exit("exported_parity: FAILED")


if __name__ == "__main__":
    main()
