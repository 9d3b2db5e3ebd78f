"""Makes the golden files of whole tasks: tiny BERTs by PyTorch, transformers, scikit-learn and SciPy.

    python3 tests/golden/task/make_task_goldens.py

For each task, and `scores`, regression with three scores a text, a folder in Hugging Face's form
(config.json, model.safetensors, vocab.txt) with

    data.jsonl      24 labelled texts, one of them with no label where a text may have any number
    losses.txt      loss of each of 6 AdamW steps, all texts a step, constant rate, no dropout
    balanced.txt    (multilabel) likewise with pos_weight = texts without a label / texts with it
    smoothed.txt    (multilabel) likewise with targets t (1 - s) + s / 2, s = 0.1
    metrics.txt     "name value" lines: what the model that the folder holds is worth on the texts
                    (scores) first the means over the scores, then "name label value" lines
    scores.txt      what transformers' text-classification pipeline gives, a text a line
    data.csv        (scores) the same as data.jsonl

Everything is computed in float64, so that the files hold the true values rather than one library's
rounding.
"""

import json
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, f1_score, mean_squared_error
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast, pipeline

HERE = pathlib.Path(__file__).parent
VOCAB = 61
TEXTS = 24
STEPS = 6
LEARNING_RATE = 5e-4
WEIGHT_DECAY = 0.01
MAX_NORM = 1.0
SMOOTHING = 0.1
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [f"w{i}" for i in range(4, VOCAB)]
LABELS = ["even", "long", "odd", "small"]
SCORES = ["length", "first", "last"]


def randomise(model, seed, scale=0.3):
    """Weights that any machine draws alike; LayerNorms stay about 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            centre = 1.0 if "LayerNorm.weight" in name else 0.0
            parameter.copy_(centre + (scale if parameter.dim() == 2 else 0.1) * noise)


def make_model(problem, names):
    config = BertConfig(
        vocab_size=VOCAB, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=24, type_vocab_size=2,
        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)},
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, classifier_dropout=0.0,
        problem_type=problem, attn_implementation="eager",
    )
    model = BertForSequenceClassification(config)
    randomise(model, 31)
    return config, model


def make_texts():
    generator = torch.Generator().manual_seed(32)
    texts = []
    for _ in range(TEXTS):
        length = int(torch.randint(1, 16, (1,), generator=generator))
        words = torch.randint(4, VOCAB, (length,), generator=generator).tolist()
        texts.append(words)
    return texts


def labels_of(words):
    """Some of LABELS; none for the third text's like."""
    chosen = []
    if words[0] % 2 == 0:
        chosen.append("even")
    if len(words) > 9:
        chosen.append("long")
    if words[-1] % 2 == 1:
        chosen.append("odd")
    if min(words) < 8:
        chosen.append("small")
    return chosen


def write_model(folder, model, tokens):
    folder.mkdir(exist_ok=True)
    model.config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(model.config.to_json_string(use_diff=True))
    weights = {n: p.detach().float().contiguous() for n, p in model.named_parameters()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in tokens))


def write_folder(name, model, rows):
    folder = HERE / name
    write_model(folder, model, WORDS)
    lines = [json.dumps(row) + "\n" for row in rows]
    (folder / "data.jsonl").write_text("".join(lines))
    return folder


def write_numbers(path, rows):
    lines = [" ".join(f"{x:.17g}" for x in numpy.atleast_1d(row)) + "\n" for row in rows]
    path.write_text("".join(lines))


def take_steps(model, loss_of, steps=STEPS):
    """Losses before each AdamW step, loss_of(step) being that of a step; the model is left as it was."""
    kept = {n: p.detach().clone() for n, p in model.named_parameters()}
    decays = [p for n, p in model.named_parameters() if p.dim() == 2]
    others = [p for n, p in model.named_parameters() if p.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": decays, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}],
        lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8,
    )
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = loss_of(step)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(kept[name])
    return losses


def train(model, inputs, loss_of, steps=STEPS):
    """With the same inputs in every step, of whose logits loss_of takes the loss."""
    return take_steps(model, lambda _: loss_of(model(**inputs).logits), steps)


def start(name, problem, names, targets_of, members_of):
    torch.manual_seed(30)
    config, model = make_model(problem, names)
    texts = make_texts()
    rows = [{"text": " ".join(f"w{i}" for i in words), **members_of(words)} for words in texts]
    folder = write_folder(name, model, rows)
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    assert tokenizer.unk_token_id not in sum(tokenizer([r["text"] for r in rows])["input_ids"], [])
    model = model.double().eval()
    inputs = tokenizer([row["text"] for row in rows], padding=True, return_tensors="pt")
    targets = torch.tensor([targets_of(words) for words in texts], dtype=torch.float64)
    pipe = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None)
    names = [config.id2label[i] for i in range(config.num_labels)]
    scores = []
    for row in rows:
        found = {entry["label"]: entry["score"] for entry in pipe([row["text"]])[0]}
        scores.append([found[n] for n in names])
    write_numbers(folder / "scores.txt", scores)
    return folder, model, inputs, targets


def regression():
    folder, model, inputs, targets = start(
        "regression", "regression", ["LABEL_0"],
        lambda words: [len(words) / 3.0 + (words[0] % 5) / 4.0],
        lambda words: {"label": len(words) / 3.0 + (words[0] % 5) / 4.0})
    targets = targets.float().double()  # as shards keep them
    mse = torch.nn.MSELoss()
    write_numbers(folder / "losses.txt", train(model, inputs, lambda x: mse(x, targets)))
    outputs = model(**inputs).logits.detach().numpy()[:, 0]
    truth = targets.numpy()[:, 0]
    loss = mean_squared_error(truth, outputs)
    found = {"loss": loss, "pearson": pearsonr(outputs, truth)[0],
             "spearman": spearmanr(outputs, truth)[0], "mse": loss}
    (folder / "metrics.txt").write_text("".join(f"{k} {v:.17g}\n" for k, v in found.items()))


def scores_of(words):
    return [len(words) / 3.0, -(words[0] % 5) / 4.0, float(words[-1] % 7)]


def scores():
    folder, model, inputs, targets = start("scores", "regression", SCORES, scores_of,
                                           lambda words: dict(zip(SCORES, scores_of(words))))
    rows = [json.loads(line) for line in (folder / "data.jsonl").read_text().splitlines()]
    (folder / "data.csv").write_text("".join(",".join(str(v) for v in row) + "\n" for row in
                                             [rows[0].keys()] + [row.values() for row in rows]))
    targets = targets.float().double()  # as shards keep them
    mse = torch.nn.MSELoss()
    write_numbers(folder / "losses.txt", train(model, inputs, lambda x: mse(x, targets)))
    outputs = model(**inputs).logits.detach().numpy()
    truth = targets.numpy()
    pairs = [(outputs[:, j], truth[:, j]) for j in range(len(SCORES))]
    found = {"mse": mean_squared_error(truth, outputs, multioutput="raw_values"),
             "pearson": [pearsonr(*pair)[0] for pair in pairs],
             "spearman": [spearmanr(*pair)[0] for pair in pairs]}
    lines = [f"loss {mean_squared_error(truth, outputs):.17g}\n"]
    lines += [f"{name} {numpy.mean(values):.17g}\n" for name, values in found.items()]
    lines += [f"{name} {label} {value:.17g}\n" for name, values in found.items()
              for label, value in zip(SCORES, values)]
    (folder / "metrics.txt").write_text("".join(lines))


def multilabel():
    folder, model, inputs, targets = start(
        "multilabel", "multi_label_classification", LABELS,
        lambda words: [float(name in labels_of(words)) for name in LABELS],
        lambda words: {"label": labels_of(words)})
    assert (targets.sum(1) == 0).any() and (targets.sum(0) > 0).all()
    bce = torch.nn.BCEWithLogitsLoss()
    write_numbers(folder / "losses.txt", train(model, inputs, lambda x: bce(x, targets)))
    having = targets.sum(0)
    weighted = torch.nn.BCEWithLogitsLoss(pos_weight=(TEXTS - having) / having)
    write_numbers(folder / "balanced.txt", train(model, inputs, lambda x: weighted(x, targets)))
    smooth = targets * (1.0 - SMOOTHING) + SMOOTHING / 2.0
    write_numbers(folder / "smoothed.txt", train(model, inputs, lambda x: bce(x, smooth)))
    logits = model(**inputs).logits.detach()
    truth, predicted = targets.numpy(), (logits > 0).numpy()
    found = {"loss": bce(logits, targets).item()}
    for average in ("micro", "macro", "weighted", "samples"):
        found[f"{average}_f1"] = f1_score(truth, predicted, average=average, zero_division=0)
    found["subset_accuracy"] = accuracy_score(truth, predicted)
    (folder / "metrics.txt").write_text("".join(f"{k} {v:.17g}\n" for k, v in found.items()))


if __name__ == "__main__":
    regression()
    scores()
    multilabel()
