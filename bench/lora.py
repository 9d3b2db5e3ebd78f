"""LoRA of rank 8 on queries and values against PEFT's on PyTorch + transformers: speed and memory."""
from memory import MIB
from peer import Peer
from rows import row_of_values
from shards import read_shards
from training import duel_at_equal_lengths

LORA = ["model.lora.rank=8", "model.lora.alpha=16", "model.lora.dropout=0.1",
        "training.learning_rate=5e-4"]


def speed(setting):
    """BERT-Base, 16 x 128 tokens, no padding on either side. PyTorch eager and compiled, fp32 and
    bf16 autocast; one round chooses its fastest fp32 and its fastest bf16 form for the others."""
    return duel_at_equal_lengths(setting, "peer_lora.py", "PEFT", 1.5, LORA)


def peaks(setting):
    """BERT-Large, 4 x 384 tokens: largest resident set of the whole process over three training
    steps, one run each. mpibert's includes writing its checkpoint."""
    model = setting.model("large")
    shards = setting.shards_of_lengths("memory-lora", [384] * 4)
    batch = list(range(len(read_shards(shards).tokens)))
    rows = []
    for precision, wanted_gib in (("fp32", 3.1), ("bf16", 2.3)):
        ours = setting.program.train(model, shards, 2, len(batch), *LORA,
                                     f"training.precision={precision}").peak_rss_bytes / MIB
        with Peer("peer_lora.py", model, shards, setting.threads) as peer:
            theirs = peer.ask(steps=[[batch]] * 3, bf16=precision == "bf16")["peak_rss_bytes"] / MIB
        rows += [row_of_values(precision, "mpibert", "wanted at most", ours, wanted_gib * 1024, "MiB",
                               at_most=1.0),
                 row_of_values(precision, "mpibert", "PEFT eager", ours, theirs, "MiB")]
    return rows
