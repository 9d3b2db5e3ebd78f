"""Writes a CoNLL-U file and the records that it holds: python3 make_conllu.py

The records are in the form of tests/records/record_log.h.
"""

from pathlib import Path

FOLDER = Path(__file__).parent

# id, form, lemma, upos; the other columns are made up below.
SENTENCES = [
    (
        ["# newdoc id = letters", "# sent_id = letters-1", "# text = Vámonos al mar!"],
        [
            ("1-2", "Vámonos", "_", "_"),
            ("1", "Vamos", "ir", "VERB"),
            ("2", "nos", "nosotros", "PRON"),
            ("3-4", "al", "_", "_"),
            ("3", "a", "a", "ADP"),
            ("4", "el", "el", "DET"),
            ("5", "mar", "mar", "NOUN"),
            ("6", "!", "!", "PUNCT"),
        ],
    ),
    (
        ["#sent_id=no blanks = fine"],
        [
            ("1", "Sue", "Sue", "PROPN"),
            ("2", "likes", "like", "VERB"),
            ("3", "coffee", "coffee", "NOUN"),
            ("4", "and", "and", "CCONJ"),
            ("5", "Bill", "Bill", "PROPN"),
            ("5.1", "likes", "like", "VERB"),
            ("6", "tea", "tea", "NOUN"),
        ],
    ),
    (
        ["# sent_identity = another comment"],
        [
            ("0.1", "_", "_", "_"),
            ("1", "#", "#", "SYM"),
            ("2", "10 000", "10000", "NUM"),
            ("3", "_", "_", "PUNCT"),
        ],
    ),
]


def row_of(word):
    number, form, lemma, upos = word
    return "\t".join([number, form, lemma, upos, "X" + number, "_", "0", "root", "_", "M" + number])


def write(name, content):
    (FOLDER / name).write_bytes(content.encode())


def main():
    text = ["# Comments alone are no sentence.", ""]
    records = {"upos": [], "lemma_xpos": []}
    for number, (comments, words) in enumerate(SENTENCES):
        line = len(text) + 1
        text += comments + [row_of(word) for word in words] + [""] * (number + 1)
        kept = [word for word in words if "-" not in word[0] and "." not in word[0]]
        sent_id = ["letters-1", "no blanks = fine", "-"][number]
        for name, form, label in (("upos", 1, 3), ("lemma_xpos", 2, 0)):
            log = records[name]
            log.append(f"line {line}, id {sent_id}")
            log.append("text: " + " ".join(word[form] for word in kept))
            prefix = "X" if name == "lemma_xpos" else ""
            log += [f"{prefix}{word[label]}: {word[form]}" for word in kept]
            log.append("")
    while text[-1] == "":
        text.pop()
    write("sample.conllu", "\n".join(text))
    for name, log in records.items():
        write(name + ".records", "\n".join(log) + "\n")


main()
