#!/usr/bin/env python3
"""Makes the golden files of task choice: a tiny BertForMultipleChoice by PyTorch and transformers.

    python3 tests/golden/task/make_choice_goldens.py

    choice/           a model in Hugging Face's form (config.json, model.safetensors, vocab.txt) and
      data.jsonl      12 questions with 3 choices each
      losses.txt      loss of each of 6 AdamW steps, all questions a step, constant rate, no dropout
      smoothed.txt    likewise with label smoothing 0.1
      metrics.txt     "name value" lines: what the model is worth on the questions
      scores.txt      probabilities of the choices, a question a line

Everything is computed in float64, as the other goldens of tasks are.
"""
import pathlib

import torch
from make_task_goldens import SMOOTHING, VOCAB, randomise, train, write_folder, write_numbers
from transformers import BertConfig, BertForMultipleChoice, BertTokenizerFast

QUESTIONS, CHOICES = 12, 3


def make_model():
    config = BertConfig(
        vocab_size=VOCAB, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=24, type_vocab_size=2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, classifier_dropout=0.0,
        attn_implementation="eager")
    model = BertForMultipleChoice(config)
    randomise(model, 41)
    return model


def make_rows():
    generator = torch.Generator().manual_seed(42)

    def text(least, most):
        length = int(torch.randint(least, most, (1,), generator=generator))
        return " ".join(f"w{i}" for i in torch.randint(4, VOCAB, (length,), generator=generator).tolist())

    return [{"context": text(2, 7), "question": text(1, 4),
             "choices": [text(1, 8) for _ in range(CHOICES)],
             "label": int(torch.randint(0, CHOICES, (1,), generator=generator))}
            for _ in range(QUESTIONS)]


def main():
    torch.manual_seed(40)
    model = make_model()
    rows = make_rows()
    folder = write_folder("choice", model, rows)
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    model = model.double().eval()
    first = [row["context"] for row in rows for _ in range(CHOICES)]
    second = [row["question"] + " " + choice for row in rows for choice in row["choices"]]
    encoded = tokenizer(first, second, padding=True, return_tensors="pt")
    inputs = {name: value.view(QUESTIONS, CHOICES, -1) for name, value in encoded.items()}
    labels = torch.tensor([row["label"] for row in rows])
    cross_entropy = torch.nn.CrossEntropyLoss()
    smoothed = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    with torch.no_grad():
        output = model(**inputs, labels=labels)
    assert torch.allclose(output.loss, cross_entropy(output.logits, labels))
    write_numbers(folder / "losses.txt", train(model, inputs, lambda x: cross_entropy(x, labels)))
    write_numbers(folder / "smoothed.txt", train(model, inputs, lambda x: smoothed(x, labels)))
    write_numbers(folder / "scores.txt", output.logits.softmax(1).numpy())
    accuracy = (output.logits.argmax(1) == labels).double().mean().item()
    (folder / "metrics.txt").write_text(
        f"loss {output.loss.item():.17g}\naccuracy {accuracy:.17g}\n")


if __name__ == "__main__":
    main()
