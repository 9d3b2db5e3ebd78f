"""Makes golden bottleneck adapters: the tiny models of tests/golden/model with AdapterHub's adapters.

    python3 tests/golden/bottleneck/make_bottleneck_goldens.py

The adapters are PyTorch modules below, written after the library `adapters` (adapter-hub/adapters:
methods/modeling.py Adapter.pre_forward, forward and post_forward; models/bert and models/distilbert for
where they stand; configuration/adapter_config.py for DoubleSeqBnConfig and SeqBnConfig). For each case a
folder as its save_adapter leaves it (loading.py, use_safetensors), of random values: adapter_config.json,
adapter.safetensors, head_config.json, model_head.safetensors; and expected.safetensors with

    logits, loss (1)      of the batch of the base's expected.safetensors, without dropout
    grad.<tensor>         gradients of that loss, named as in the files of weights
    losses (11)           before each of ten AdamW steps on that batch, and after the last

and words.logits, those of [CLS] w5 w6 w7 [SEP], one a line. Everything is computed in float64.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import AutoModelForSequenceClassification

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "model"))

from make_model_goldens import CLS, SEP, STEPS, padded, ragged_batch, train_by  # noqa: E402

NAME = "golden"
# BnConfig of the library, then what the two kinds change.
DEFAULTS = {
    "adapter_residual_before_ln": False, "cross_adapter": False, "dropout": 0.0,
    "factorized_phm_W": True, "factorized_phm_rule": False,
    "hypercomplex_nonlinearity": "glorot-uniform", "init_weights": "bert", "inv_adapter": None,
    "inv_adapter_reduction_factor": None, "is_parallel": False, "learn_phm": True, "leave_out": [],
    "ln_after": False, "ln_before": False, "original_ln_after": True, "original_ln_before": False,
    "output_adapter": True, "phm_bias": True, "phm_c_init": "normal", "phm_dim": 4,
    "phm_init_range": 0.0001, "phm_layer": False, "phm_rank": 1, "residual_before_ln": True,
    "scaling": 1.0, "shared_W_phm": False, "shared_phm_rule": True, "stochastic_depth": 0.0,
    "use_gating": False,
}
KINDS = {
    "houlsby": DEFAULTS | {"mh_adapter": True, "non_linearity": "swish"},
    "pfeiffer": DEFAULTS | {"mh_adapter": False, "non_linearity": "relu", "original_ln_before": True},
}
# 32 // 6.0 is 5, with a remainder.
CASES = {
    "bert-houlsby": ("bert", "houlsby", 4),
    "bert-pfeiffer": ("bert", "pfeiffer", 6.0),
    "distilbert-houlsby": ("distilbert", "houlsby", 6.0),
    "distilbert-pfeiffer": ("distilbert", "pfeiffer", 2),
}


class Adapter(nn.Module):
    def __init__(self, size, hidden, config):
        super().__init__()
        act = {"swish": nn.SiLU, "relu": nn.ReLU}[config["non_linearity"]]()
        self.adapter_down = nn.Sequential(nn.Linear(hidden, size), act)
        self.adapter_up = nn.Linear(size, hidden)

    def forward(self, x, residual):
        return self.adapter_up(self.adapter_down(x)) + residual


class AdapterLayer(nn.Module):
    """What follows a sub-layer: its residual and LayerNorm, around an adapter."""

    def __init__(self, size, hidden, config):
        super().__init__()
        self.config = config
        self.adapters = nn.ModuleDict({NAME: Adapter(size, hidden, config)})

    def forward(self, h, x, norm):
        residual = h
        if self.config["original_ln_before"]:
            h = norm(h + x)
        return norm(self.adapters[NAME](h, residual) + x)


class AdaptedOutput(AdapterLayer):
    """BertSelfOutput or BertOutput, whose own members are taken over."""

    def __init__(self, output, size, hidden, config):
        super().__init__(size, hidden, config)
        self.dense, self.dropout, self.LayerNorm = output.dense, output.dropout, output.LayerNorm

    def forward(self, hidden_states, input_tensor):
        return super().forward(self.dropout(self.dense(hidden_states)), input_tensor, self.LayerNorm)


class AdaptedBlock(nn.Module):
    """DistilBERT's TransformerBlock."""

    def __init__(self, block, size, hidden, config):
        super().__init__()
        self.attention, self.sa_layer_norm = block.attention, block.sa_layer_norm
        self.ffn, self.output_layer_norm = block.ffn, block.output_layer_norm
        if config["mh_adapter"]:
            self.attention_adapters = AdapterLayer(size, hidden, config)
        self.output_adapters = AdapterLayer(size, hidden, config)

    def forward(self, x, attention_mask=None, **others):
        h = self.attention(x, attention_mask=attention_mask, **others)[0]
        if hasattr(self, "attention_adapters"):
            h = self.attention_adapters(h, x, self.sa_layer_norm)
        else:
            h = self.sa_layer_norm(h + x)
        return self.output_adapters(self.ffn(h), h, self.output_layer_norm)


def adapt(model, size, config):
    hidden = model.config.hidden_size
    if model.config.model_type == "bert":
        for layer in model.bert.encoder.layer:
            if config["mh_adapter"]:
                layer.attention.output = AdaptedOutput(layer.attention.output, size, hidden, config)
            layer.output = AdaptedOutput(layer.output, size, hidden, config)
    else:
        layers = model.distilbert.transformer.layer
        for i, block in enumerate(layers):
            layers[i] = AdaptedBlock(block, size, hidden, config)
    generator = torch.Generator().manual_seed(24)
    for name, parameter in model.base_model.named_parameters():
        parameter.requires_grad = ".adapters." in name
        if parameter.requires_grad:
            with torch.no_grad():
                parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))


def save(folder, model, base, config, factor):
    folder.mkdir(exist_ok=True)
    about = {"hidden_size": model.config.hidden_size, "model_class": type(model).__name__,
             "model_name": f"tests/golden/model/{base}", "model_type": model.config.model_type,
             "version": "adapters.1.2.0"}
    files = {
        "adapter_config.json": about | {"config": config | {"reduction_factor": factor}, "name": NAME},
        "head_config.json": about | {"config": None, "label2id": model.config.label2id, "name": None,
                                     "num_labels": model.config.num_labels},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    state = {name: values.float().contiguous() for name, values in model.state_dict().items()}
    prefix = model.base_model_prefix
    save_file({n: v for n, v in state.items() if f".adapters.{NAME}." in n},
              folder / "adapter.safetensors")
    save_file({n: v for n, v in state.items() if not n.startswith(prefix)},
              folder / "model_head.safetensors")


def make(case, base, kind, factor):
    folder = HERE / case
    config = KINDS[kind]
    model = AutoModelForSequenceClassification.from_pretrained(
        HERE.parent / "model" / base, attn_implementation="eager")
    adapt(model, int(model.config.hidden_size // factor), config)
    save(folder, model, base, config, factor)
    model = model.double().eval()
    sequences, segment_b, labels = ragged_batch(model.config.num_labels, base == "bert")
    inputs = padded(sequences, segment_b, has_types=base == "bert")
    target = torch.tensor(labels)
    result = model(**inputs, labels=target)
    result.loss.backward()
    expected = {"logits": result.logits.detach().float(),
                "loss": result.loss.detach().float().reshape(1)}
    with torch.no_grad():
        words = model(input_ids=torch.tensor([[CLS, 5, 6, 7, SEP]])).logits[0]
    (folder / "words.logits").write_text("".join(f"{x:.7f}\n" for x in words.tolist()))
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    for name, parameter in trained:
        expected["grad." + name] = parameter.grad.float().contiguous()
    losses, _ = train_by(model, lambda: model(**inputs, labels=target).loss)
    losses.append(model(**inputs, labels=target).loss.item())
    expected["losses"] = torch.tensor(losses)
    save_file(expected, folder / "expected.safetensors")
    print(case, len(trained), "trained", [round(x, 4) for x in losses])


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(25)
    assert STEPS == 10
    for case, settings in CASES.items():
        make(case, *settings)
