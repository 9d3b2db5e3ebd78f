"""The texts of the benchmarks as JSON lines, and samples of them.

A corpus is a list of {"text": ..., "label": ...}.
"""
import json
import lzma
import pathlib
import random
import tarfile

NOISE = "data.remove_noise=[headers, footers, quotes]"


class Missing(Exception):
    """What a measurement needs is not here."""


def need(path):
    if not path.exists():
        raise Missing(f"{path.name} is absent")
    return path


def write(corpus, path):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(example, ensure_ascii=False) + "\n" for example in corpus)
    return path


def words_of_lengths(lengths, vocabulary):
    """Random words of one token each; with [CLS] and [SEP], texts of exactly these lengths."""
    pieces = pathlib.Path(vocabulary).read_text(encoding="utf-8").split("\n")
    words = [piece for piece in pieces if piece.isascii() and piece.isalpha()]
    draw = random.Random(42)
    return [{"text": " ".join(draw.choices(words, k=length - 2)), "label": f"class {i % 4}"}
            for i, length in enumerate(lengths)]


def folder(path, encoding):
    """One sub-folder a class, one file a text."""
    files = sorted(p for p in pathlib.Path(path).rglob("*") if p.is_file())
    return [{"text": p.read_bytes().decode(encoding).replace("\0", " "), "label": p.parent.name}
            for p in files]


def newsgroups4(shared, work):
    """Real news posts of four groups, both parts."""
    with tarfile.open(need(shared / "newsgroups4.tar.xz")) as archive:
        archive.extractall(work, filter="data")
    return folder(work / "newsgroups4", "latin-1")


def wnut17_sentences(shared):
    """Sentences of social media: a list of [word, tag] each."""
    lines = need(shared / "wnut17" / "wnut17train.conll").read_text(encoding="utf-8").split("\n")
    sentences = [[]]
    for line in lines:
        if line.strip():
            sentences[-1].append(line.split("\t"))
        elif sentences[-1]:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def write_words(sentences, path):
    """Two columns, a blank line between sentences."""
    path.write_text("\n".join("".join(f"{word}\t{tag}\n" for word, tag in sentence)
                              for sentence in sentences), encoding="utf-8")
    return path


def wnut17(shared):
    """The same as texts, labelled by whether they name anything."""
    return [{"text": " ".join(word for word, _ in sentence),
             "label": "entity" if any(tag != "O" for _, tag in sentence) else "none"}
            for sentence in wnut17_sentences(shared)]


def new_wiki(shared):
    """Questions about articles of Wikipedia (SquadShifts), each with its paragraph."""
    with lzma.open(need(shared / "squadshifts" / "new_wiki_v1.0.json.xz")) as file:
        articles = json.load(file)["data"]
    return [{"context": paragraph["context"], "question": question}
            for article in articles for paragraph in article["paragraphs"]
            for question in paragraph["qas"]]


def write_questions(questions, path):
    """As SQuAD has them, a paragraph each."""
    paragraphs = [{"context": one["context"], "qas": [one["question"]]} for one in questions]
    path.write_text(json.dumps({"version": "1.1", "data": [{"title": "", "paragraphs": paragraphs}]}),
                    encoding="utf-8")
    return path


def sample_evenly(lengths, count):
    """`count` numbers of sequences whose lengths are spread like all of `lengths`."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    return sorted(order[int((k + 0.5) * len(order) / count)] for k in range(count))
