#!/usr/bin/env python3
"""Training speed and peak memory of mpibert against PyTorch + transformers, on any folder of texts.

Both sides fine-tune --model on the same token ids with AdamW, clipping and dropout, in turns.
PyTorch pads to the longest sequence of its batch, and once more with batches grouped by length.
"""
import pathlib
import statistics
import tempfile

import arguments
import corpora
import training
from mpibert import Mpibert
from peer import Peer
from setting import Setting
from turns import median_of, ratios, take_turns


def compare(args, setting):
    corpus = corpora.folder(args.data, args.encoding)
    settings = [f"model.max_seq_length={args.max_length}", corpora.NOISE, *args.settings]
    everything, sequences, chosen, own = training.sample(
        setting, "texts", corpus, settings, args.steps * training.BATCH)
    ours = training.our_sides(setting, args.model, own, 2 * args.steps - 1, ["fp32"])
    with Peer("peer_pytorch.py", args.model, everything, args.threads) as peer:
        modes = ["padded to the longest", "grouped by length"]
        theirs = training.padded_sides(peer, sequences, chosen, modes, args.steps, {})
        return take_turns(ours | theirs, args.rounds)


def report(runs):
    ours, *_ = runs.values()
    for name, side in runs.items():
        print(f"{name:30s} {median_of(side):8.0f} tokens/s"
              f" {median_of(side, 'peak_rss_bytes') / 2**20:8.0f} MiB"
              f"   ratio {statistics.median(ratios(ours, side)):.2f}")


def main():
    parser = arguments.parser(__doc__)
    arguments.add_texts(parser, max_length=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("settings", nargs="*", help="of the preprocessing, e.g. data.max_chars=512")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpibert-bench-") as work:
        program = Mpibert(args.program, args.threads, work)
        setting = Setting(program, args.rounds, False, None, args.model, pathlib.Path(work))
        report(compare(args, setting))


if __name__ == "__main__":
    main()
