"""Makes questions/: a tiny BERT for question answering and what PyTorch, transformers and run_qa's
post-processing (question_answers.py) make of it.

    python3 tests/golden/task/make_question_goldens.py

    config.json, model.safetensors, vocab.txt
    data.json       16 questions about 4 texts of up to 60 words, 4 of them without an answer
    losses.txt      loss of each of 6 AdamW steps, all windows a step, constant rate, no dropout; each
                    window by itself, so that none is padded
    answers.txt     a line a question: id, answer where all have one, answer where a question stays
                    unanswered above THRESHOLD, null_score_diff, probability of the first answer; tabs
                    between
    metrics.txt     "name value" lines of the answers where a question stays unanswered above 0
    threshold.txt   likewise above THRESHOLD

Losses are computed in float64; answers from logits that are rounded to float32.
"""

import collections
import json
import pathlib

import numpy
import question_answers
import torch
from make_task_goldens import VOCAB, WORDS, randomise, take_steps, write_model, write_numbers
from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

FOLDER = pathlib.Path(__file__).parent / "questions"
LENGTH, STRIDE, STEPS = 32, 8, 6
THRESHOLD = -5.45  # of null_score_diff, where some questions stay unanswered


def make_model():
    config = BertConfig(
        vocab_size=VOCAB, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=LENGTH, type_vocab_size=2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager",
    )  # fmt: skip
    model = BertForQuestionAnswering(config)
    randomise(model, 51, scale=0.4)
    return model


def words(generator, count):
    return " ".join(f"w{i}" for i in torch.randint(4, VOCAB, (count,), generator=generator).tolist())


def answer_at(context, first, count):
    parts = context.split(" ")
    start = len(" ".join(parts[:first])) + (first > 0)
    return {"text": " ".join(parts[first:first + count]), "answer_start": start}


def make_questions():
    generator = torch.Generator().manual_seed(52)
    paragraphs = []
    for p, length in enumerate((12, 35, 60, 24)):
        context = words(generator, length)
        qas = []
        for q in range(4):
            first = int(torch.randint(0, length - 4, (1,), generator=generator))
            answers = [] if q == 3 else [answer_at(context, first, 1 + q), answer_at(context, first, 2)]
            qas.append({"id": f"q{4 * p + q}", "question": words(generator, 2 + q), "answers": answers,
                        "is_impossible": q == 3})  # fmt: skip
        paragraphs.append({"context": context, "qas": qas})
    return paragraphs


def windows_of(tokenizer, context, question):
    encoded = tokenizer(
        question["question"], context, truncation="only_second", max_length=LENGTH, stride=STRIDE,
        return_overflowing_tokens=True, return_offsets_mapping=True)  # fmt: skip
    for chunk, ids in enumerate(encoded["input_ids"]):
        inside = encoded.sequence_ids(chunk)
        offsets = [o if inside[i] == 1 else None for i, o in enumerate(encoded["offset_mapping"][chunk])]
        yield {"ids": ids, "types": encoded["token_type_ids"][chunk], "offsets": offsets,
               "place": place(offsets, question["answers"])}  # fmt: skip


def place(offsets, answers):
    """Positions of the first answer's tokens; [CLS] where the window does not hold it whole."""
    inside = [i for i, o in enumerate(offsets) if o is not None]
    if not answers:
        return 0, 0
    begin = answers[0]["answer_start"]
    end = begin + len(answers[0]["text"])
    if offsets[inside[0]][0] > begin or offsets[inside[-1]][1] < end:
        return 0, 0
    return (max(i for i in inside if offsets[i][0] <= begin), min(i for i in inside if offsets[i][1] >= end))


def run(model, window, with_loss=False):
    start, end = window["place"]
    targets = {"start_positions": torch.tensor([start]), "end_positions": torch.tensor([end])}
    return model(input_ids=torch.tensor([window["ids"]]), token_type_ids=torch.tensor([window["types"]]),
                 **(targets if with_loss else {}))  # fmt: skip


def losses_of(model, windows):
    return take_steps(
        model, lambda _: torch.stack([run(model, window, True).loss for window in windows]).mean(), STEPS)


def score(text, references):
    """Exact match and F1; the words of these texts are plain."""
    best = (0.0, 0.0)
    for reference in references or [""]:
        said, right = text.split(), reference.split()
        common = (collections.Counter(said) & collections.Counter(right)).total()
        f1 = 2.0 * common / (len(said) + len(right)) if said and right else float(said == right)
        best = (max(best[0], float(said == right)), max(best[1], f1))
    return best


def means(rows, threshold):
    """Exact match and F1 in percent of rows (text, difference, references)."""
    scores = [score("" if d > threshold else text, references) for text, d, references in rows]
    return [100.0 * sum(column) / len(rows) for column in zip(*scores)]


def metrics_of(rows, threshold):
    exact, f1 = means(rows, threshold)
    found = {"f1": f1, "exact_match": exact}
    for name, group in (("HasAns", [r for r in rows if r[2]]), ("NoAns", [r for r in rows if not r[2]])):
        found[f"{name}_exact"], found[f"{name}_f1"] = means(group, threshold)
        found[f"{name}_total"] = len(group)
    for i, name in enumerate(("best_exact", "best_f1")):
        tried = {d: means(rows, d)[i] for _, d, _ in rows}
        found[name] = max(tried.values())
        best = [d for d, value in tried.items() if value == found[name]]
        found[f"{name}_thresh"] = min(best)
    return found


def write_metrics(name, found):
    (FOLDER / name).write_text("".join(f"{k} {v:.17g}\n" for k, v in found.items()))


def main():
    torch.manual_seed(50)
    model = make_model()
    write_model(FOLDER, model, WORDS)
    tokenizer = BertTokenizerFast.from_pretrained(FOLDER)
    model = model.double().eval()
    paragraphs = make_questions()
    lines, rows, windows = [], [], []
    for paragraph in paragraphs:
        for number, question in enumerate(paragraph["qas"]):
            context = paragraph["context"]
            made = list(windows_of(tokenizer, context, question))
            for window in made:
                with torch.no_grad():
                    outputs = run(model, window)
                window["starts"] = outputs.start_logits[0].numpy().astype(numpy.float32)
                window["ends"] = outputs.end_logits[0].numpy().astype(numpy.float32)
            one, _, listed = question_answers.answer(context, made)
            two, difference, _ = question_answers.answer(context, made, may_be_null=True, threshold=THRESHOLD)
            best, _, _ = question_answers.answer(context, made, may_be_null=True, threshold=numpy.inf)
            if number == 0:  # so that not all are wrong
                question["answers"].append({"text": one, "answer_start": listed[0][1]})
            rows.append((best, difference, [a["text"] for a in question["answers"]]))
            lines.append(f"{question['id']}\t{one}\t{two}\t{difference:.9g}\t{listed[0][5]:.9g}\n")
            windows += made
    content = {"version": "v2.0", "data": [{"title": "words", "paragraphs": [p]} for p in paragraphs]}
    (FOLDER / "data.json").write_text(json.dumps(content) + "\n")
    (FOLDER / "answers.txt").write_text("".join(lines))
    write_metrics("metrics.txt", metrics_of(rows, 0.0))
    write_metrics("threshold.txt", metrics_of(rows, THRESHOLD))
    write_numbers(FOLDER / "losses.txt", losses_of(model, windows))
    print(len(windows), "windows")


main()
