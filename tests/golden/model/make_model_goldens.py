"""Makes the golden files of the model: tiny BERT and DistilBERT classifiers by PyTorch + transformers.

    python3 tests/golden/model/make_model_goldens.py

For each family a folder in Hugging Face's form (config.json, model.safetensors, vocab.txt) and
expected.safetensors with

    tokens (T), offsets (N+1), segment_b (N), labels (N)   a ragged batch, some of it pairs (int32)
    logits (N, K), loss (1)                                loss: mean cross-entropy, no dropout
    grad.<parameter>                                       gradient of that loss
    losses (10), learning_rates (10)                       ten AdamW steps on that batch, no dropout

The reference pads; the expected values depend on real tokens alone. Everything is computed in
float64, so that the files hold the true values rather than one library's rounding.
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
)

HERE = pathlib.Path(__file__).parent
VOCAB = 61
CLS, SEP, PAD = 2, 3, 0
STEPS = 10
LEARNING_RATE = 5e-4
WEIGHT_DECAY = 0.01
MAX_NORM = 1.0


def bert():
    config = BertConfig(
        vocab_size=VOCAB, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=48, max_position_embeddings=40, type_vocab_size=2,
        initializer_range=0.2, num_labels=3, attn_implementation="eager",
        id2label={0: "north", 1: "east", 2: "s\u00fcd"}, label2id={"north": 0, "east": 1, "s\u00fcd": 2},
        hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.15, classifier_dropout=0.2,
    )
    return config, BertForSequenceClassification(config)


def distilbert():
    config = DistilBertConfig(
        vocab_size=VOCAB, dim=32, n_layers=2, n_heads=4, hidden_dim=40,
        max_position_embeddings=40, initializer_range=0.2, num_labels=4,
        attn_implementation="eager", sinusoidal_pos_embds=False,
    )
    return config, DistilBertForSequenceClassification(config)


def randomise(model, stored):
    """Biases and LayerNorms, too, get values in which a mistake would show. All values are exact in
    the type that the file stores."""
    generator = torch.Generator().manual_seed(20)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 2:
                parameter.copy_(0.2 * noise)
            elif "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1.0 + 0.2 * noise)
            else:
                parameter.copy_(0.1 * noise)
            parameter.copy_(parameter.to(stored).float())


def ragged_batch(num_labels, pairs):
    generator = torch.Generator().manual_seed(21)
    lengths = [7, 3, 40, 19, 33, 12]
    sequences, segment_b = [], []
    for i, length in enumerate(lengths):
        ids = torch.randint(4, VOCAB, (length,), generator=generator).tolist()
        ids[0], ids[-1] = CLS, SEP
        cut = length
        if pairs and i % 2 == 0:
            cut = length // 2
            ids[cut - 1] = SEP
        sequences.append(ids)
        segment_b.append(cut)
    labels = [i * 2 % num_labels for i in range(len(lengths))]
    return sequences, segment_b, labels


def padded(sequences, segment_b, has_types):
    longest = max(map(len, sequences))
    ids = torch.full((len(sequences), longest), PAD)
    mask = torch.zeros((len(sequences), longest), dtype=torch.long)
    types = torch.zeros((len(sequences), longest), dtype=torch.long)
    for i, sequence in enumerate(sequences):
        ids[i, : len(sequence)] = torch.tensor(sequence)
        mask[i, : len(sequence)] = 1
        types[i, segment_b[i] : len(sequence)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask}
    if has_types:
        inputs["token_type_ids"] = types
    return inputs


def train_by(model, loss_of):
    """Ten steps as a usual fine-tuning script makes them; losses before each step."""
    decays = [p for n, p in model.named_parameters() if p.dim() == 2]
    others = [p for n, p in model.named_parameters() if p.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": decays, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}],
        lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (STEPS - step) / STEPS)
    losses, rates = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, rates


def write_folder(name, config, model, stored):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    model.config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(config.to_json_string(use_diff=True))
    weights = {n: p.detach().to(stored).contiguous() for n, p in model.named_parameters()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [f"w{i}" for i in range(4, VOCAB)]
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in tokens))
    return folder


def make(name, made, pairs, stored):
    config, model = made
    randomise(model, stored)
    model.eval()
    folder = write_folder(name, config, model, stored)
    sequences, segment_b, labels = ragged_batch(config.num_labels, pairs)
    offsets = [0]
    for sequence in sequences:
        offsets.append(offsets[-1] + len(sequence))
    inputs = padded(sequences, segment_b, has_types=pairs)
    target = torch.tensor(labels)

    model = model.double()
    result = model(**inputs, labels=target)
    result.loss.backward()
    expected = {
        "tokens": torch.tensor(sum(sequences, []), dtype=torch.int32),
        "offsets": torch.tensor(offsets, dtype=torch.int32),
        "segment_b": torch.tensor(segment_b, dtype=torch.int32),
        "labels": torch.tensor(labels, dtype=torch.int32),
        "logits": result.logits.detach().float(),
        "loss": result.loss.detach().float().reshape(1),
    }
    for parameter_name, parameter in model.named_parameters():
        expected["grad." + parameter_name] = parameter.grad.float().contiguous()
    losses, rates = train_by(model, lambda: model(**inputs, labels=target).loss)
    expected["losses"] = torch.tensor(losses)
    expected["learning_rates"] = torch.tensor(rates)
    save_file(expected, folder / "expected.safetensors")
    print(name, "loss", result.loss.item(), "losses", [round(x, 4) for x in losses])


if __name__ == "__main__":
    torch.manual_seed(19)
    make("bert", bert(), pairs=True, stored=torch.float32)
    make("distilbert", distilbert(), pairs=False, stored=torch.float16)
