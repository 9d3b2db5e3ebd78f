"""The command-line arguments that the scripts share."""
import argparse
import pathlib


def parser(description, rounds=5):
    """`description` is a script's docstring; its first line is shown. `rounds` None: none."""
    made = argparse.ArgumentParser(description=description.splitlines()[0])
    made.add_argument("--program", default="build/release/mpibert")
    made.add_argument("--model", type=pathlib.Path, default="models/minilm",
                      help="directory [%(default)s]")
    if rounds is not None:
        made.add_argument("--rounds", type=int, default=rounds)
    return made


def add_shared(made):
    made.add_argument("--shared", type=pathlib.Path, default="../shared/datasets",
                      help="folder with newsgroups4.tar.xz, wnut17, squadshifts, wikitext2 [%(default)s]")


def add_texts(made, max_length):
    made.add_argument("--data", default="datasets/newsposts", help="a sub-folder a class")
    made.add_argument("--encoding", default="utf-8")
    made.add_argument("--max-length", type=int, default=max_length)
