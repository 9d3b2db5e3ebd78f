"""Makes the golden files of `embed`: vectors by transformers, as sentence-transformers pools them, and
what scikit-learn says of them.

    python3 tests/golden/vectors/make_vector_goldens.py

model/ is a tiny encoder without a head in Hugging Face's form; sentence/ holds the files that
sentence-transformers keeps beside one. Each HOW.jsonl has a line of numbers a text of texts.txt: cls,
mean and max of the last layer, mean.LAYER of another one, none with all tokens of a text end to end,
sentence as sentence/ says (at most 6 tokens, mean, length 1). cosines.jsonl is cosine_similarity and
pca.jsonl PCA(n_components=2) of mean.jsonl, in float64, with explained_variance_ratio_ as its last line.
"""

import json
import pathlib

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity
from transformers import BertConfig, BertModel, BertTokenizer

HERE = pathlib.Path(__file__).parent
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "rain", "snow", "wind", "sun", "##y", "and"]
TEXTS = ["rain and wind", "sun", "snowy snow sunny wind and rain", "windy sun", "", "rain rain"]
SENTENCE_LENGTH = 6
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]
POOLING = {
    "word_embedding_dimension": 8, "pooling_mode_cls_token": False,
    "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False,
    "pooling_mode_mean_sqrt_len_tokens": False,
}


def make_model():
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=12, max_position_embeddings=12, initializer_range=0.8,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    model.save_pretrained(HERE / "model")
    (HERE / "model" / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    config = HERE / "model" / "config.json"
    members = json.loads(config.read_text())
    for unused in ("transformers_version", "dtype", "torch_dtype"):
        members.pop(unused, None)
    config.write_text(json.dumps(members, indent=1) + "\n")
    return model


def make_sentence_files():
    folder = HERE / "sentence"
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (folder / "modules.json").write_text(json.dumps(MODULES, indent=1) + "\n")
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(POOLING, indent=1) + "\n")
    (folder / "sentence_bert_config.json").write_text(
        json.dumps({"max_seq_length": SENTENCE_LENGTH, "do_lower_case": False}) + "\n"
    )


def write(name, rows):
    lines = [json.dumps([float(f"{x:.9g}") for x in row]) for row in rows]
    (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n")


def main():
    model = make_model().double()
    make_sentence_files()
    (HERE / "texts.txt").write_text("\n".join(TEXTS) + "\n")
    tokenizer = BertTokenizer(str(HERE / "model" / "vocab.txt"))

    def states(text, length=12):
        inputs = tokenizer(text, truncation=True, max_length=length, return_tensors="pt")
        with torch.no_grad():
            return model(**inputs, output_hidden_states=True).hidden_states

    last = [states(text)[-1][0] for text in TEXTS]
    mean = torch.stack([rows.mean(dim=0) for rows in last])
    write("cls", [rows[0].tolist() for rows in last])
    write("mean", mean.tolist())
    write("max", [rows.max(dim=0).values.tolist() for rows in last])
    write("none", [rows.flatten().tolist() for rows in last])
    for layer in (0, 1):
        write(f"mean.{layer}", [states(text)[layer][0].mean(dim=0).tolist() for text in TEXTS])
    cut = torch.stack([states(text, SENTENCE_LENGTH)[-1][0].mean(dim=0) for text in TEXTS])
    write("sentence", torch.nn.functional.normalize(cut, p=2, dim=1).tolist())
    write("cosines", cosine_similarity(mean.numpy()))
    pca = PCA(n_components=2, svd_solver="full")
    write("pca", np.vstack([pca.fit_transform(mean.numpy()), pca.explained_variance_ratio_]))


main()
