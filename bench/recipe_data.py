"""Where the recipes' data lies: settings of mpibert for the training and for the validation set."""
import json
import tarfile

import corpora

LATIN = ["data.encoding=latin-1", corpora.NOISE]


def files(train, validation, *settings):
    """Two files below the folder of public data."""
    def settings_of(shared, _):
        sources = [corpora.need(shared / name) for name in (train, validation)]
        return ([f"data.train={sources[0]}", f"data.validation={sources[1]}", *settings],) * 2

    return settings_of


def columns(text, second=None, label="label"):
    pair = [f"data.text_column_b={second}"] if second else []
    return [f"data.text_column={text}", *pair, f"data.label_column={label}"]


def trec(shared, work):
    """`COARSE:fine question` a line, of which the coarse type is learned."""
    written = []
    for name in ("train_5500.label", "TREC_10.label"):
        lines = corpora.need(shared / "trec" / name).read_text("latin-1").splitlines()
        rows = [line.split(" ", 1) for line in lines]
        corpus = [{"text": text, "label": kind.split(":")[0]} for kind, text in rows]
        written.append(corpora.write(corpus, work / f"{name}.jsonl"))
    return ([f"data.train={written[0]}", f"data.validation={written[1]}"],) * 2


def unpack_newsgroups(shared, work):
    folder = work / "newsgroups4"
    if not folder.exists():
        with tarfile.open(corpora.need(shared / "newsgroups4.tar.xz")) as archive:
            archive.extractall(work, filter="data")
    return folder


def newsgroups(shared, work):
    folder = unpack_newsgroups(shared, work)
    sources = [f"data.train={folder / 'train'}", f"data.validation={folder / 'test'}"]
    return ([*sources, *LATIN],) * 2


def worked_example(shared, work):
    """Both parts joined, shuffled and split by seed 42 whatever the seed of the run."""
    folder = unpack_newsgroups(shared, work)
    settings = [f"data.train={json.dumps([str(folder / 'train'), str(folder / 'test')])}", *LATIN,
                "data.max_samples=1200", "data.max_chars=512", "training.seed=42"]
    return settings, settings
