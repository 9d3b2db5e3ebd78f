"""Peak memory of a training process, mpibert's saving included, against PyTorch's."""
from peer import Peer
from rows import row_of_values
from shards import read_shards

MIB = 2**20


def measure(setting, case, name, lengths, limit_gib):
    """One batch, three steps: memory of the optimizer is touched by the first."""
    model = setting.model(name)
    shards = setting.shards_of_lengths(f"memory-{len(lengths)}-{max(lengths)}", lengths)
    batch = list(range(len(read_shards(shards).tokens)))
    ours = setting.program.train(model, shards, 2, len(batch)).peak_rss_bytes / MIB
    with Peer("peer_pytorch.py", model, shards, setting.threads) as peer:
        theirs = peer.ask(steps=[[batch]] * 3)["peak_rss_bytes"] / MIB
    return [
        row_of_values(case, "mpibert fp32", "wanted at most", ours, limit_gib * 1024, "MiB",
                      at_most=1.0),
        row_of_values(case, "mpibert fp32", "PyTorch eager fp32", ours, theirs, "MiB"),
    ]


def peaks(setting):
    """Largest resident set of the whole process over three training steps in fp32, one run each.
    mpibert's includes writing its checkpoint."""
    cases = [
        ("Base, 16 x 128 tokens", "base", [128] * 16, 2.5),
        ("Large, 4 x 384 tokens", "large", [384] * 4, 7.2),
        ("Large, 4,096 tokens, 384 each", "large", [384] * 10 + [256], 10.0),
    ]
    return [row for case in cases for row in measure(setting, *case)]


def large_batches(setting):
    """How many tokens of 384 each a micro-step of Large can have on a node of 24 GiB: the resident
    set with all memory of a step touched."""
    cases = [("16,512 tokens, no layer checkpointed", 43, "none"),
             ("61,440 tokens, all layers checkpointed", 160, "all")]
    return [
        row_of_values(
            case, "mpibert fp32", "the node",
            setting.program.bench("train", "--shape", setting.shape("large"), "--batch", batch,
                                  "--length", 384, "--steps", 0, "--activation-checkpointing",
                                  how)["peak_rss_bytes"] / MIB,
            24 * 1024, "MiB", at_most=1.0)
        for case, batch, how in cases]
