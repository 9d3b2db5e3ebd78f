"""Questions in SQuAD's form: files, the windows of transformers' run_qa, the official scores.

A question is a dictionary of id, question, context and answers, each of text and answer_start; the
windows have token ids, types, the places of the context's tokens, and the answer's positions."""

import collections
import json
import re
import string

from common import read_text

LENGTH, STRIDE = 384, 128
BATCH = 500  # questions that the tokenizer takes at a time


def read_squad(path):
    return [
        {"id": qa["id"], "question": qa["question"], "context": paragraph["context"],
         "answers": [] if qa.get("is_impossible") else qa["answers"]}
        for article in json.loads(read_text(path))["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]  # fmt: skip


def write_squad(path, questions):
    """Of version 2.0 where one has no answer."""
    paragraphs = [
        {"context": q["context"],
         "qas": [{"id": q["id"], "question": q["question"], "answers": q["answers"],
                  "is_impossible": not q["answers"]}]}
        for q in questions
    ]  # fmt: skip
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "", "paragraphs": paragraphs}]}))


# --- windows


def locate(offsets, answers):
    """run_qa's positions of the first answer; 0, 0 in a window that does not hold it whole."""
    context = [i for i, offset in enumerate(offsets) if offset is not None]
    if not answers or not context:
        return 0, 0
    begin = answers[0]["answer_start"]
    end = begin + len(answers[0]["text"])
    first, last = context[0], context[-1]
    if offsets[first][0] > begin or offsets[last][1] < end:
        return 0, 0
    # Both searches of run_qa go on past the context, where offsets are (0, 0).
    at = lambda i: offsets[i] or (0, 0)
    while first < len(offsets) and at(first)[0] <= begin:
        first += 1
    while at(last)[1] >= end:
        last -= 1
    return first - 1, last + 1


def windows(tokenizer, questions):
    """In order; `number` says of which question. `past` where run_qa's search for the first token of
    an answer leaves the context, since it begins with the last one: `start` is that one."""
    made = []
    for at in range(0, len(questions), BATCH):
        part = questions[at : at + BATCH]
        encoded = tokenizer(
            [q["question"].lstrip() for q in part], [q["context"] for q in part],
            truncation="only_second", max_length=LENGTH, stride=STRIDE, padding=False,
            return_overflowing_tokens=True, return_offsets_mapping=True)  # fmt: skip
        for i, sample in enumerate(encoded["overflow_to_sample_mapping"]):
            inside = encoded.sequence_ids(i)
            offsets = [o if inside[j] == 1 else None for j, o in enumerate(encoded["offset_mapping"][i])]
            start, end = locate(offsets, part[sample]["answers"])
            last = max((j for j, o in enumerate(offsets) if o is not None), default=0)
            made.append(
                {"number": at + sample, "tokens": encoded["input_ids"][i],
                 "types": encoded["token_type_ids"][i], "offsets": offsets, "start": min(start, last),
                 "end": end, "past": start > last})  # fmt: skip
    return made


# --- scores, as evaluate-v1.1.py and evaluate-v2.0.py have them


def words_of(text):
    """In lower case, without ASCII punctuation and articles."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1_of(said, right, version):
    if version == 2 and not (said and right):
        return float(said == right)
    common = (collections.Counter(said) & collections.Counter(right)).total()
    if common == 0:
        return 0.0
    precision, recall = common / len(said), common / len(right)
    return (2 * precision * recall) / (precision + recall)


def score(text, question, version):
    """Exact match and F1 beside the nearest reference."""
    references = [words_of(answer["text"]) for answer in question["answers"]]
    if version == 2:
        references = [r for r in references if r] or [[]]
    said = words_of(text)
    return max(float(said == r) for r in references), max(f1_of(said, r, version) for r in references)


def percent(values):
    total = 0.0
    for value in values:
        total += value
    return 100.0 * total / len(values)


def best_of(scores, texts, no_answer, questions):
    """The best mean that withholding answers reaches: find_best_thresh of evaluate-v2.0.py."""
    current = best = float(sum(not q["answers"] for q in questions))
    for i in sorted(range(len(questions)), key=lambda i: no_answer[i]):
        current += scores[i] if questions[i]["answers"] else -float(texts[i] != "")
        best = max(best, current)
    return 100.0 * best / len(questions)


def figures(texts, questions, version, no_answer=None, threshold=None):
    """By the names of the scripts; of version 2 with the answers before any is withheld, and how much
    more no answer scores."""
    scores = [score(text, q, version) for text, q in zip(texts, questions)]
    if version == 1:
        return {"exact_match": percent([s[0] for s in scores]), "f1": percent([s[1] for s in scores])}
    kept = [
        (float(not q["answers"]),) * 2 if difference > threshold else s
        for s, q, difference in zip(scores, questions, no_answer)
    ]
    found = {"exact_match": percent([s[0] for s in kept]), "f1": percent([s[1] for s in kept])}
    for name, answerable in (("HasAns", True), ("NoAns", False)):
        group = [s for s, q in zip(kept, questions) if bool(q["answers"]) == answerable]
        found |= {f"{name}_exact": percent([s[0] for s in group]),
                  f"{name}_f1": percent([s[1] for s in group]), f"{name}_total": len(group)}  # fmt: skip
    for i, name in enumerate(("best_exact", "best_f1")):
        found[name] = best_of([s[i] for s in scores], texts, no_answer, questions)
    return found
