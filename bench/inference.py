"""Inference speed against PyTorch and ONNX Runtime: the same lengths, batches and threads."""
import contextlib

import batching
import corpora
from peer import Peer
from rows import rows_by_precision
from shards import read_shards
from training import BATCH, PEERS, best_of_each_precision, sample
from turns import Run, take_turns


def join(runs):
    return Run([s for run in runs for s in run.seconds], [t for run in runs for t in run.tokens],
               runs[0].first_seconds, max(run.peak_rss_bytes for run in runs))


def our_sides(setting, steps, lengths, repeats):
    """`bench infer` on random ids of the batches' lengths, one start a batch."""
    def side(options, seed):
        runs = []
        for batch in steps(seed):
            path = setting.work / "lengths.txt"
            path.write_text("".join(f"{lengths[i]}\n" for i in batch[0]))
            runs.append(setting.program.bench_run(
                "infer", "--shape", setting.shape("base"), "--batch", BATCH, "--lengths", path,
                "--steps", repeats, *options))
        return join(runs)

    return {f"mpibert {precision}": lambda number, options=options: side(options, number)
            for precision, options in setting.program.bench_options.items()}


@contextlib.contextmanager
def peers(setting, model, shards):
    with (Peer("peer_pytorch.py", model, shards, setting.threads) as pytorch,
          Peer("peer_onnxruntime.py", model, shards, setting.threads) as onnxruntime):
        yield pytorch, onnxruntime


def their_sides(pytorch, onnxruntime, forms, steps, lengths, repeats):
    """`steps` gives the batches of a round."""
    def side(peer, how):
        def run(number):
            drawn = steps(number) * repeats
            return peer.run(drawn, batching.count_tokens(drawn, lengths), **how)
        return run

    sides = {f"PyTorch {name}": side(pytorch, dict(PEERS[name], training=False)) for name in forms}
    return sides | {"ONNX Runtime fp32": side(onnxruntime, {})}


def compare(setting, case, shards, steps, lengths, forms, target, repeats):
    """The fastest of the peers in fp32 and in any precision, as one round finds them."""
    ours = our_sides(setting, steps, lengths, repeats)
    with peers(setting, setting.model("base"), shards) as (pytorch, onnxruntime):
        theirs, note = best_of_each_precision(
            their_sides(pytorch, onnxruntime, forms, steps, lengths, repeats))
        runs = take_turns(ours | theirs, setting.rounds)
    return rows_by_precision(case, runs, ours, theirs, target, note)


def equal_lengths(setting):
    """BERT-Base, 16 x 128 tokens, no padding on any side. PyTorch eager and compiled, fp32 and bf16
    autocast, and ONNX Runtime in fp32, all graph optimisations on; one round finds the fastest."""
    shards = setting.shards_of_lengths("equal-inference", [128] * BATCH)
    lengths = read_shards(shards).lengths
    return compare(setting, "Base, 16 x 128 tokens", shards, lambda _: [[list(range(BATCH))]],
                   lengths, PEERS, 1.1, setting.steps(5))


def real_lengths(setting):
    """The news posts of training in random batches of 16, padded to the longest by PyTorch (eager)
    and ONNX Runtime."""
    posts = corpora.newsgroups4(setting.shared, setting.work)
    settings = ["model.max_seq_length=512", corpora.NOISE]
    everything, sequences, chosen, _ = sample(setting, "posts", posts, settings, 2 * BATCH)
    return compare(setting, "Base, news posts", everything,
                   lambda seed: batching.shuffled(chosen, BATCH, seed), sequences.lengths,
                   ["eager fp32", "eager bf16"], 2.5, 1)
