"""The answer to a question by the logits of its windows, as transformers' example run_qa finds it
(postprocess_qa_predictions of examples/pytorch/question-answering/utils_qa.py), in other words.

NumPy's argsort is asked for in its stable kind, so that equal logits have one order.
"""

import numpy


def candidates(window, n_best, max_length):
    """(score, begin, end, start logit, end logit) in the order of trying."""
    starts, ends, offsets = window["starts"], window["ends"], window["offsets"]
    best_starts = numpy.argsort(starts, kind="stable")[::-1][:n_best]
    best_ends = numpy.argsort(ends, kind="stable")[::-1][:n_best]
    return [
        (starts[i] + ends[j], offsets[i][0], offsets[j][1], starts[i], ends[j])
        for i in best_starts
        for j in best_ends
        if offsets[i] is not None and offsets[j] is not None and 0 <= j - i < max_length
    ]


def answer(context, windows, n_best=20, max_length=30, threshold=0.0, may_be_null=False):
    """The text, how much more no answer scores, and the list of answers, best first:
    (text, begin, end, start logit, end logit, probability). Logits are float32."""
    found = []
    null = None
    for window in windows:
        score = window["starts"][0] + window["ends"][0]
        if null is None or score < null[0]:
            null = (score, 0, 0, window["starts"][0], window["ends"][0])
        found += candidates(window, n_best, max_length)
    if may_be_null:
        found.append(null)
    found = sorted(found, key=lambda each: -each[0])[:n_best]  # keeps the order of equal ones
    if may_be_null and not any(each[1:3] == (0, 0) for each in found):
        found.append(null)
    rows = [(context[each[1]:each[2]], *each) for each in found]
    if not rows or (len(rows) == 1 and rows[0][0] == ""):
        rows.insert(0, ("empty", 0.0, 0, 0, 0.0, 0.0))
    scores = numpy.array([row[1] for row in rows], dtype=numpy.float64)
    odds = numpy.exp(scores - scores.max())
    listed = [(row[0], *row[2:], odds[i] / odds.sum()) for i, row in enumerate(rows)]
    if not may_be_null:
        return listed[0][0], 0.0, listed
    best = next(row for row in rows if row[0] != "")
    difference = null[0] - best[4] - best[5]
    return ("" if difference > threshold else best[0]), float(difference), listed
