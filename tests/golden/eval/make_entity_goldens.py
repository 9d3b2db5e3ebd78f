#!/usr/bin/env python3
"""Writes entity_goldens.h beside itself: seqeval's scores in default mode and of the strict schemes.

Needs seqeval==1.2.2; format the header with clang-format.
"""
import random
import warnings

import goldens
from seqeval.metrics.sequence_labeling import (accuracy_score, get_entities,
                                                precision_recall_fscore_support)
from seqeval.metrics.v1 import precision_recall_fscore_support as strict
from seqeval.scheme import IOB1, IOB2, IOBES, Entities

SCHEMES = {"DEFAULT": None, "IOB1": IOB1, "IOB2": IOB2, "IOBES": IOBES}
AVERAGES = ("micro", "macro", "weighted")
CASES = []


def types_that_occur(gold, predicted, scheme):
    """In seqeval's order, which is that of the figures by type."""
    if scheme is None:
        found = {kind for labels in (gold, predicted)
                 for kind, _, _ in get_entities(labels)}
    else:
        found = Entities(gold, scheme).unique_tags | Entities(predicted, scheme).unique_tags
    return sorted(found)


def figures(gold, predicted, scheme):
    """Accuracy, precision, recall and F1 of each average, then the types with their figures. Where
    there is no entity, seqeval averages over nothing; that counts as 0, like its micro average."""
    score = precision_recall_fscore_support if scheme is None else strict
    options = {"zero_division": 0} if scheme is None else {"zero_division": 0, "scheme": scheme}
    kinds = types_that_occur(gold, predicted, scheme)
    values = [accuracy_score(gold, predicted)]
    for average in AVERAGES:
        values += (score(gold, predicted, average=average, **options)[:3] if kinds else [0, 0, 0])
    by_type = zip(*score(gold, predicted, average=None, **options)) if kinds else []
    return values, kinds, [number for row in by_type for number in row]


def case(scheme, names, gold, predicted):
    prefix = f"{scheme}_{len(CASES)}"
    values, kinds, by_type = figures(gold, predicted, SCHEMES[scheme])
    number = {name: i for i, name in enumerate(names)}
    offsets = [0]
    for labels in gold:
        offsets.append(offsets[-1] + len(labels))
    CASES.append(f"{{MPB_ENTITIES_{scheme}, {goldens.text(' '.join(names))}, {len(gold)}, "
                 f"{prefix}_OFFSETS, {prefix}_GOLD, {prefix}_PREDICTED, {prefix}_VALUES, "
                 f"{goldens.text(' '.join(kinds))}, {prefix}_BY_TYPE}},\n")
    return (goldens.array("size_t", f"{prefix}_OFFSETS", offsets)
            + goldens.array("int32_t", f"{prefix}_GOLD", [number[x] for s in gold for x in s])
            + goldens.array("int32_t", f"{prefix}_PREDICTED",
                            [number[x] for s in predicted for x in s])
            + goldens.array("double", f"{prefix}_VALUES", values)
            + goldens.array("double", f"{prefix}_BY_TYPE", by_type or [0]))


def noisy(labels, names):
    return [x if random.random() < 0.8 else random.choice(names) for x in labels]


def random_case(scheme, tags):
    names = ["O"] + [f"{tag}-{kind}" for kind in ("PER", "LOC", "MISC") for tag in tags]
    lengths = [0, 1] + [random.randint(2, 14) for _ in range(10)]
    gold = [[random.choice(names[:-len(tags)] + ["O"]) for _ in range(n)] for n in lengths]
    # runs of one type, so that some entities are long
    gold += [[f"{tags[0]}-PER"] + [f"{tags[1]}-PER"] * n for n in range(1, 4)]
    return case(scheme, names, gold, [noisy(labels, names) for labels in gold])


def main():
    warnings.simplefilter("ignore")
    random.seed(11)
    body = ""
    for scheme in SCHEMES:
        tags = "BIES" if scheme in ("DEFAULT", "IOBES") else "BI"
        for _ in range(3):
            body += random_case(scheme, tags)
        body += case(scheme, ["O", "B-A", "I-A"], [["O", "O"], ["O"]], [["O", "O"], ["O"]])
        body += case(scheme, ["O", "B-A", "I-A"], [["O", "O"]], [["B-A", "I-A"]])
        body += case(scheme, ["O", "B-A", "I-A"], [["I-A", "I-A"]], [["O", "O"]])
        # labels without a type, types with hyphens, of several bytes, and one that is another's start
        names = ["B", "I", "B--X", "B-X-", "B-X-Y", "I-X-Y", "B-\u00e9", "B-P", "B-PP", "O", "B-"]
        odd = [random.choices(names, k=9) for _ in range(6)]
        body += case(scheme, names, odd, [noisy(labels, names) for labels in odd])
    body += ("static const struct {\n    mpb_entity_scheme scheme;\n    const char *names;\n"
             "    size_t num_sequences;\n    const size_t *offsets;\n    const int32_t *gold;\n"
             "    const int32_t *predicted;\n"
             "    /* accuracy; precision, recall, F1: micro, macro, weighted */\n"
             "    const double *expected;\n    const char *types; /* that occur */\n"
             "    const double *by_type; /* precision, recall, F1, support of each */\n"
             "} ENTITY_CASES[] = {\n" + "".join(CASES) + "};\n")
    goldens.write(__file__, "entity_goldens.h", body)


if __name__ == "__main__":
    main()
