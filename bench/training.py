"""Training speed against PyTorch + transformers: the same token ids, steps and threads."""
import batching
import corpora
from peer import Peer
from rows import row_of_speed, rows_by_precision
from shards import read_shards
from turns import fastest, take_turns

BATCH = 16
PEERS = {
    "eager fp32": {},
    "compiled fp32": {"compiled": True},
    "eager bf16": {"bf16": True},
    "compiled bf16": {"compiled": True, "bf16": True},
}
EAGER = {"fp32": PEERS["eager fp32"], "bf16": PEERS["eager bf16"]}


def our_sides(setting, model, shards, steps, precisions, task="classification", settings=()):
    """A side for each precision; a round shuffles by its number."""
    def side(precision):
        return lambda number: setting.program.train(
            model, shards, steps, BATCH, f"model.task={task}", f"training.precision={precision}",
            f"training.seed={number + 1}", *settings)

    return {f"mpibert {precision}": side(precision) for precision in precisions}


def best_of_each_precision(sides):
    """The fastest fp32 side and the fastest bf16 side of one round."""
    runs = take_turns(sides, 1)
    chosen = [fastest(runs, [name for name in sides if precision in name])
              for precision in ("fp32", "bf16")]
    told = ", ".join(f"{name} {runs[name][0].rate:.0f}" for name in sides)
    return {name: sides[name] for name in chosen}, f"tokens/s in the choosing round: {told}"


def duel_at_equal_lengths(setting, script, peer_name, target, settings=()):
    """Steps of Base without padding against the peer's fastest form of each precision."""
    model, steps = setting.model("base"), setting.steps(3)
    shards = setting.shards_of_lengths("equal", [128] * (steps + 1) * BATCH)
    batches = [[batch] for batch in batching.slices(list(range(steps * BATCH)), BATCH)]
    ours = our_sides(setting, model, shards, steps, setting.program.trains_in, settings=settings)
    with Peer(script, model, shards, setting.threads) as peer:
        def side(how):
            return lambda number: peer.run(batches, [BATCH * 128] * steps, **how)

        theirs, note = best_of_each_precision(
            {f"{peer_name} {name}": side(how) for name, how in PEERS.items()})
        runs = take_turns(ours | theirs, setting.rounds)
    return rows_by_precision("Base, 16 x 128 tokens", runs, ours, theirs, target, note)


def equal_lengths(setting):
    """BERT-Base, 16 x 128 tokens, no padding on either side. PyTorch eager and compiled, fp32 and
    bf16 autocast; one round chooses its fastest fp32 and its fastest bf16 form for the others."""
    return duel_at_equal_lengths(setting, "peer_pytorch.py", "PyTorch", 1.25)


def sample(setting, name, corpus, settings, count):
    """The folder of all shards, its sequences, a sample of them and the sample's own shards."""
    everything = setting.shards(name, corpus, *settings)
    sequences = read_shards(everything)
    chosen = corpora.sample_evenly(sequences.lengths, count)
    own = setting.shards(f"{name}-sample", [corpus[i] for i in chosen], *settings)
    return everything, sequences, chosen, own


def padded_sides(peer, sequences, chosen, modes, steps, how):
    """PyTorch's ways to make batches, by name."""
    lengths = sequences.lengths
    makers = {
        "padded to 512": lambda seed: batching.shuffled(chosen, BATCH, seed),
        "padded to the longest": lambda seed: batching.shuffled(chosen, BATCH, seed),
        "grouped by length": lambda seed: batching.grouped(lengths, BATCH, seed, max(steps, 4)),
        "rebalanced": lambda seed: batching.rebalanced(chosen, lengths, BATCH, seed),
    }

    def side(mode):
        def run(number):
            batches = makers[mode](number)
            options = dict(how, pad_to=512) if mode == "padded to 512" else how
            return peer.run(batches, batching.count_tokens(batches, lengths), **options)
        return run

    return {f"PyTorch {mode}": side(mode) for mode in modes}


def faster_precision(peer, sequences):
    """PyTorch's faster one, on one batch."""
    batch = [[list(range(BATCH))]]
    tokens = batching.count_tokens(batch, sequences.lengths)
    sides = {p: lambda _, p=p: peer.run(batch, tokens, **how) for p, how in EAGER.items()}
    return fastest(take_turns(sides, 1), EAGER)


def contest(setting, label, name, drawn, steps, targets, like_for_like=True,
            task="classification"):
    """`drawn` as of sample(), `targets` {mode: ratio}. fp32 against fp32 where that is wanted, then
    each side in its faster precision unless that is PyTorch's fp32 again."""
    everything, sequences, chosen, own = drawn
    model = setting.model(name)
    rows = []
    with Peer("peer_heads.py", model, everything, setting.threads, task=task) as peer:
        precisions = {faster_precision(peer, sequences): setting.program.trains_in}
        if like_for_like:
            precisions = {"fp32": ["fp32"]} | precisions
        for precision, offered in precisions.items():
            ours = our_sides(setting, model, own, 2 * steps - 1, offered, task)
            theirs = padded_sides(peer, sequences, chosen, targets, steps, EAGER[precision])
            runs = take_turns(ours | theirs, setting.rounds)
            best = fastest(runs, ours)
            rows += [row_of_speed(f"{label}, {mode}, PyTorch in {precision}", runs, best,
                                  f"PyTorch {mode}", at_least=target)
                     for mode, target in targets.items()]
    return rows


def real_lengths(setting):
    """News posts without headers, footers and quotes, at most 512 tokens, 16 a step, in PyTorch's
    ways of making batches. An evenly drawn sample of posts stands for all; batches grouped by
    length are drawn from the order of all posts; rebalanced batches are 4 of a step of 16."""
    targets = {"padded to the longest": 3.0, "padded to 512": 3.2, "grouped by length": 1.25,
               "rebalanced": 1.25}
    posts = corpora.newsgroups4(setting.shared, setting.work)
    settings = ["model.max_seq_length=512", corpora.NOISE]
    rows = []
    for label, name, steps in (("Base", "base", 2), ("MiniLM", "minilm", 4)):
        steps = setting.steps(steps)
        drawn = sample(setting, "posts", posts, settings, steps * BATCH)
        rows += contest(setting, label, name, drawn, steps, targets, name == "minilm")
    return rows


def short_sentences(setting):
    """MiniLM on sentences of social media (WNUT-17), 16 a step."""
    steps = setting.steps(20)
    drawn = sample(setting, "sentences", corpora.wnut17(setting.shared), [], steps * BATCH)
    targets = {"padded to the longest": 3.0, "grouped by length": 3.0}
    return contest(setting, "MiniLM", "minilm", drawn, steps, targets)
