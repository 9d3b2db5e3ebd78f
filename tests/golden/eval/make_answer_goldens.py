#!/usr/bin/env python3
"""Writes answer_goldens.h beside itself: scores of answers by the official script of SQuAD 2.0, whose
functions transformers 4 carries, and by the rules of SQuAD 1.1.

Needs transformers==4.57.6 in an environment of its own; format the header with clang-format. The
script of SQuAD 1.1 normalises in the same way. It differs in what is written here in other words:
all references count, and no words in common are worth 0 even if both sides have none.
"""
import collections
import random
import types

import goldens
from transformers.data.metrics import squad_metrics

WORDS = ["the", "a", "an", "The", "cat", "cats", "sat", "on", "mat,", "(mat)", "mat.", "1990s", "U.S.",
         "caf\u00e9", "Caf\u00e9", "\u2014", "na\u00efve", "-", "\u0130zmir", "St.", "'s", "10%", "$5"]

HAND_MADE = [
    ("the Cat", ["cat", "a cat", "dog"]), ("", []), ("x", []), ("the", []), ("", ["the"]), ("", ["a b"]),
    ("", ["the", "cat"]), ("a", ["!", "dog"]), ("dog", ["the", "dog"]),
    ("The", ["", "an"]), ("!?", ["."]), ("A", ["the end"]), ("theory", ["ory"]), ("th-e end", ["end"]),
    ("a_b", ["b", "ab"]), ("_a_ b", ["b"]), ("x'a y", ["xa y"]), ("a.n apple", ["apple"]),
    ("one\u00a0two\u2009three", ["one two three"]), ("one\x1ctwo\x1fthree\x85four", ["one two three four"]),
    ("one\u200btwo", ["one two"]), ("a\u2014b", ["\u2014b"]), ("\u2014a\u2014", ["\u2014 \u2014"]),
    ("a\u0301 b", ["\u0301 b"]), ("\u0301a b", ["\u0301 b"]), ("\u00b2a b", ["\u00b2 b", "\u00b2a b"]),
    ("\u0663a", ["\u0663"]), ("\u00e9a b", ["\u00e9 b"]), ("\uff21 b", ["b", "\uff41 b"]),
    ("\uff0c b", ["b"]), ("\u201cb\u201d", ["b"]), ("\u039f\u0394\u039f\u03a3", ["\u03bf\u03b4\u03bf\u03c2"]),
    ("\u039f\u0394\u039f\u03a3!", ["\u03bf\u03b4\u03bf\u03c3"]), ("\u03a3", ["\u03c3", "\u03c2"]),
    ("\u03a3\u03a3.\u03a3", ["\u03c3\u03c3\u03c2", "\u03c3\u03c3\u03c3"]),
    ("\u0391\u0301\u03a3\u0301 x", ["\u03b1\u0301\u03c2\u0301 x"]), ("\u0391\u2019\u03a3\u2019\u0391", ["\u03b1\u2019\u03c3\u2019\u03b1"]),
    ("\u0130stanbul", ["i\u0307stanbul", "istanbul"]), ("\u1e9eX", ["\u00dfx"]), ("\u212a", ["k"]),
    ("\u4e2da\u4e2d", ["\u4e2d \u4e2d"]), ("\U0001f600a", ["\U0001f600"]), ("\u00aa \u2160 \u24b6", ["\u00aa \u2170 \u24d0"]),
    ("b b b", ["b b"]), ("b b", ["b b b c"]), ("x y z", ["z y x"]), ("  b\n\tc  ", ["b c"]), ("\u10a0", ["\u2d00"]),
    # F1 that 2 * 1 / (said + right) rounds otherwise than precision and recall
    ("b c d e f", ["b"]), ("b c", ["b x y z w"]), ("b c d", ["b x y z"]), ("b c", ["b t u v w x y"]),
]


def squad_1(prediction, reference):
    """Exact match and F1 of one reference."""
    said = squad_metrics.normalize_answer(prediction)
    right = squad_metrics.normalize_answer(reference)
    common = (collections.Counter(said.split()) & collections.Counter(right.split())).total()
    f1 = 0.0
    if common:
        precision, recall = common / len(said.split()), common / len(right.split())
        f1 = 2 * precision * recall / (precision + recall)
    return float(said == right), f1


def best(scores):
    return [max(column) for column in zip(*scores)] if scores else [0.0, 0.0]


def phrase():
    return " ".join(random.choices(WORDS, k=random.randint(1, 6)))


def random_question():
    references = [phrase() for _ in range(random.choice([0, 0, 1, 2, 3]))]
    prediction = random.choice([phrase(), ""] + references)
    return prediction, references


def whole_set(questions, threshold, no_answer):
    """What the script prints of all questions by a threshold."""
    ids = [str(i) for i in range(len(questions))]
    examples = [types.SimpleNamespace(qas_id=i, answers=[{"text": text} for text in references])
                for i, (_, references) in zip(ids, questions)]
    figures = squad_metrics.squad_evaluate(
        examples, {i: prediction for i, (prediction, _) in zip(ids, questions)},
        dict(zip(ids, no_answer)), threshold)
    names = [f"{group}{name}" for group in ("", "HasAns_", "NoAns_")
             for name in ("total", "exact", "f1")]
    names += ["best_exact", "best_exact_thresh", "best_f1", "best_f1_thresh"]
    return [figures.get(name, 0) for name in names]


def main():
    random.seed(4)
    questions = HAND_MADE + [random_question() for _ in range(60)]
    # right more often than not, and with ties, so that the best threshold is neither end
    no_answer = [round(random.random() * 0.7 + (0 if references else 0.3), 1 if i % 2 else 3)
                 for i, (_, references) in enumerate(questions)]
    examples = [types.SimpleNamespace(qas_id=i, answers=[{"text": text} for text in references])
                for i, (_, references) in enumerate(questions)]
    exact, f1 = squad_metrics.get_raw_scores(examples, {i: q[0] for i, q in enumerate(questions)})
    rows = []
    for i, (prediction, references) in enumerate(questions):
        values = best([squad_1(prediction, text) for text in references]) + [exact[i], f1[i]]
        rows.append(f"{{{goldens.text(prediction)}, "
                    f"{{{', '.join(map(goldens.text, references)) or 'NULL'}}}, {len(references)}, "
                    f"{goldens.number(no_answer[i], 'double')}, "
                    f"{{{', '.join(goldens.number(v, 'double') for v in values)}}}}},\n")
    body = ("static const struct {\n    const char *prediction;\n    const char *references[3];\n"
            "    size_t num_references;\n    double no_answer;\n"
            "    double expected[4]; /* exact, F1: SQuAD 1.1 (0 without references), SQuAD 2.0 */\n"
            "} ANSWER_CASES[] = {\n" + "".join(rows) + "};\n")
    body += "/* All; with an answer; without: number, exact, F1. Best exact, best F1: score, threshold. */\n"
    for name, threshold in (("AT_1", 1.0), ("AT_0_4", 0.4)):
        body += goldens.array("double", name, whole_set(questions, threshold, no_answer))
    body += "/* Likewise, of the questions with an answer only, all answers withheld above 0.5. */\n"
    answerable = [i for i, (_, references) in enumerate(questions) if references]
    body += goldens.array("double", "ANSWERABLE_AT_0_5",
                          whole_set([questions[i] for i in answerable], 0.5,
                                    [no_answer[i] for i in answerable]))
    goldens.write(__file__, "answer_goldens.h", body)


if __name__ == "__main__":
    main()
