"""A student of half as many layers beside its teacher: what it knows, and how fast it answers."""
import json
import statistics
import time

import recipe_data
from recipe_runs import Recipe, make_shards
from rows import Row, row_of_values

RECIPE = Recipe("newsgroups4", recipe_data.newsgroups, ["accuracy"], epochs=3, warmup_ratio=0.0)
STUDENT_EPOCHS = 6  # of half the work each
KEPT = "[0, 2, 4]"  # of MiniLM's six layers


def train(setting, shards, name, model, epochs, *settings):
    """Its run directory."""
    run = setting.work / name
    setting.program.run(
        "train", f"model.name={model}", "model.max_seq_length=128", f"data.train={shards.train}",
        f"data.validation={shards.validation}", f"training.epochs={setting.steps(epochs)}",
        f"training.batch_size={RECIPE.batch_size}", f"training.learning_rate={RECIPE.learning_rate}",
        "training.eval_strategy=no", "training.seed=1", "checkpoint.keep=1",
        f"cluster.threads_per_rank={setting.threads}", f"checkpoint.directory={run}", *settings)
    return run


def evaluate(setting, shards, run):
    """Seconds of the whole command, and the accuracy in percent."""
    start = time.monotonic()
    out, _ = setting.program.run("evaluate", "--model", run, "--data", shards.validation,
                                 f"cluster.threads_per_rank={setting.threads}")
    return time.monotonic() - start, 100 * json.loads(out)["accuracy"]


def student(setting):
    """MiniLM fine-tuned on newsgroups4 (2,323 texts, 3 epochs) teaches three of its own six layers (6
    epochs, temperature 2, weight 0.5): accuracy on the 1,546 texts of the test set, and seconds of
    `mpibert evaluate` on them as a whole, in turns. The same three layers without a teacher beside it."""
    shards = make_shards(RECIPE, setting)
    teacher = train(setting, shards, "teacher", setting.minilm, RECIPE.epochs)
    cut = f"model.keep_layers={KEPT}"
    taught = train(setting, shards, "student", teacher, STUDENT_EPOCHS, cut,
                   f"model.teacher={teacher}")
    alone = train(setting, shards, "alone", teacher, STUDENT_EPOCHS, cut)
    rounds = [[evaluate(setting, shards, run) for run in (taught, teacher)]
              for _ in range(setting.rounds)]
    (_, ours), (_, theirs) = rounds[0]
    seconds = [[side[0] for side in sides] for sides in rounds]
    _, without = evaluate(setting, shards, alone)
    return [row_of_values("accuracy", "student", "teacher", ours, theirs, "%", at_least=0.97,
                          note=f"without a teacher {without:.2f} %"),
            Row("time of evaluation", "student", "teacher",
                *(statistics.median(side) for side in zip(*seconds)), "s",
                [a / b for a, b in seconds], at_most=0.5)]
