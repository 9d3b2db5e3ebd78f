#!/usr/bin/env python3
"""Makes the golden files of task token: a tiny BERT by PyTorch, transformers, scikit-learn and seqeval.

    python3 tests/golden/task/make_token_goldens.py

    token_goldens.h           outputs of four words, their losses by torch.nn.CrossEntropyLoss
    token/                    a model in Hugging Face's form, and beside it
      data.conll              24 sentences in IOB2, some with words of several tokens
      losses.txt              loss of each of 10 AdamW steps, all sentences a step, no dropout
      balanced.txt            likewise with scikit-learn's balanced class weights
      smoothed.txt            likewise with a label smoothing of 0.1
      metrics.txt             "name value" lines: what the model is worth on the sentences
      words.txt               "label score" of each word
      entities.txt            "sentence first last type" of each predicted entity, by seqeval
      texts.txt, pipeline.txt texts, and "text start end type score" of each entity in them by
                              transformers' token-classification pipeline, aggregation_strategy="first"

Everything is computed in float64. Needs seqeval==1.2.2 beside what make_task_goldens.py needs.
"""
import pathlib
import random
import sys
import warnings

import numpy
import torch
from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2
from sklearn.utils.class_weight import compute_class_weight
from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast, pipeline

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE), str(HERE.parent / "eval")]
import goldens  # noqa: E402
import make_task_goldens as tasks  # noqa: E402

NAMES = ["B-A", "B-B", "I-A", "I-B", "O"]
VOCABULARY = (["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [f"w{i}" for i in range(4, 57)]
              + ["##x", "##y", ".", ","])
SENTENCES = 24
STEPS = 10
FOLDER = HERE / "token"


def write_losses():
    outputs = [[0.5, -1.0, 2.0], [0.25, 0.75, -0.5], [-1.5, 1.0, 0.0], [2.0, 0.5, 1.0]]
    rows, labels = torch.tensor(outputs, dtype=torch.float64), torch.tensor([2, 0, 1, 1])
    weights = torch.tensor([0.5, 1.25, 2.0], dtype=torch.float64)
    losses = [torch.nn.CrossEntropyLoss()(rows, labels).item(),
              torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1)(rows, labels).item()]
    goldens.write(__file__, "token_goldens.h",
                  "/* (4, 3), of words with labels 2, 0, 1, 1 */\n"
                  + goldens.array("float", "TOKEN_OUTPUTS", [x for row in outputs for x in row])
                  + "\n/* without and with class weights 0.5, 1.25, 2 and a label smoothing of 0.1 */\n"
                  + goldens.array("double", "TOKEN_LOSSES", losses))


def make_model():
    config = BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=24, type_vocab_size=2,
        id2label=dict(enumerate(NAMES)), label2id={name: i for i, name in enumerate(NAMES)},
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, classifier_dropout=0.0,
        attn_implementation="eager",
    )
    model = BertForTokenClassification(config)
    tasks.randomise(model, 41)
    tasks.write_model(FOLDER, model, VOCABULARY)
    return model.double().eval()


def make_sentences():
    def word():
        return f"w{random.randint(4, 56)}" + random.choice(["", "", "", "x", "xy"])

    return [[word() for _ in range(random.randint(1, 8))] for _ in range(SENTENCES)]


def first_tokens(inputs, sentences):
    """(sentence, position) of the first token of each word."""
    places = []
    for i in range(len(sentences)):
        ids = inputs.word_ids(i)
        places.append([ids.index(word) for word in range(len(sentences[i]))])
    return places


def valid(tags):
    """IOB2: an entity begins with B."""
    made, before = [], "O"
    for tag in tags:
        if tag[0] == "I" and before[1:] != tag[1:]:
            tag = "B" + tag[1:]
        made.append(tag)
        before = tag
    return made


def targets_of(shape, places, gold):
    targets = torch.full(shape, -100)
    for i, tags in enumerate(gold):
        for position, tag in zip(places[i], tags):
            targets[i, position] = NAMES.index(tag)
    return targets


def loss_with(targets, **options):
    criterion = torch.nn.CrossEntropyLoss(**options)
    return lambda logits: criterion(logits.transpose(1, 2), targets)


def write_texts(model, tokenizer, sentences):
    """Sentences as text, with full stops and commas that stand at words."""
    texts = [" ".join(words) + "." if i % 2 else ", ".join(words) for i, words in enumerate(sentences)]
    pipe = pipeline("token-classification", model=model, tokenizer=tokenizer,
                    aggregation_strategy="first")
    lines = [f"{i} {e['start']} {e['end']} {e['entity_group']} {e['score']:.17g}\n"
             for i, text in enumerate(texts) for e in pipe(text)]
    (FOLDER / "texts.txt").write_text("".join(text + "\n" for text in texts))
    (FOLDER / "pipeline.txt").write_text("".join(lines))


def main():
    warnings.simplefilter("ignore")
    random.seed(42)
    write_losses()
    model = make_model()
    sentences = make_sentences()
    tokenizer = BertTokenizerFast.from_pretrained(FOLDER)
    inputs = tokenizer(sentences, is_split_into_words=True, padding=True, return_tensors="pt")
    assert inputs["input_ids"].shape[1] <= 24 and (inputs["input_ids"] != 1).all()
    places = first_tokens(inputs, sentences)
    logits = model(**inputs).logits.detach()
    found = [[NAMES[logits[i, p].argmax()] for p in row] for i, row in enumerate(places)]
    gold = [valid([x if random.random() < 0.7 else random.choice(NAMES) for x in tags])
            for tags in found]
    (FOLDER / "data.conll").write_text("\n".join(
        "".join(f"{word} {tag}\n" for word, tag in zip(words, tags))
        for words, tags in zip(sentences, gold)))

    targets = targets_of(logits.shape[:2], places, gold)
    labels = targets[targets >= 0].numpy()
    weights = torch.tensor(compute_class_weight("balanced", classes=numpy.arange(len(NAMES)), y=labels))
    for name, options in (("losses", {}), ("balanced", {"weight": weights}),
                          ("smoothed", {"label_smoothing": 0.1})):
        tasks.write_numbers(FOLDER / f"{name}.txt",
                            tasks.train(model, dict(inputs), loss_with(targets, **options), STEPS))

    figures = {"loss": loss_with(targets)(logits).item(), "f1": f1_score(gold, found),
               "precision": precision_score(gold, found), "recall": recall_score(gold, found),
               "accuracy": accuracy_score(gold, found),
               "macro_f1": f1_score(gold, found, average="macro"),
               "weighted_f1": f1_score(gold, found, average="weighted"),
               "strict_f1": f1_score(gold, found, mode="strict", scheme=IOB2)}
    assert 0.2 < figures["f1"] < 0.9 and figures["strict_f1"] != figures["f1"]
    (FOLDER / "metrics.txt").write_text("".join(f"{k} {v:.17g}\n" for k, v in figures.items()))
    scores = logits.softmax(-1)
    (FOLDER / "words.txt").write_text("".join(
        f"{tag} {scores[i, p].max().item():.17g}\n"
        for i, row in enumerate(places) for p, tag in zip(row, found[i])))
    (FOLDER / "entities.txt").write_text("".join(
        f"{i} {first} {last} {kind}\n"
        for i, tags in enumerate(found) for kind, first, last in get_entities(tags)))
    write_texts(model, tokenizer, sentences)


if __name__ == "__main__":
    main()
