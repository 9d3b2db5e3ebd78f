"""Writes features.txt: the windows that transformers makes of one_line.json, 24 tokens that share 6,
with the vocabulary of datasets/vocab/newsposts, one a line:

    question chunk first-token-of-the-answer last-token : token ids

Positions count from [CLS], 0 0 where the window does not hold all of the first answer, as in
transformers' run_qa. python3 make_features.py; transformers==5.23.0
"""

import json
from pathlib import Path

from transformers import BertTokenizerFast

FOLDER = Path(__file__).parent
LENGTH, STRIDE = 24, 6


def place(offsets, sequence_ids, answer):
    """First and last token of the answer."""
    context = [i for i, sequence in enumerate(sequence_ids) if sequence == 1]
    if answer is None or not context:
        return 0, 0
    begin, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
    if offsets[context[0]][0] > begin or offsets[context[-1]][1] < end:
        return 0, 0
    return (
        max(i for i in context if offsets[i][0] <= begin),
        min(i for i in context if offsets[i][1] >= end),
    )


def main():
    tokenizer = BertTokenizerFast.from_pretrained(FOLDER.parents[2] / "datasets/vocab/newsposts")
    lines = []
    for article in json.loads((FOLDER / "one_line.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                answers = [] if question.get("is_impossible") else question["answers"]
                encoded = tokenizer(
                    question["question"], paragraph["context"], truncation="only_second",
                    max_length=LENGTH, stride=STRIDE, return_overflowing_tokens=True,
                    return_offsets_mapping=True)  # fmt: skip
                for chunk, ids in enumerate(encoded["input_ids"]):
                    first, last = place(encoded["offset_mapping"][chunk],
                                        encoded.sequence_ids(chunk),
                                        answers[0] if answers else None)  # fmt: skip
                    numbers = " ".join(map(str, ids))
                    lines.append(f"{question['id']} {chunk} {first} {last} : {numbers}\n")
    (FOLDER / "features.txt").write_text("".join(lines))


main()
