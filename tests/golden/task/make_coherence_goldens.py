#!/usr/bin/env python3
"""Makes the golden files of task coherence: a tiny BertForNextSentencePrediction by PyTorch and
transformers, with figures by scikit-learn.

    python3 tests/golden/task/make_coherence_goldens.py

    coherence/        a model in Hugging Face's form (config.json, model.safetensors, vocab.txt), whose
                      labels have no names, and
      data.jsonl      20 pairs of texts, is_next (0, as transformers counts) or not_next (1)
      losses.txt      loss of each of 6 AdamW steps, all pairs a step, constant rate, no dropout
      smoothed.txt    likewise with label smoothing 0.1
      metrics.txt     "name value" lines: what the model is worth on the pairs
      f1.txt          F1 of not_next
      scores.txt      probabilities of is_next and not_next, a pair a line

Everything is computed in float64, as the other goldens of tasks are.
"""
import torch
from make_task_goldens import SMOOTHING, VOCAB, randomise, train, write_folder, write_numbers
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef
from transformers import BertConfig, BertForNextSentencePrediction, BertTokenizerFast

PAIRS = 20
NAMES = ["is_next", "not_next"]


def make_model():
    config = BertConfig(
        vocab_size=VOCAB, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=24, type_vocab_size=2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager")
    model = BertForNextSentencePrediction(config)
    randomise(model, 53)
    return model


def make_rows():
    generator = torch.Generator().manual_seed(52)

    def text():
        length = int(torch.randint(1, 10, (1,), generator=generator))
        return " ".join(f"w{i}" for i in torch.randint(4, VOCAB, (length,), generator=generator).tolist())

    return [{"text": text(), "text_b": text(),
             "label": NAMES[int(torch.randint(0, 2, (1,), generator=generator))]}
            for _ in range(PAIRS)]


def main():
    torch.manual_seed(50)
    model = make_model()
    rows = make_rows()
    folder = write_folder("coherence", model, rows)
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    model = model.double().eval()
    inputs = tokenizer([row["text"] for row in rows], [row["text_b"] for row in rows], padding=True,
                       return_tensors="pt")
    labels = torch.tensor([NAMES.index(row["label"]) for row in rows])
    cross_entropy = torch.nn.CrossEntropyLoss()
    smoothed = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    with torch.no_grad():
        output = model(**inputs, labels=labels)
    assert torch.allclose(output.loss, cross_entropy(output.logits, labels))
    write_numbers(folder / "losses.txt", train(model, inputs, lambda x: cross_entropy(x, labels)))
    write_numbers(folder / "smoothed.txt", train(model, inputs, lambda x: smoothed(x, labels)))
    write_numbers(folder / "scores.txt", output.logits.softmax(1).numpy())
    found = output.logits.argmax(1)
    assert 0 < found.sum() < PAIRS
    figures = {"loss": output.loss.item(), "accuracy": accuracy_score(labels, found),
               "macro_f1": f1_score(labels, found, average="macro"),
               "mcc": matthews_corrcoef(labels, found)}
    write_numbers(folder / "f1.txt", [f1_score(labels, found)])
    (folder / "metrics.txt").write_text("".join(f"{k} {v:.17g}\n" for k, v in figures.items()))


if __name__ == "__main__":
    main()
