"""Writes two CoNLL files and the records that they hold: python3 make_conll.py

The records are in the form of tests/records/record_log.h.
"""

from pathlib import Path

FOLDER = Path(__file__).parent

TABS = """\
Zo\u00eb\tB-person
lives\tO
in\tO
New York\tB-location
\t
#\tO
1\tO
# is a word\tO


-\tO

\u6771\u4eac\tB-location
\U0001f600\tO"""

COLUMNS = """\
-DOCSTART- -X- -X- O

U.N. NNP I-NP I-ORG
official   NN I-NP  O
Ekeus NNP I-NP I-PER\x20\x20
-DOCSTART- -X- -X- O
heads VBZ I-VP O
-DOCSTART-ed NN I-NP O
   \t
. . O O
"""


def cells_of(line):
    return [cell.strip(" \r") for cell in line.split("\t")] if "\t" in line else line.split()


def sentences_of(text):
    sentence, first = [], 0
    for number, line in enumerate(text.split("\n") + [""], start=1):
        if not line.strip() or line.split()[0] == "-DOCSTART-":
            if sentence:
                yield first, sentence
            sentence = []
        else:
            first = number if not sentence else first
            sentence.append(cells_of(line))


def log(text, word, label):
    lines = []
    for first, rows in sentences_of(text):
        lines.append(f"line {first}, id -")
        lines.append("text: " + " ".join(row[word] for row in rows))
        lines += [(row[label] if label is not None else "word") + ": " + row[word] for row in rows]
        lines.append("")
    return "".join(line + "\n" for line in lines)


def write(name, content):
    (FOLDER / name).write_bytes(content.encode())


write("tabs.conll", "\ufeff" + TABS.replace("\n", "\r\n"))
write("tabs.records", log(TABS, 0, 1))
write("columns.conll", COLUMNS)
write("columns.records", log(COLUMNS, 0, 3))
write("columns_1_2.records", log(COLUMNS, 1, 2))
