"""Makes golden adapters: the tiny models of tests/golden/model with PEFT's LoRA.

    python3 tests/golden/lora/make_lora_goldens.py

For each case a folder with adapter_config.json and adapter_model.safetensors, as PEFT saves them, of
random values, and expected.safetensors with

    logits, loss (1)      of the batch of the base's expected.safetensors, without dropout
    grad.<tensor>         gradients of that loss, named as in adapter_model.safetensors
    losses (11)           before each of ten AdamW steps on that batch, and after the last

Everything is computed in float64.
"""

import json
import pathlib
import sys

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoModelForSequenceClassification

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "model"))

from make_model_goldens import STEPS, padded, ragged_batch, train_by  # noqa: E402

CASES = {
    "bert": ("bert", {"r": 4, "lora_alpha": 8, "target_modules": ["query", "value"]}),
    "bert-all": ("bert", {"r": 3, "lora_alpha": 6, "bias": "all",
                          "target_modules": ["query", "key", "value", "attention.output.dense",
                                             "intermediate.dense", "output.dense"]}),
    "bert-rslora": ("bert", {"r": 8, "lora_alpha": 4, "use_rslora": True, "bias": "lora_only",
                             "target_modules": ["intermediate.dense"]}),
    "distilbert": ("distilbert", {"r": 2, "lora_alpha": 3,
                                  "target_modules": ["q_lin", "v_lin", "lin2"],
                                  "modules_to_save": ["pre_classifier", "classifier"]}),
}


def randomise(model):
    generator = torch.Generator().manual_seed(22)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))


def saved_names(model):
    """{parameter: its name in adapter_model.safetensors}"""
    return {name: name.replace(".default", "").replace(".modules_to_save", "")
            for name, parameter in model.named_parameters() if parameter.requires_grad}


def make(case, base, options):
    folder = HERE / case
    model = AutoModelForSequenceClassification.from_pretrained(
        HERE.parent / "model" / base, attn_implementation="eager")
    model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", lora_dropout=0.0, **options))
    randomise(model)
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = f"tests/golden/model/{base}"
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    kept = set(get_peft_model_state_dict(model))
    model = model.double().eval()
    num_labels = model.base_model.model.config.num_labels
    sequences, segment_b, labels = ragged_batch(num_labels, base == "bert")
    inputs = padded(sequences, segment_b, has_types=base == "bert")
    target = torch.tensor(labels)
    result = model(**inputs, labels=target)
    result.loss.backward()
    expected = {"logits": result.logits.detach().float(),
                "loss": result.loss.detach().float().reshape(1)}
    names = saved_names(model)
    for name, parameter in model.named_parameters():
        if name in names:
            expected["grad." + names[name]] = parameter.grad.float().contiguous()
    losses, _ = train_by(model, lambda: model(**inputs, labels=target).loss)
    losses.append(model(**inputs, labels=target).loss.item())
    expected["losses"] = torch.tensor(losses)
    save_file(expected, folder / "expected.safetensors")
    print(case, len(names), "trained", sorted(set(names.values()) - kept)[:3], "not saved",
          [round(x, 4) for x in losses])


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(23)
    assert STEPS == 10
    for case, (base, options) in CASES.items():
        make(case, base, options)
