"""Makes the golden files of the heads: tiny models of each class by PyTorch + transformers.

    python3 tests/golden/model/make_head_goldens.py

For each class a folder <family>-<head> in Hugging Face's form and expected.safetensors with

    tokens (T), offsets (N+1), segment_b (N)      a ragged batch, some of it pairs (int32)
    rows, row_offsets (N+1)                       positions that tokens, words and pretraining read
    labels                                        of sequences, of rows, of questions (choice: two
                                                  sequences each), or starts and then ends of spans
    follows (N)                                   pretraining only: of sequences
    outputs (R, K)                                logits; of pretraining with (N, 2) behind them
    loss (1), grad.<parameter>                    without dropout
    losses (10)                                   ten AdamW steps on that batch, no dropout

Losses are those that the classes compute themselves, for spans of each sequence alone: they would
depend on padding otherwise. Everything is computed in float64.
"""

import torch
import transformers
from safetensors.torch import save_file

from make_model_goldens import HERE, VOCAB, padded, ragged_batch, randomise, train_by

LABELS = 3
CHOICES = 2
CLASSES = {
    "tokens": "ForTokenClassification",
    "spans": "ForQuestionAnswering",
    "choice": "ForMultipleChoice",
    "words": "ForMaskedLM",
    "pretraining": "ForPreTraining",
    "next": "ForNextSentencePrediction",
}


def config_of(family, head):
    num_labels = LABELS if head == "tokens" else 2
    if family == "bert":
        return transformers.BertConfig(
            vocab_size=VOCAB, hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
            intermediate_size=24, max_position_embeddings=40, type_vocab_size=2,
            initializer_range=0.2, num_labels=num_labels, attn_implementation="eager",
        )
    return transformers.DistilBertConfig(
        vocab_size=VOCAB, dim=16, n_layers=2, n_heads=4, hidden_dim=24, max_position_embeddings=40,
        initializer_range=0.2, num_labels=num_labels, attn_implementation="eager",
    )


def choose_rows(sequences):
    """None of one sequence, neighbours, single rows, the first one."""
    chosen = [[1, 4], [], list(range(10, 26)), [0, 18], [5, 6, 30], [11]]
    return [[i for i in rows if i < len(s)] for rows, s in zip(chosen, sequences)]


def make_targets(head, sequences, rows):
    """Targets as the test reads them, and as the class takes them beside the padded inputs."""
    longest = max(map(len, sequences))
    if head == "choice":
        labels = [i % CHOICES for i in range(len(sequences) // CHOICES)]
        return {"labels": labels}, {"labels": torch.tensor(labels)}
    if head == "next":
        labels = [i % 2 for i in range(len(sequences))]
        return {"labels": labels}, {"labels": torch.tensor(labels)}
    if head == "spans":
        starts = [len(s) // 3 for s in sequences]
        ends = [len(s) // 2 for s in sequences]
        return {"labels": starts + ends}, {"start_positions": starts, "end_positions": ends}
    num_labels = LABELS if head == "tokens" else VOCAB
    labels, of_rows = torch.full((len(sequences), longest), -100), []
    for s, chosen in enumerate(rows):
        for position in chosen:
            labels[s, position] = (7 * len(of_rows) + 3) % num_labels
            of_rows.append(int(labels[s, position]))
    given = {"labels": of_rows}
    taken = {"labels": labels}
    if head == "pretraining":
        given["follows"] = [i % 2 for i in range(len(sequences))]
        taken["next_sentence_label"] = torch.tensor(given["follows"])
    return given, taken


def compute(head, model, sequences, segment_b, rows, taken, has_types):
    """Outputs of the rows in their order, and the loss."""
    if head == "spans":
        outputs, loss = [], 0
        for s, sequence in enumerate(sequences):
            inputs = padded([sequence], segment_b[s : s + 1], has_types)
            made = model(**inputs, **{k: torch.tensor(v[s : s + 1]) for k, v in taken.items()})
            outputs.append(torch.stack([made.start_logits[0], made.end_logits[0]], dim=1))
            loss = loss + made.loss / len(sequences)
        return torch.cat(outputs).flatten(), loss
    inputs = padded(sequences, segment_b, has_types)
    if head == "choice":
        inputs = {k: v.view(-1, CHOICES, v.shape[1]) for k, v in inputs.items()}
    made = model(**inputs, **taken)
    if head in ("choice", "next"):
        return made.logits.flatten(), made.loss
    logits = made.prediction_logits if head == "pretraining" else made.logits
    outputs = torch.cat([logits[s, chosen] for s, chosen in enumerate(rows)]).flatten()
    if head == "pretraining":
        outputs = torch.cat([outputs, made.seq_relationship_logits.flatten()])
    return outputs, made.loss


def write_folder(folder, model):
    folder.mkdir(parents=True, exist_ok=True)
    model.config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(model.config.to_json_string(use_diff=True))
    weights = {n: p.detach().half().contiguous() for n, p in model.named_parameters()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def make(family, head):
    has_types = family == "bert"
    prefix = {"bert": "Bert", "distilbert": "DistilBert"}[family]
    model = getattr(transformers, prefix + CLASSES[head])(config_of(family, head))
    randomise(model, torch.float16)
    model.eval()
    folder = HERE / f"{family}-{head}"
    write_folder(folder, model)
    model = model.double()
    sequences, segment_b, _ = ragged_batch(LABELS, pairs=has_types)
    offsets, row_offsets, rows = [0], [0], choose_rows(sequences)
    for sequence, chosen in zip(sequences, rows):
        offsets.append(offsets[-1] + len(sequence))
        row_offsets.append(row_offsets[-1] + len(chosen))
    given, taken = make_targets(head, sequences, rows)

    def run():
        return compute(head, model, sequences, segment_b, rows, taken, has_types)

    outputs, loss = run()
    loss.backward()
    integers = {
        "tokens": sum(sequences, []), "offsets": offsets, "segment_b": segment_b,
        "rows": sum(rows, []), "row_offsets": row_offsets, **given,
    }
    expected = {name: torch.tensor(values, dtype=torch.int32) for name, values in integers.items()}
    expected["outputs"] = outputs.detach().float()
    expected["loss"] = loss.detach().float().reshape(1)
    for name, parameter in model.named_parameters():
        expected["grad." + name] = parameter.grad.float().contiguous()
    losses, _ = train_by(model, lambda: run()[1])
    expected["losses"] = torch.tensor(losses)
    save_file(expected, folder / "expected.safetensors")
    print(folder.name, "loss", loss.item(), "losses", [round(x, 4) for x in losses])


if __name__ == "__main__":
    torch.manual_seed(19)
    for head in CLASSES:
        make("bert", head)
        if head not in ("pretraining", "next"):
            make("distilbert", head)
