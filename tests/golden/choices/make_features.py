"""Writes features.txt: the sequences that transformers' run_swag makes of swag.csv, 24 tokens each,
with the vocabulary of datasets/vocab/newsposts, one a line:

    row choice right-choice : token ids

python3 make_features.py; transformers==5.23.0
"""

import csv
from pathlib import Path

from transformers import BertTokenizerFast

FOLDER = Path(__file__).parent
LENGTH, CHOICES = 24, 4


def main():
    tokenizer = BertTokenizerFast.from_pretrained(FOLDER.parents[2] / "datasets/vocab/newsposts")
    lines = []
    with open(FOLDER / "swag.csv", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            seconds = [f"{row['sent2']} {row[f'ending{i}']}" for i in range(CHOICES)]
            encoded = tokenizer(
                [row["sent1"]] * CHOICES, seconds, truncation=True, max_length=LENGTH)  # fmt: skip
            for i, ids in enumerate(encoded["input_ids"]):
                numbers = " ".join(map(str, ids))
                lines.append(f"{number} {i} {row['label']} : {numbers}\n")
    (FOLDER / "features.txt").write_text("".join(lines))


main()
