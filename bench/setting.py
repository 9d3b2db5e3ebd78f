"""What all measurements share: program, rounds, data, model directories."""
import dataclasses
import pathlib
import shutil

import corpora
from mpibert import Mpibert

SIZES = {
    "base": {},  # as transformers' BertConfig has it
    "large": {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
              "intermediate_size": 4096},
}  # fmt: skip


@dataclasses.dataclass
class Setting:
    program: Mpibert
    rounds: int
    quick: bool  # few steps of models with one layer, for trying the scripts
    shared: pathlib.Path  # public data sets
    minilm: pathlib.Path  # model directory; its vocabulary serves all
    work: pathlib.Path
    output: pathlib.Path  # of pictures

    @property
    def threads(self):
        return self.program.threads

    def steps(self, count):
        return min(count, 2) if self.quick else count

    def shape(self, name):
        """`mpibert bench`'s name of a model."""
        return "mini" if self.quick else name

    def vocabulary(self):
        return corpora.need(self.minilm / "vocab.txt")

    def model(self, name):
        """A directory; of Base and Large only the configuration, both sides draw the weights."""
        if name == "minilm":
            return corpora.need(self.minilm)
        folder = self.work / name
        if not folder.exists():
            from transformers import BertConfig

            sizes = SIZES[name] | ({"num_hidden_layers": 1} if self.quick else {})
            BertConfig(architectures=["BertModel"], **sizes).save_pretrained(folder)
            shutil.copy(self.vocabulary(), folder)
        return folder

    def shards(self, name, corpus, *settings):
        self.vocabulary()
        path = corpora.write(corpus, self.work / f"{name}.jsonl")
        return self.program.preprocess(self.minilm, path, *settings)

    def shards_of_lengths(self, name, lengths):
        corpus = corpora.words_of_lengths(lengths, self.vocabulary())
        return self.shards(name, corpus, f"model.max_seq_length={max(lengths)}")
