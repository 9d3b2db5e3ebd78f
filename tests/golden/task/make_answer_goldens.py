"""Writes qa_goldens.h: answers that question_answers.py finds among made-up logits, many of them
equal. tests/task/test_qa.c makes the same logits and contexts.

    python3 tests/golden/task/make_answer_goldens.py
"""

import pathlib

import numpy
import question_answers

HERE = pathlib.Path(__file__).parent
QUESTION = 5  # tokens before the context, [CLS] and [SEP] included
# (windows, tokens of a window's context, n_best_size, max_answer_length, threshold, may be null)
CASES = [
    (1, 24, 20, 30, 0.0, False), (1, 24, 20, 30, 0.0, True), (3, 30, 20, 8, 0.0, False),
    (3, 30, 20, 8, 0.0, True), (4, 12, 5, 3, 0.0, True), (4, 12, 5, 3, -2.5, True),
    (2, 40, 1, 30, 0.0, False), (2, 40, 1, 30, 0.0, True), (1, 40, 1, 1, 0.0, True),
    (1, 3, 20, 30, 0.0, True), (1, 0, 20, 30, 0.0, False), (1, 0, 20, 30, 0.0, True),
    (5, 50, 3, 2, 4.25, True), (2, 20, 2, 30, 0.1, True), (2, 15, 20, 30, 0.0, True),
    (2, 20, 5, 10, 9.75, True),  # the threshold itself
]  # fmt: skip


def logit(case, window, token, side):
    mixed = (case * 7919 + window * 104729 + token * 40503 + side * 97 + 12345) * 2654435761 % 2**32
    mixed ^= mixed >> 15
    mixed = mixed * 2246822519 % 2**32
    mixed ^= mixed >> 13
    no_answer = 3 * (case % 4) if token == 0 else 0
    return numpy.float32(mixed % 41 / 4 - 5 + no_answer)


def word(k):
    return chr(0x100 + k) + "x "


def make_window(case, number, tokens, step):
    length = QUESTION + tokens + 1
    offsets = [None] * length
    for t in range(tokens):
        at = 3 * (number * step + t)
        offsets[QUESTION + t] = (at, at + 2)
    columns = [numpy.array([logit(case, number, t, side) for t in range(length)]) for side in (0, 1)]
    return {"starts": columns[0], "ends": columns[1], "offsets": offsets}


def main():
    lines = ["#pragma once\n", "/* Made by make_answer_goldens.py. */\n"]
    lines += ["static const golden_answer GOLDEN_ANSWERS[] = {"]
    cases = []
    count = 0
    for case, (windows, tokens, n_best, longest, threshold, may_be_null) in enumerate(CASES):
        step = max(tokens // 2, 1)
        made = [make_window(case, number, tokens, step) for number in range(windows)]
        context = "".join(word(k) for k in range(windows * step + tokens))
        text, difference, listed = question_answers.answer(
            context, made, n_best, longest, threshold, may_be_null)  # fmt: skip
        for _, begin, end, start_logit, end_logit, probability in listed:
            lines.append(f"    {{{begin}, {end}, {start_logit:.17g}, {end_logit:.17g}, {probability:.17g}}},")
        cases.append(
            f"    {{{windows}, {tokens}, {n_best}, {longest}, {threshold}, "
            f"{str(may_be_null).lower()}, {count}, {len(listed)}, {difference:.17g}, \"{text}\"}},")
        count += len(listed)
    lines += ["};\n", "static const golden_case GOLDEN_CASES[] = {", *cases, "};"]
    (HERE / "qa_goldens.h").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
