"""Exports models of every head and family to ONNX, and compares ONNX Runtime with transformers.

    onnx_parity.py --program build/release/mpibert [--model DIR]

The models are the tiny ones of tests/golden/model, classifiers of several labels and of one number made from
them, encoders alone, with a pooler and without, and MiniLM where --model names its folder. Each file must pass
ONNX' own checks, and its outputs on padded batches of 1 to 8 texts, 1 token to as many as the model takes, must
be those of transformers' class.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime
import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "model"
sys.path.insert(0, str(GOLDEN))

from make_model_goldens import padded, ragged_batch  # noqa: E402

VOCABULARY = GOLDEN / "bert" / "vocab.txt"
TOLERANCE = 1e-4  # float32 through few layers leaves about 1e-6 of outputs of order 1 to 10
CHOICES = 3


def run(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"onnx_parity: {' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def export(program, folder, output, *options):
    kind = "onnx" if output.suffix == ".onnx" else "hf"
    run([program, "export", "--model", folder, "--format", kind, "--output", output, *options])
    return output


def open_session(path):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def check_file(path, labels):
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(path, load_external_data=False)
    assert model.opset_import[0].version == 17 and model.ir_version == 8, model.opset_import
    properties = {entry.key: entry.value for entry in model.metadata_props}
    if labels is not None:
        assert json.loads(properties["id2label"]) == labels, properties
    return properties


def batches(config, choices):
    """Ids, masks and types: one text of each, then up to 8 of lengths that differ."""
    most = config.max_position_embeddings
    for count, longest in ((1, 1), (1, most), (2, 7), (3, most // 3), (5, 2), (8, most)):
        shape = (count, CHOICES, longest) if choices else (count, longest)
        rows = numpy.prod(shape[:-1])
        lengths = torch.randint(1, longest + 1, (int(rows),))
        lengths[0] = longest
        mask = (torch.arange(longest) < lengths[:, None]).long().reshape(shape)
        ids = torch.randint(0, config.vocab_size, shape) * mask
        types = (torch.rand(shape) < 0.5).long() * mask
        yield {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def taken(values, batch):
    """What counts of an output: rows of padding mean nothing, and are far off in float32 on both sides."""
    mask = batch["attention_mask"].numpy().astype(bool)
    return mask if values.shape[:2] == mask.shape and mask.ndim == 2 else slice(None)


def compare(title, path, model, output_names):
    session = open_session(path)
    names = [i.name for i in session.get_inputs()]
    has_types = getattr(model.config, "type_vocab_size", 0) > 0
    assert names == ["input_ids", "attention_mask"] + ["token_type_ids"] * has_types, names
    assert [o.name for o in session.get_outputs()] == output_names, session.get_outputs()
    worst, spread, count = 0.0, 0.0, 0
    for batch in batches(model.config, type(model).__name__.endswith("MultipleChoice")):
        batch = {name: batch[name] for name in names}
        with torch.no_grad():
            expected = model(**batch)
        got = session.run(output_names, {name: value.numpy() for name, value in batch.items()})
        for name, values in zip(output_names, got):
            wanted = expected[name].numpy()
            assert values.shape == wanted.shape, (name, values.shape, wanted.shape)
            worst = max(worst, float(numpy.abs(values - wanted)[taken(values, batch)].max()))
            spread = max(spread, float(wanted.std()))
        count += 1
    print(f"onnx_parity: {title}: {count} batches, {', '.join(output_names)} of spread {spread:.2f}, "
          f"largest difference {worst:.2e} (tolerance {TOLERANCE:.0e})")
    return worst <= TOLERANCE


OUTPUTS = {
    "QuestionAnswering": ["start_logits", "end_logits"],
    "PreTraining": ["prediction_logits", "seq_relationship_logits"],
}


def output_names(model):
    kind = type(model).__name__
    if kind.endswith("Model"):
        return ["last_hidden_state"] + ["pooler_output"] * (getattr(model, "pooler", None) is not None)
    return next((names for end, names in OUTPUTS.items() if kind.endswith("For" + end)), ["logits"])


def golden_models():
    """Copies with a vocabulary, as the program wants a tokenizer."""
    for folder in sorted(GOLDEN.iterdir()):
        if (folder / "config.json").is_file():
            kind = json.loads((folder / "config.json").read_text())["architectures"][0]
            yield folder.name, getattr(transformers, kind).from_pretrained(folder)


def made_models():
    for family in ("Bert", "DistilBert"):
        config = transformers.AutoConfig.from_pretrained(GOLDEN / family.lower())
        config.initializer_range = 0.2
        for problem, count in (("multi_label_classification", 5), ("regression", 1)):
            config.problem_type, config.num_labels = problem, count
            kind = getattr(transformers, family + "ForSequenceClassification")
            yield f"{family.lower()}-{problem}", kind(config)
        yield f"{family.lower()}-alone", getattr(transformers, family + "Model")(config)
    yield "bert-alone-without-pooler", transformers.BertModel(
        transformers.AutoConfig.from_pretrained(GOLDEN / "bert"), add_pooling_layer=False)


def labels_of(model):
    """Names by id, where the head has labels; those of next sentences are the program's own."""
    kind = type(model).__name__
    if kind.endswith("ForNextSentencePrediction"):
        return {"0": "is_next", "1": "not_next"}
    return {str(i): name for i, name in model.config.id2label.items()} if "Classification" in kind else None


def compare_all(program, scratch, models):
    right = []
    for title, model in models:
        folder = scratch / title
        model.float().eval().save_pretrained(folder)
        shutil.copy(VOCABULARY, folder)
        labels = labels_of(model)
        path = export(program, folder, scratch / f"{title}.onnx")
        properties = check_file(path, labels)
        assert properties["architecture"] == type(model).__name__, properties
        right.append(compare(title, path, model, output_names(model)))
    return right


def compare_weights_apart(program, scratch):
    """The limit of a file is an argument of the function, which a test program of the build passes on."""
    writer = program.parent / "tests" / "onnx" / "test_onnx_files"
    path = scratch / "apart.onnx"
    run([writer, GOLDEN / "bert", path, 1000])
    assert path.with_name("apart.onnx.data").stat().st_size > path.stat().st_size
    kind = transformers.BertForSequenceClassification
    check_file(path, labels_of(kind.from_pretrained(GOLDEN / "bert")))
    return [compare("bert, weights apart", path, kind.from_pretrained(GOLDEN / "bert").eval(), ["logits"])]


def judge(title, got, expected):
    worst = (torch.as_tensor(got) - expected).abs().max().item()
    print(f"onnx_parity: {title}: logits of spread {expected.std():.2f}, largest difference {worst:.2e} "
          f"(tolerance {TOLERANCE:.0e})")
    return worst <= TOLERANCE


def golden_batch(base):
    sequences, segment_b, _ = ragged_batch(2, pairs=base == "bert")
    return padded(sequences, segment_b, has_types=base == "bert")


def compare_adapters(program, scratch):
    """Golden adapters name their base from the project's folder."""
    right = []
    for kind in ("lora", "bottleneck"):
        for folder in sorted(path.parent for path in (GOLDEN.parent / kind).glob("*/adapter_config.json")):
            path = export(program, folder, scratch / f"{kind}-{folder.name}.onnx")
            check_file(path, None)
            batch = {name: value.numpy() for name, value in golden_batch(folder.name.split("-")[0]).items()}
            expected = load_file(folder / "expected.safetensors")["logits"]
            right.append(judge(f"{kind} {folder.name}", open_session(path).run(["logits"], batch)[0], expected))
            if kind == "lora":
                right += compare_lora_folders(program, folder, scratch, expected)
    return right


def compare_lora_folders(program, folder, scratch, expected):
    """Merged by --format hf, and apart."""
    base = folder.name.split("-")[0]
    batch = golden_batch(base)
    merged = load_whole(export(program, folder, scratch / f"{folder.name}-merged"))
    apart = export(program, folder, scratch / f"{folder.name}-apart", "--apart")
    plain = transformers.AutoModelForSequenceClassification.from_pretrained(
        GOLDEN / base, num_labels=expected.shape[1], dtype=torch.float32)
    adapted = PeftModel.from_pretrained(plain, apart).eval()
    with torch.no_grad():
        return [judge(f"lora {folder.name}, merged by transformers", merged(**batch).logits, expected),
                judge(f"lora {folder.name}, apart by PEFT", adapted(**batch).logits, expected)]


def load_whole(folder):
    kind = getattr(transformers, json.loads((folder / "config.json").read_text())["architectures"][0])
    model, info = kind.from_pretrained(folder, output_loading_info=True)
    wrong = {key: list(info[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    assert not any(wrong.values()) and model.dtype == torch.float32, (folder, wrong, model.dtype)
    transformers.AutoTokenizer.from_pretrained(folder)
    return model.eval()


def compare_folders(program, scratch):
    """Of each head: the copy holds the tensors of the model that it was made of."""
    right = []
    for title, model in golden_models():
        copy = load_whole(export(program, scratch / title, scratch / f"{title}-hf")).state_dict()
        same = all(torch.equal(value.float(), copy[name]) for name, value in model.state_dict().items())
        print(f"onnx_parity: {title}: --format hf {'has the same' if same else 'has OTHER'} tensors")
        right.append(same)
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--model", help="a folder with MiniLM")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.program).resolve()
    torch.manual_seed(8)
    transformers.utils.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        right = compare_all(program, scratch, golden_models())
        right += compare_all(program, scratch, made_models())
        right += compare_weights_apart(program, scratch)
        right += compare_adapters(program, scratch)
        right += compare_folders(program, scratch)
        if arguments.model:
            model = transformers.AutoModel.from_pretrained(arguments.model).eval()
            path = export(program, arguments.model, scratch / "minilm.onnx")
            check_file(path, None)
            right.append(compare("minilm", path, model, output_names(model)))
    if not all(right):
        sys.exit("onnx_parity: FAILED")


if __name__ == "__main__":
    main()
