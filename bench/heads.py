"""Training speed of the heads that read many rows, against PyTorch + transformers."""
import alone
import batching
import corpora
from peer import Peer
from rows import rows_by_precision
from shards import read_shards
from training import BATCH, PEERS, best_of_each_precision, contest, our_sides
from turns import take_turns

CHARACTERS = 700  # of 128 tokens and some
MODELS = (("MiniLM", "minilm", "mini", 8), ("Base", "base", "base", 3))  # their steps a round


def efficiencies(setting, label, shape, task, lengths):
    """mpibert's steps by the largest product, on a batch of lengths that are spread like these."""
    chosen = corpora.sample_evenly(lengths, BATCH)
    path = setting.work / f"{task}-lengths.txt"
    path.write_text("".join(f"{lengths[i]}\n" for i in chosen))
    rows = []
    for precision, options in setting.program.bench_options.items():
        runs = [setting.program.bench(
                    "train", "--task", task, "--shape", setting.shape(shape), "--batch", BATCH,
                    "--lengths", path, "--steps", setting.steps(5), *options)
                for _ in range(setting.rounds)]
        rows.append(alone.efficiency(f"efficiency, {label}, {precision}", runs, None))
    return rows


def duel(setting, label, name, task, shards, steps, kinds):
    """Steps on batches of the shards, padded to their longest by PyTorch: its fastest form in fp32
    and in bf16 of each of the `kinds`, {name: options}."""
    model = setting.model(name)
    lengths = read_shards(shards).lengths
    ours = our_sides(setting, model, shards, 2 * steps - 1, setting.program.trains_in, task)
    with Peer("peer_heads.py", model, shards, setting.threads, task=task) as peer:
        def side(how):
            def run(number):
                batches = batching.shuffled(range(len(lengths)), BATCH, number)[:steps]
                return peer.run(batches, batching.count_tokens(batches, lengths), **how)
            return run

        theirs, notes = {}, {}
        for kind, options in kinds.items():
            theirs[kind], notes[kind] = best_of_each_precision(
                {f"PyTorch {form}{kind}": side(how | options) for form, how in PEERS.items()})
        runs = take_turns(ours | {side: run for sides in theirs.values()
                                  for side, run in sides.items()}, setting.rounds)
    return [row for kind, sides in theirs.items()
            for row in rows_by_precision(f"{label}{kind}", runs, ours, sides, 1.35, notes[kind])]


def entities(setting):
    """Named entities in sentences of social media (WNUT-17), 16 a step, in PyTorch's ways of making
    batches. An evenly drawn sample of sentences stands for all; batches grouped by length are drawn
    from the order of all sentences."""
    targets = {"padded to the longest": 3.0, "grouped by length": None}
    sentences = corpora.wnut17_sentences(setting.shared)
    settings = ["model.task=token", "model.max_seq_length=128"]

    def shards_of(name, chosen):
        path = corpora.write_words(chosen, setting.work / f"{name}.conll")
        return setting.program.preprocess(setting.minilm, path, *settings)

    everything = shards_of("sentences", sentences)
    sequences = read_shards(everything)
    rows = []
    for label, name, shape, steps in MODELS:
        steps = setting.steps(2 * steps)
        chosen = corpora.sample_evenly(sequences.lengths, steps * BATCH)
        drawn = everything, sequences, chosen, shards_of(name, [sentences[i] for i in chosen])
        rows += contest(setting, label, name, drawn, steps, targets, task="token")
        rows += efficiencies(setting, label, shape, "token", sequences.lengths)
    return rows


def answers(setting):
    """Answers in windows of 384 tokens, 128 of which the next one shares, of questions about
    Wikipedia (SquadShifts), 16 a step. PyTorch eager and compiled, fp32 and bf16 autocast, padded to
    the longest of a batch; one round chooses its fastest fp32 and bf16 form for the others."""
    questions = corpora.new_wiki(setting.shared)
    lengths = [len(one["context"]) for one in questions]
    rows = []
    for label, name, shape, steps in MODELS:
        steps = setting.steps(steps // 3)  # of three times the tokens
        chosen = [questions[i] for i in corpora.sample_evenly(lengths, steps * BATCH)]
        path = corpora.write_questions(chosen, setting.work / f"{name}.json")
        shards = setting.program.preprocess(setting.minilm, path, "model.task=qa",
                                            "model.max_seq_length=384", "data.stride=128")
        rows += duel(setting, label, name, "qa", shards, steps, {"": {}})
        rows += efficiencies(setting, label, shape, "qa", read_shards(shards).lengths)
    return rows


def words(setting):
    """Masked words, 16 x 128 tokens of Wikipedia (WikiText-2), no padding on either side. PyTorch
    as in run_mlm, whose decoder computes all rows, and with a decoder over masked rows only, which
    is what mpibert computes; of each, eager and compiled, fp32 and bf16 autocast, one round chooses
    the fastest fp32 and bf16 form for the others."""
    text = corpora.need(setting.shared / "wikitext2" / "wiki.valid.raw").read_text(encoding="utf-8")
    path = setting.work / "wikitext.txt"
    kinds = {", decoder of all rows": {}, ", decoder of masked rows": {"masked_rows": True}}
    rows = []
    for label, name, shape, steps in MODELS:
        steps = setting.steps((steps + 1) // 2)  # of two kinds of decoders
        path.write_text(text[: CHARACTERS * steps * BATCH], encoding="utf-8")
        shards = setting.program.preprocess(setting.minilm, path, "model.task=mlm",
                                            "model.max_seq_length=128", "data.line_by_line=false")
        rows += duel(setting, label, name, "mlm", shards, steps, kinds)
        rows += efficiencies(setting, label, shape, "mlm", [128] * BATCH)
    return rows
