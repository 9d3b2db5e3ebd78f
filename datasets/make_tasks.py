#!/usr/bin/env python3
"""Makes the small data sets of datasets/ beside newsposts: pairs, scores, topics, entities, questions,
choices, plain text, its sentences and pairs of them, labels and parts of speech, each in the format that data
of its kind usually has.

All of them tell of the same made-up coast. Sentences are written by hand with places to fill in;
which of them are filled in how is drawn with a fixed seed. The results are kept in the repository.
"""
import csv
import json
import random
from pathlib import Path

import coast

HERE = Path(__file__).parent
SEED = 2026


def fill(template, names):
    """The template with {a}, {b} ... replaced by the names."""
    return template.format(**names)


def draw(rng):
    """Names for all places that a template may have; those of one kind differ."""
    a, b, c = rng.sample(coast.TOWNS, 3)
    p, q = rng.sample(coast.PEOPLE, 2)
    day, other_day = rng.sample(coast.DAYS, 2)
    return {
        "a": a, "b": b, "c": c, "p": p, "q": q, "day": day, "other_day": other_day,
        "ship": rng.choice(coast.SHIPS), "club": rng.choice(coast.CLUBS),
        "good": rng.choice(coast.GOODS), "thing": rng.choice(coast.THINGS),
        "weather": rng.choice(coast.WEATHER), "month": rng.choice(coast.MONTHS),
        "n": rng.randint(3, 90), "year": rng.randint(1821, 1968), "hour": rng.randint(6, 20),
    }  # fmt: skip


def write_table(path, header, rows, delimiter):
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_json_lines(path, objects):
    path.parent.mkdir(exist_ok=True)
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in objects]
    path.write_text("".join(lines), encoding="utf-8")


def split(rng, examples):
    """Training and validation: four fifths and the rest of the shuffled examples."""
    rng.shuffle(examples)
    count = len(examples) // 5
    return examples[count:], examples[:count]


def make_pairs(rng):
    """Does the second text follow from the first? In TSV, as GLUE's."""
    rows = []
    for round_ in range(24):
        for premise, hypotheses in coast.STORIES:
            names = draw(rng)
            label = coast.RELATIONS[(round_ + len(rows)) % len(coast.RELATIONS)]
            rows.append((fill(premise, names), fill(rng.choice(hypotheses[label]), names), label))
    for part, examples in zip(("train", "validation"), split(rng, rows)):
        write_table(HERE / "pairs" / f"{part}.tsv", ("premise", "hypothesis", "label"), examples,
                    "\t")  # fmt: skip


def make_scores(rng):
    """How alike are two texts, 0 to 5? In CSV, as pandas writes it."""
    rows = []
    for _ in range(20):
        for template, paraphrase in coast.PARAPHRASES:
            names, others = draw(rng), draw(rng)
            kind = len(rows) % 4
            unlike, _ = rng.choice([each for each in coast.PARAPHRASES if each[0] != template])
            second, score = {
                0: (fill(paraphrase, names), 5.0),
                1: (fill(paraphrase, names | {"day": others["day"], "n": others["n"],
                                              "good": others["good"]}), 3.5),
                2: (fill(paraphrase, others), 2.0),
                3: (fill(unlike, others), 0.0),
            }[kind]  # fmt: skip
            rows.append((fill(template, names), second, max(0.0, score - 0.1 * rng.randint(0, 3))))
    rows = [(first, second, f"{score:.1f}") for first, second, score in rows]
    for part, examples in zip(("train", "validation"), split(rng, rows)):
        write_table(HERE / "scores" / f"{part}.csv", ("sentence1", "sentence2", "score"), examples,
                    ",")  # fmt: skip


def make_topics(rng):
    """What is a note about? Several topics or none, in JSON lines."""
    notes = []
    for _ in range(200):
        topics = sorted(rng.sample(sorted(coast.TOPICS), rng.choice((0, 1, 1, 2, 2, 3))))
        parts = [rng.choice(coast.TOPICS[topic]) for topic in topics] or [rng.choice(coast.REST)]
        rng.shuffle(parts)
        names = draw(rng)
        notes.append({"text": " ".join(fill(part, names) for part in parts), "labels": topics})
    for part, examples in zip(("train", "validation"), split(rng, notes)):
        write_json_lines(HERE / "topics" / f"{part}.jsonl", examples)


def tag_words(template, names):
    """[(word, tag)] in IOB2 of a template whose places are {TYPE:name}."""
    tagged = []
    for word in template.split():
        if not word.startswith("{"):
            tagged.append((word, "O"))
            continue
        kind, name = word.strip("{}").split(":")
        for i, part in enumerate(names[name].split()):
            tagged.append((part, f"{'B' if i == 0 else 'I'}-{kind}"))
    return tagged


def make_entities(rng):
    """People, towns, ships and clubs, in the two columns of CoNLL."""
    sentences = [tag_words(template, draw(rng)) for _ in range(14) for template in coast.TAGGED]
    for part, examples in zip(("train", "validation"), split(rng, sentences)):
        blocks = ["".join(f"{word}\t{tag}\n" for word, tag in words) for words in examples]
        path = HERE / "entities" / f"{part}.conll"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(blocks), encoding="utf-8")


def tag_parts(template, names):
    """[(word, tag)] of a template of word/TAG, in which a name's words share its tag."""
    tagged = []
    for place in template.split():
        word, tag = place.rsplit("/", 1)
        tagged += [(part, tag) for part in fill(word, names).split()]
    return tagged


def make_tags(rng):
    """Parts of speech, in the ten columns of CoNLL-U."""
    sentences = [tag_parts(template, draw(rng)) for _ in range(12) for template in coast.PARTS]
    for part, examples in zip(("train", "validation"), split(rng, sentences)):
        blocks = []
        for number, words in enumerate(examples):
            rows = [f"{i}\t{word}\t_\t{tag}" + 6 * "\t_" + "\n"
                    for i, (word, tag) in enumerate(words, 1)]  # fmt: skip
            text = " ".join(word for word, _ in words)
            blocks.append(f"# sent_id = coast-{part}-{number}\n# text = {text}\n{''.join(rows)}\n")
        path = HERE / "tags" / f"{part}.conllu"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(blocks), encoding="utf-8")


def ask(number, context, question, answers):
    """A question of SQuAD. The longest answer holds all others, and they are found inside it."""
    longest = max(answers, key=len, default="")
    begin = context.index(longest)
    found = [{"text": answer, "answer_start": begin + longest.index(answer)} for answer in answers]
    return {"id": f"coast-{number}", "question": question, "answers": found,
            "is_impossible": not found}  # fmt: skip


def make_questions(rng):
    """Questions about short texts, some of them without an answer, in SQuAD 2.0's JSON."""
    articles, number = [], 0
    for i in range(60):
        title, sentences, questions = coast.ARTICLES[i % len(coast.ARTICLES)]
        names = draw(rng)
        context = " ".join(fill(each, names) for each in sentences)
        qas = []
        for question, answers in questions:
            number += 1
            qas.append(ask(number, context, fill(question, names),
                           [fill(answer, names) for answer in answers]))  # fmt: skip
        articles.append({"title": fill(title, names),
                         "paragraphs": [{"context": context, "qas": qas}]})  # fmt: skip
    for part, examples in zip(("train", "validation"), split(rng, articles)):
        path = HERE / "questions" / f"{part}.json"
        path.parent.mkdir(exist_ok=True)
        data = ",\n".join(json.dumps(each, ensure_ascii=False) for each in examples)
        path.write_text(f'{{"version": "v2.0", "data": [\n{data}\n]}}\n', encoding="utf-8")


def make_choices(rng):
    """Which of four endings fits? In JSON lines."""
    lines = []
    for _ in range(8):
        for context, question, right in coast.ENDINGS:
            names = draw(rng)
            wrong = rng.sample([each[2] for each in coast.ENDINGS if each[2] != right], 3)
            choices = [fill(each, names) for each in [right, *wrong]]
            rng.shuffle(choices)
            lines.append({"context": fill(context, names), "question": fill(question, names),
                          "choices": choices,
                          "label": choices.index(fill(right, names))})  # fmt: skip
    for part, examples in zip(("train", "validation"), split(rng, lines)):
        write_json_lines(HERE / "choices" / f"{part}.jsonl", examples)


def make_text(rng):
    """Plain text for masked words: a text a line."""
    lines = []
    for i in range(160):
        _, sentences, _ = coast.ARTICLES[i % len(coast.ARTICLES)]
        names = draw(rng)
        more = rng.choice(coast.TOPICS[rng.choice(sorted(coast.TOPICS))])
        lines.append(" ".join(fill(each, names) for each in [*sentences, more]) + "\n")
    path = HERE / "text"
    path.mkdir(exist_ok=True)
    for part, examples in zip(("train", "validation"), split(rng, lines)):
        (path / f"{part}.txt").write_text("".join(examples), encoding="utf-8")


def make_labels(rng):
    """What is a note about? One topic each, in CSV."""
    notes = []
    for number in range(150):
        topic = sorted(coast.TOPICS)[number % len(coast.TOPICS)]
        names = draw(rng)
        parts = rng.sample(coast.TOPICS[topic], 2)
        notes.append([" ".join(fill(part, names) for part in parts), topic])
    for part, rows in zip(("train", "validation"), split(rng, notes)):
        write_table(HERE / "labels" / f"{part}.csv", ["text", "label"], rows, ",")


def make_sentences(rng):
    """Plain text for masked words and next sentences: a sentence a line, a blank line behind each text."""
    texts = []
    for i in range(160):
        _, sentences, _ = coast.ARTICLES[i % len(coast.ARTICLES)]
        names = draw(rng)
        more = rng.sample(coast.TOPICS[rng.choice(sorted(coast.TOPICS))], 2)
        texts.append("\n".join(fill(each, names) for each in [*sentences, *more]) + "\n\n")
    path = HERE / "sentences"
    path.mkdir(exist_ok=True)
    for part, examples in zip(("train", "validation"), split(rng, texts)):
        (path / f"{part}.txt").write_text("".join(examples), encoding="utf-8")


def make_coherence(rng):
    """Does the second sentence go on where the first one ends? In TSV; half of them are of other texts."""
    texts = []
    for i in range(80):
        _, sentences, _ = coast.ARTICLES[i % len(coast.ARTICLES)]
        names = draw(rng)
        texts.append([fill(each, names) for each in sentences])
    rows = []
    for number, sentences in enumerate(texts):
        for i in range(len(sentences) - 1):
            follows = rng.random() < 0.5
            other = texts[(number + rng.randrange(1, len(texts))) % len(texts)]
            second = sentences[i + 1] if follows else rng.choice(other)
            rows.append((sentences[i], second, "is_next" if follows else "not_next"))
    for part, examples in zip(("train", "validation"), split(rng, rows)):
        write_table(HERE / "coherence" / f"{part}.tsv", ("sentence1", "sentence2", "label"),
                    examples, "\t")  # fmt: skip


def main():
    for number, make in enumerate((make_pairs, make_scores, make_topics, make_entities,
                                   make_questions, make_choices, make_text, make_labels,
                                   make_tags, make_sentences, make_coherence)):  # fmt: skip
        make(random.Random(SEED + number))


if __name__ == "__main__":
    main()
