#!/usr/bin/env bash
# Regression and multilabel from end to end: losses, metrics and predictions are those of PyTorch,
# scikit-learn, SciPy and transformers' pipeline (tests/golden/task), on 1 to 4 ranks; a run resumes bit
# for bit; final/ says what its outputs are; what does not fit a task is refused by name.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task
# All texts are one step, so that their order does not matter.
steps=(training.batch_size=24 training.epochs=6 training.learning_rate=5.0e-4
    training.scheduler=constant logging.every_steps=1 cluster.threads_per_rank=1)

# Three scores a text, each in a column.
columns='data.score_columns=[length,first,last]'

# settings TASK: those of a run on the golden data.
settings() {
    local what=$1
    case $what in
    scores) what="regression $columns" ;;
    table) what="regression $columns" && set -- scores csv ;;
    esac
    echo "model.name=$golden/$1 model.task=$what data.train=$golden/$1/data.${2-jsonl}" \
        "data.validation=$golden/$1/data.${2-jsonl} model.max_seq_length=24"
}

# train_on RANKS TASK RUN SETTING...
train_on() {
    local ranks=$1 task=$2 run=$3
    shift 3
    # shellcheck disable=SC2046
    on "$ranks" train $(settings "$task") "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- losses: float32 beside float64, 1e-5 of a loss
for ranks in $(unless_sanitized "1 2 3 4" "1 3"); do
    for task in regression multilabel scores; do
        train_on "$ranks" "$task" "$task-$ranks"
        losses "$work/$task-$ranks" >"$work/losses"
        near "$golden/$task/losses.txt" "$work/losses" 1e-5
    done
done
for task in regression multilabel; do
    train_on 2 "$task" short training.precision=bf16
    losses "$work/short" >"$work/losses"
    near "$golden/$task/losses.txt" "$work/losses" 1e-2 # bf16 keeps 8 bits of a factor
    rm -r "$work/short"
done
train_on 2 table table
losses "$work/table" >"$work/losses"
near "$golden/scores/losses.txt" "$work/losses" 1e-5
train_on 2 multilabel balanced training.class_weights=balanced
losses "$work/balanced" >"$work/losses"
near "$golden/multilabel/balanced.txt" "$work/losses" 1e-5
# The same weights as a list: texts without a label by those with it.
weights=$(for label in even long odd small; do
    awk -v label="\"$label\"" 'index($0, label) { having++ } END { print (NR - having) / having }' \
        $golden/multilabel/data.jsonl
done | paste -sd ,)
train_on 2 multilabel listed "training.class_weights=[$weights]"
losses "$work/listed" >"$work/losses"
near "$golden/multilabel/balanced.txt" "$work/losses" 1e-5
train_on 2 multilabel smoothed training.label_smoothing=0.1
losses "$work/smoothed" >"$work/losses"
near "$golden/multilabel/smoothed.txt" "$work/losses" 1e-5

# --- metrics: outputs are floats, 1e-5 of a figure; they are the same to the last digit on all ranks
for task in regression multilabel; do
    same_metrics --model $golden/$task --data $golden/$task/data.jsonl training.eval_batch_size=2
    grep -q '"examples": 24,' "$work/metrics1" || fail "$(cat "$work/metrics1")"
    near_members $golden/$task/metrics.txt "$work/metrics1" 1e-5
done

same_metrics --model $golden/scores --data $golden/scores/data.csv "$columns" training.eval_batch_size=2
sed -E 's/.* //' $golden/scores/metrics.txt >"$work/want"
python3 - "$work/metrics1" >"$work/got" <<'PYTHON'
import json, sys
found = json.load(open(sys.argv[1]))
assert [score["label"] for score in found["scores"]] == ["length", "first", "last"]
names = ("mse", "pearson", "spearman")
print(*(found[name] for name in ("loss",) + names), sep="\n")
for name in names:
    print(*(score[name] for score in found["scores"]), sep="\n")
PYTHON
near "$work/want" "$work/got" 1e-5

# --- predictions
on 3 predict --model $golden/regression --input $golden/regression/data.jsonl \
    inference.batch_size=2 >"$work/lines" 2>"$work/err" || fail "$(cat "$work/err")"
member score <"$work/lines" >"$work/got"
near $golden/regression/scores.txt "$work/got" 1e-4 # of a score near 0
grep -q label "$work/lines" && fail "a score has a label: $(head -1 "$work/lines")"
on 2 predict --model "$work/scores-1" --input $golden/scores/data.csv --output "$work/s.csv" \
    2>"$work/err" || fail "$(cat "$work/err")"
[ "$(head -1 "$work/s.csv" | tr -d '\r')" = "id,length,first,last" ] || fail "$(head -1 "$work/s.csv")"
on 3 predict --model $golden/scores --input $golden/scores/data.jsonl >"$work/lines" 2>"$work/err" ||
    fail "$(cat "$work/err")"
sed -E 's/.*"scores": *\[([^]]*)\].*/\1/; s/, */\n/g' "$work/lines" >"$work/got"
tr ' ' '\n' <$golden/scores/scores.txt >"$work/want"
near "$work/want" "$work/got" 1e-4 # of a score near 0
on 3 predict --model $golden/multilabel --input $golden/multilabel/data.jsonl --output "$work/m.csv" \
    inference.batch_size=2 2>"$work/err" || fail "$(cat "$work/err")"
[ "$(head -1 "$work/m.csv" | tr -d '\r')" = "id,labels,even,long,odd,small" ] ||
    fail "$(head -1 "$work/m.csv")"
tail -n +2 "$work/m.csv" | tr -d '\r' | awk -F, '{ print $(NF - 3) "\n" $(NF - 2) "\n" $(NF - 1) "\n" $NF }' \
    >"$work/got"
tr ' ' '\n' <$golden/multilabel/scores.txt >"$work/want"
near "$work/want" "$work/got" 1e-5

# --- the table and metrics.jsonl have the task's own figure
grep -q '^Epoch | Train Loss | Train Pearson | Val Pearson$' "$work/regression-1.out" ||
    fail "$(grep Epoch "$work/regression-1.out")"
grep -q '^Epoch | Train Loss |   Train F1 |   Val F1$' "$work/multilabel-1.out" ||
    fail "$(grep Epoch "$work/multilabel-1.out")"
grep -q '"train_pearson": .*"eval_loss": .*"eval_pearson": .*"eval_spearman": .*"eval_mse": ' \
    "$work/regression-1/metrics.jsonl" || fail "no metrics of regression"
grep -q '"train_micro_f1": .*"eval_micro_f1": .*"eval_subset_accuracy": ' \
    "$work/multilabel-1/metrics.jsonl" || fail "no metrics of multilabel"
grep -q '^Best: .* pearson ' "$work/regression-1.out" || fail "no best"
sed -nE 's/.*"eval_mse": ([^,}]+).*/\1/p' "$work/regression-1/metrics.jsonl" | tail -1 >"$work/got"
on 2 evaluate --model "$work/regression-1" --data $golden/regression/data.jsonl 2>/dev/null |
    member mse >"$work/want"
near "$work/want" "$work/got" 1e-5

# --- final/ tells transformers what its outputs are
grep -q '"problem_type": "regression"' "$work/regression-1/final/config.json" || fail "no problem_type"
grep -q '"problem_type": "multi_label_classification"' "$work/multilabel-1/final/config.json" ||
    fail "no problem_type"
grep -q '"3": "small"' "$work/multilabel-1/final/config.json" || fail "no names"

grep -q '"2": "last"' "$work/scores-1/final/config.json" || fail "no names of scores"
grep -q '3 scores from -1 to 6' "$work/scores-1.out" || fail "$(grep Data "$work/scores-1.out")"
# What final/ keeps of the columns serves evaluate, and so do shards.
on 1 evaluate --model "$work/scores-1" --data $golden/scores/data.jsonl >"$work/want" 2>"$work/err" ||
    fail "$(cat "$work/err")"
# shellcheck disable=SC2046
alone preprocess $(settings table) --output "$work/shards"
on 3 evaluate --model "$work/scores-1" --data "$work/shards" >"$work/got" 2>"$work/err" ||
    fail "$(cat "$work/err")"
cmp "$work/want" "$work/got" || fail "other metrics of shards: $(cat "$work/want" "$work/got")"
train_on 3 scores sharded "data.train=$work/shards" "data.validation=$work/shards"
losses "$work/sharded" >"$work/losses"
near "$golden/scores/losses.txt" "$work/losses" 1e-5

# --- the best model is the one with the least error
train_on 2 regression least checkpoint.metric_for_best_model=eval_mse training.learning_rate=0.03
best=$(sed -nE 's/.*"eval_mse": ([^,}]+).*/\1/p' "$work/least/metrics.jsonl" | sort -g | head -1)
awk -v a="$best" -v b="$(sed -nE 's/^Best: .* mse ([0-9.]+)\)$/\1/p' "$work/least.out")" \
    'BEGIN { d = a - b; exit !(d < 1e-4 && d > -1e-4) }' || fail "$best is not $(grep Best "$work/least.out")"
alone inspect "$work/least"
grep -q "mse" "$work/alone" || fail "inspect: $(cat "$work/alone")"

# --- stopped and continued, bit for bit, on other ranks too where that is asked for
for task in regression multilabel scores; do
    train_on 1 "$task" "$task-all" checkpoint.every_steps=2 checkpoint.keep=9 training.deterministic=true
    mkdir -p "$work/$task-again/checkpoints"
    cp -r "$work/$task-all/checkpoints/step-00000004" "$work/$task-again/checkpoints/"
    train_on 4 "$task" "$task-again" checkpoint.every_steps=2 training.deterministic=true
    cmp "$work/$task-all/final/model.safetensors" "$work/$task-again/final/model.safetensors" ||
        fail "$task: other weights"
    diff <(sed -n '/^Epoch/,/^$/p' "$work/$task-all.out" | grep '^ ') \
        <(sed -n '/^Epoch/,/^$/p' "$work/$task-again.out" | grep '^ ') || fail "$task: another table"
done

# refuses CODE MESSAGE COMMAND...
refuses() {
    local want=$1 message=$2 status=0
    shift 2
    alone_failing "$@" || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
    [ "$(grep -vc warning: "$work/alone")" = 1 ] || fail "not one line: $(cat "$work/alone")"
    grep -qF "$message" "$work/alone" || fail "$* says $(cat "$work/alone")"
}
alone_failing() {
    "$program" "$@" >"$work/alone" 2>&1
}
mkdir "$work/nowhere"
new=("checkpoint.directory=$work/nowhere" model.max_seq_length=24)
regression=("model.name=$golden/regression" model.task=regression)
printf '{"text": "w5", "label": "good"}\n' >"$work/bad.jsonl"
refuses 3 "label 'good' is not a number" train "${new[@]}" "${regression[@]}" "data.train=$work/bad.jsonl"
scores=("${new[@]}" model.name=$golden/scores "data.train=$work/bad.jsonl" "$columns")
refuses 3 "there is no member 'length', the members are: text, label" \
    train "${scores[@]}" model.task=regression
refuses 2 "data.score_columns is given, model.task classification has no scores" \
    train "${scores[@]}" model.task=classification
printf '{"text": "w5", "length": 1, "first": "x", "last": 2}\n' >"$work/bad.jsonl"
refuses 3 "label 'x' is not a number" train "${scores[@]}" model.task=regression
printf 'text,length,first,last\nw5,1,,2\n' >"$work/bad.csv"
refuses 3 "the example has 2 of the 3 scores that data.score_columns names" \
    train "${scores[@]}" model.task=regression "data.train=$work/bad.csv"
refuses 3 "the data has 2 scores an example, the model 3 outputs" evaluate --model $golden/scores \
    --data $golden/scores/data.jsonl "data.score_columns=[length,first]"
refuses 2 "data.score_columns names 'length', which is read already" \
    train "${scores[@]}" model.task=regression "data.score_columns=[length,first,length]"
refuses 2 "checkpoint.metric_for_best_model is 'accuracy', for model.task regression allowed are pearson, spearman, mse, loss" \
    train "${new[@]}" "${regression[@]}" data.train=$golden/regression/data.jsonl \
    checkpoint.metric_for_best_model=accuracy
refuses 2 "training.class_weights is given, model.task regression has no labels" \
    train "${new[@]}" "${regression[@]}" data.train=$golden/regression/data.jsonl \
    training.class_weights=balanced
printf '{"text": "w5", "label": ["loud"]}\n' >"$work/bad.jsonl"
refuses 3 "label 'loud' is not one of the model's 4" evaluate --model $golden/multilabel \
    --data "$work/bad.jsonl"
# shellcheck disable=SC2046
refuses 2 "model.task is multilabel, the checkpoint was made with regression" train \
    $(settings regression) "${steps[@]}" model.task=multilabel \
    "checkpoint.directory=$work/regression-1"
