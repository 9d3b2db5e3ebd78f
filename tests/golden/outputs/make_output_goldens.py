"""Makes the golden files of `predict`'s scores: what transformers' text-classification pipeline gives
for each kind of output.

    python3 tests/golden/outputs/make_output_goldens.py

one/ is a tiny model with one output in Hugging Face's form; several/ is one with three. Each
KIND.json holds the scores of texts.txt, by their labels, where problem_type is KIND (none: absent).
"""

import json
import pathlib

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer
from transformers import TextClassificationPipeline

HERE = pathlib.Path(__file__).parent
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "rain", "snow", "wind", "sun"]
TEXTS = ["rain and wind", "sun", "snow snow sun wind"]
KINDS = {
    "one": ["none", "single_label_classification", "regression"],
    "several": ["none", "multi_label_classification", "regression"],
}
LABELS = {"one": ["LABEL_0"], "several": ["wet", "cold", "loud"]}


def make(labels):
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=12, initializer_range=0.8,
        id2label=dict(enumerate(labels)), label2id={name: i for i, name in enumerate(labels)},
    )
    return BertForSequenceClassification(config).eval()


def main():
    (HERE / "texts.txt").write_text("\n".join(TEXTS) + "\n")
    for name, kinds in KINDS.items():
        folder = HERE / name
        model = make(LABELS[name])
        model.save_pretrained(folder)
        (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
        config = folder / "config.json"
        members = json.loads(config.read_text())
        for unused in ("transformers_version", "dtype", "torch_dtype"):
            members.pop(unused, None)
        config.write_text(json.dumps(members, indent=1) + "\n")
        tokenizer = BertTokenizer(str(folder / "vocab.txt"))
        for kind in kinds:
            model.config.problem_type = None if kind == "none" else kind
            pipeline = TextClassificationPipeline(model=model, tokenizer=tokenizer, device="cpu")
            lines = []
            for text in TEXTS:
                scores = {item["label"]: item["score"] for item in pipeline(text, top_k=None)}
                lines.append(json.dumps([scores[label] for label in LABELS[name]]))
            (HERE / f"{name}.{kind}.jsonl").write_text("\n".join(lines) + "\n")


main()
