#!/usr/bin/env bash
# Multiple choice from end to end: losses, metrics and predictions are those of PyTorch and transformers
# (tests/golden/task/choice), on 1 to 4 ranks; a run resumes bit for bit; what is wrong is refused.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task/choice
reading=(data.text_column=context data.text_column_b=question)
settings=(model.name=$golden model.task=choice data.train=$golden/data.jsonl
    data.validation=$golden/data.jsonl model.max_seq_length=24 "${reading[@]}" training.epochs=6
    training.learning_rate=5.0e-4 training.scheduler=constant logging.every_steps=1
    cluster.threads_per_rank=1)

# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$work/$run" "$@" >"$work/$run.out" \
        2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- losses: all questions are one step, so their order does not matter; float32 beside float64, 1e-5
for ranks in 1 2 3 4; do
    train_on "$ranks" "ranks$ranks" training.batch_size=12
    losses "$work/ranks$ranks" >"$work/losses"
    near $golden/losses.txt "$work/losses" 1e-5
done
train_on 3 smoothed training.batch_size=12 training.label_smoothing=0.1
losses "$work/smoothed" >"$work/losses"
near $golden/smoothed.txt "$work/losses" 1e-5
train_on 2 bf16 training.batch_size=12 training.precision=bf16
losses "$work/bf16" >"$work/losses"
near $golden/losses.txt "$work/losses" 1e-2 # bf16 keeps 8 bits of a factor

# --- metrics, the same to the last digit on all ranks; choices of a question lie on several of them
same_metrics --model $golden --data $golden/data.jsonl "${reading[@]}" model.task=choice \
    training.eval_batch_size=1
near_members $golden/metrics.txt "$work/metrics1" 1e-5

# --- predictions
on 3 predict --model $golden --input $golden/data.jsonl "${reading[@]}" >"$work/lines" 2>"$work/err" ||
    fail "$(cat "$work/err")"
sed -E 's/.*"scores": *\[([^]]*)\].*/\1/; s/, */\n/g' "$work/lines" >"$work/got"
tr ' ' '\n' <$golden/scores.txt >"$work/want"
near "$work/want" "$work/got" 1e-4 # of a probability near 0
on 2 predict --model $golden --input $golden/data.jsonl --output "$work/c.csv" "${reading[@]}" \
    2>"$work/err" || fail "$(cat "$work/err")"
[ "$(head -1 "$work/c.csv" | tr -d '\r')" = "id,label,score" ] || fail "$(head -1 "$work/c.csv")"
sed -E 's/.*"label": *([0-9]+).*/\1/' "$work/lines" >"$work/want"
tail -n +2 "$work/c.csv" | cut -d, -f2 | cmp - "$work/want" || fail "other labels in a table"

# --- resume, with small batches whose last one is smaller, and on any ranks in deterministic runs
small=(training.batch_size=5 training.epochs=2 checkpoint.every_steps=1 checkpoint.keep=100)
train_on 2 whole "${small[@]}"
mkdir -p "$work/again/checkpoints"
cp -r "$work/whole/checkpoints/step-00000002" "$work/again/checkpoints/"
train_on 2 again "${small[@]}"
cmp "$work/whole/final/model.safetensors" "$work/again/final/model.safetensors" || fail "resumed otherwise"
train_on 1 exact1 "${small[@]}" training.deterministic=true
train_on 4 exact4 "${small[@]}" training.deterministic=true
cmp "$work/exact1/final/model.safetensors" "$work/exact4/final/model.safetensors" || fail "ranks differ"

# refused CODE TEXT COMMAND...
refused() {
    local code=0 want=$1 text=$2
    shift 2
    on 2 "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = "$want" ] || fail "exit code $code of $*: $(cat "$work/out")"
    [ "$(grep -c "$text" "$work/out")" = 1 ] || fail "not said once: $text: $(cat "$work/out")"
}
sed '3s/"label": [0-9]*/"label": 3/' $golden/data.jsonl >"$work/beyond.jsonl"
refused 3 "line 3" train "${settings[@]}" "data.train=$work/beyond.jsonl" "checkpoint.directory=$work/no"
printf '{"context": "w5", "question": "w6", "choices": ["w7", "w8", "w7"], "label": 2}\n' >"$work/two.jsonl"
refused 3 "the question has two right answers, one was expected: .*two.jsonl, line 1" train "${settings[@]}" \
    "data.train=$work/two.jsonl" "checkpoint.directory=$work/no"
refused 2 "class_weights" train "${settings[@]}" training.class_weights=balanced \
    "checkpoint.directory=$work/no"
refused 3 "BertForMultipleChoice\|choices" evaluate --model $golden --data tests/golden/task/regression/data.jsonl
