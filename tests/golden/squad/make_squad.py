"""Writes SQuAD files and the records that they hold: python3 make_squad.py

The records are in the form of tests/records/record_log.h. Python's str counts code points, as
answer_start does.
"""

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def question(number, text, context, answers, **more):
    found = [{"text": answer, "answer_start": context.index(answer)} for answer in answers]
    return {"id": f"q{number}", "question": text, "answers": found} | more


BREAD = "Bread was baked in Café \U0001f956 by Zoë, \u6771\u4eac and a \"baker\" {of [1990s]}."
TIDES = 'Tides come twice a day.\nThe moon pulls; \\ and "data": [ are no signs here.'

SAMPLE = {
    "version": "data",
    "notes": {"data": [{"no": "article"}], "x": ["data", [1]]},
    "data": [
        {
            "title": "Bread ]}",
            "paragraphs": [
                {
                    "context": BREAD,
                    "qas": [
                        question(1, "Who baked?", BREAD, ["Zoë", "baker", "by Zoë"]),
                        question(2, "When?", BREAD, ["1990s"], is_impossible=False),
                        question(3, "Where {", BREAD, ["\u6771\u4eac"]),
                    ],
                },
                {"context": "Nothing is asked.", "qas": []},
            ],
        },
        {"title": "Empty", "paragraphs": []},
        {
            "paragraphs": [
                {
                    "context": TIDES,
                    "qas": [
                        question(4, "What pulls?", TIDES, ["The moon"]),
                        question(5, "Who wrote it?", TIDES, [], is_impossible=True)
                        | {"plausible_answers": [{"text": "moon", "answer_start": 0}]},
                        question(6, "Is it \\ or \"?", TIDES, ["\\"]),
                    ],
                }
            ]
        },
    ],
    "end": ["]", {"data": [{}]}],
}


def log(text, line_of):
    lines = []
    for article, line in zip(SAMPLE["data"], line_of(text)):
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                lines.append(f"line {line}, id {asked['id']}")
                lines.append("text: " + asked["question"])
                lines.append("text_b: " + paragraph["context"])
                if not asked.get("is_impossible"):
                    lines += [f"answer at {a['answer_start']}: {a['text']}" for a in asked["answers"]]
                lines.append("")
    return "".join(line + "\n" for line in lines)


def lines_of_indented(text):
    """Articles are what is indented by four blanks and opens a brace within the list of "data"."""
    lines = text.split("\n")
    begin = lines.index('  "data": [')
    return [number for number, line in enumerate(lines, start=1) if line == "    {" and number > begin]


def write(name, content):
    (FOLDER / name).write_bytes(content.encode())


def main():
    one_line = json.dumps(SAMPLE)
    indented = json.dumps(SAMPLE, indent=2, ensure_ascii=False)
    write("one_line.json", one_line)
    write("one_line.records", log(one_line, lambda text: [1, 1, 1]))
    write("indented.json", "\ufeff" + indented + "\n")
    write("indented.records", log(indented, lines_of_indented))


main()
