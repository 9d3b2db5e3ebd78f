"""Makes golden steps of students: models of tests/golden/model without their first layer, each taught by
the whole model, by PyTorch + transformers.

    python3 tests/golden/distil/make_step_goldens.py

For each model <name>.safetensors with

    taught (R, K)     the teacher's logits of the batch of the model's expected.safetensors, row by row
    losses (11)       of the student, before each of ten AdamW steps on that batch, and after the last

without dropout, clipping or a schedule. Everything is computed in float64.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / "model"
sys.path.insert(0, str(MODELS))

from make_model_goldens import STEPS, WEIGHT_DECAY, padded  # noqa: E402

TEMPERATURE, WEIGHT, LEARNING_RATE = 2.0, 0.5, 1e-3
CLASSES = {
    "bert": transformers.BertForSequenceClassification,
    "bert-tokens": transformers.BertForTokenClassification,
    "distilbert": transformers.DistilBertForSequenceClassification,
}


def cut(model):
    """Without its first layer."""
    encoder = model.bert.encoder if hasattr(model, "bert") else model.distilbert.transformer
    encoder.layer = torch.nn.ModuleList(encoder.layer[1:])
    return model


def parts(values, offsets):
    return [values[a:b].tolist() for a, b in zip(offsets, offsets[1:])]


def make(name):
    def load():
        return CLASSES[name].from_pretrained(
            MODELS / name, attn_implementation="eager").double().eval()

    given = load_file(MODELS / name / "expected.safetensors")
    sequences = parts(given["tokens"], given["offsets"].tolist())
    inputs = padded(sequences, given["segment_b"].tolist(), has_types=name.startswith("bert"))
    labels = given["labels"].long()

    def logits_of(model):
        logits = model(**inputs).logits
        if name != "bert-tokens":
            return logits
        rows = parts(given["rows"], given["row_offsets"].tolist())
        return torch.cat([logits[s, chosen] for s, chosen in enumerate(rows)])

    taught = logits_of(load()).detach()
    student = cut(load())

    def loss_of():
        logits = logits_of(student)
        soft = F.kl_div(F.log_softmax(logits / TEMPERATURE, -1),
                        F.softmax(taught / TEMPERATURE, -1), reduction="batchmean")
        return WEIGHT * TEMPERATURE**2 * soft + (1 - WEIGHT) * F.cross_entropy(logits, labels)

    optimizer = torch.optim.AdamW(
        [{"params": [p for p in student.parameters() if p.dim() == 2], "weight_decay": WEIGHT_DECAY},
         {"params": [p for p in student.parameters() if p.dim() != 2], "weight_decay": 0.0}],
        lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    losses.append(loss_of().item())
    save_file({"taught": taught.float().contiguous(), "losses": torch.tensor(losses)},
              HERE / f"{name}.safetensors")
    print(name, [round(x, 4) for x in losses])


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in CLASSES:
        make(name)
