#!/usr/bin/env bash
# Tokens that stay on disk: losses, metrics and weights are bit for bit those from memory, for each task,
# on 1 to 4 ranks, resumed in between; a shard that changes while it is used ends the run on all ranks.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task
steps=(training.batch_size=6 training.epochs=3 training.learning_rate=5.0e-4 training.scheduler=constant
    logging.every_steps=1 training.eval_batch_size=4 cluster.threads_per_rank=1 checkpoint.every_minutes=0)

# Data and settings of each task.
declare -A folder=([qa]=questions)
declare -A data=([token]=data.conll [qa]=data.json [mlm]=data.txt [pretraining]=data.txt)
declare -A reading=([mlm]=data.line_by_line=true [pretraining]=model.max_seq_length=40
    [qa]="model.max_seq_length=32 data.stride=8"
    [choice]="model.max_seq_length=24 data.text_column=context data.text_column_b=question")

# settings TASK: model and how its data is read.
settings() {
    echo "model.name=$golden/${folder[$1]:-$1} model.task=$1 ${reading[$1]:-model.max_seq_length=24}"
}

# shards TASK SHARDS SETTING...: of the golden data.
shards() {
    local task=$1 output=$2
    shift 2
    # shellcheck disable=SC2046
    alone preprocess $(settings "$task") --output "$output" \
        "data.train=$golden/${folder[$task]:-$task}/${data[$task]:-data.jsonl}" "$@"
}

# train_on RANKS TASK RUN SETTING...
train_on() {
    local ranks=$1 task=$2 run=$3
    shift 3
    # shellcheck disable=SC2046
    on "$ranks" train $(settings "$task") "data.train=$work/shards-$task" \
        "data.validation=$work/shards-$task" "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# figures RUN: what a run says of its steps and validations, but for times.
figures() {
    grep -oE '"(loss|grad_norm|eval_[a-z_0-9]+|train_[a-z_0-9]+)": *[^,}]+' "$work/$1/metrics.jsonl" |
        grep -vE 'seconds|time|per_second'
}

# same_run A B: figures and weights, bit for bit.
same_run() {
    diff <(figures "$1") <(figures "$2") >&2 || fail "$2 has other figures than $1"
    cmp "$work/$1/final/model.safetensors" "$work/$2/final/model.safetensors" ||
        fail "$2 has other weights than $1"
}

# --- every task, shared optimizer or not
for task in $(unless_sanitized "regression multilabel token qa choice mlm pretraining" "regression mlm"); do
    shards "$task" "$work/shards-$task"
    train_on 2 "$task" "$task-memory" data.streaming=false
    train_on 2 "$task" "$task-disk" data.streaming=true
    same_run "$task-memory" "$task-disk"
    grep -q 'tokens stay on disk' "$work/$task-disk.out" || fail "$(cat "$work/$task-disk.out")"
    grep -q 'tokens stay on disk' "$work/$task-memory.out" && fail "$(cat "$work/$task-memory.out")"
done

# --- finished models, on their own shards: the same output from memory and from disk
for task in $(unless_sanitized "regression multilabel token qa choice mlm pretraining" "regression mlm"); do
    for streaming in false true; do
        # shellcheck disable=SC2046
        on 2 evaluate --model "$work/$task-memory" --data "$work/shards-$task" $(settings "$task") \
            training.eval_batch_size=3 "data.streaming=$streaming" \
            >"$work/$task-scores-$streaming" 2>"$work/err" || fail "evaluate $task: $(cat "$work/err")"
    done
    cmp "$work/$task-scores-false" "$work/$task-scores-true" || fail "$task has other scores from disk"
done
for streaming in false true; do
    # shellcheck disable=SC2046
    on 3 predict --model "$work/regression-memory" --input "$work/shards-regression" \
        $(settings regression) inference.batch_size=2 "data.streaming=$streaming" \
        >"$work/predictions-$streaming" 2>"$work/err" || fail "predict: $(cat "$work/err")"
done
[ -s "$work/predictions-true" ] && cmp "$work/predictions-false" "$work/predictions-true" ||
    fail "other predictions from disk"

# --- any number of ranks, micro-batches, split data, limits
for ranks in 1 3 4; do
    for streaming in false true; do
        train_on "$ranks" mlm "mlm-$ranks-$streaming" "data.streaming=$streaming" \
            training.gradient_accumulation_steps=2 cluster.shard_optimizer=true
        train_on "$ranks" regression "split-$ranks-$streaming" "data.streaming=$streaming" \
            data.validation=null data.max_train_samples=15 data.stratify=false
    done
    same_run "mlm-$ranks-false" "mlm-$ranks-true"
    same_run "split-$ranks-false" "split-$ranks-true"
done

# --- text goes through the cache's shards
for streaming in false true; do
    on 2 train "${small_run[@]}" "data.streaming=$streaming" "checkpoint.directory=$work/text-$streaming" \
        >"$work/out" 2>&1 || fail "$(cat "$work/out")"
done
same_run text-false text-true

# --- stopped and continued, from memory to disk and back, within an epoch and at its end
train_on 2 mlm whole data.streaming=false training.deterministic=true checkpoint.every_steps=1 \
    checkpoint.keep=99
epoch=$(($(ls "$work/whole/checkpoints" | wc -l) / 3))
for step in 1 $((epoch - 1)) $epoch; do
    mkdir -p "$work/again-$step/checkpoints"
    cp -r "$work/whole/checkpoints/step-$(printf %08d "$step")" "$work/again-$step/checkpoints/"
    train_on 1 mlm "again-$step" data.streaming=true training.deterministic=true \
        checkpoint.every_steps=1
    cmp "$work/whole/final/model.safetensors" "$work/again-$step/final/model.safetensors" ||
        fail "other weights after step $step"
done
train_on 2 mlm disk data.streaming=true training.deterministic=true checkpoint.every_steps=1 \
    checkpoint.keep=99
mkdir -p "$work/back/checkpoints"
cp -r "$work/disk/checkpoints/step-00000003" "$work/back/checkpoints/"
train_on 2 mlm back data.streaming=false training.deterministic=true
cmp "$work/whole/final/model.safetensors" "$work/back/final/model.safetensors" || fail "other weights"

# --- plan goes through the same sequences
for streaming in false true; do
    # shellcheck disable=SC2046
    "$program" plan --json --gflops 50 --ranks 2 $(settings mlm) "data.train=$work/shards-mlm" \
        "${steps[@]}" "data.streaming=$streaming" "checkpoint.directory=$work/nothing" \
        >"$work/plan-$streaming" 2>"$work/err" || fail "plan: $(cat "$work/err")"
    member tokens_per_epoch <"$work/plan-$streaming" >"$work/tokens-$streaming"
done
[ -s "$work/tokens-true" ] && cmp "$work/tokens-false" "$work/tokens-true" || fail "plan has other tokens"

# --- compressed shards are refused by name
shards mlm "$work/compressed" data.compression=1
status=0
"$program" train model.name=$golden/mlm model.task=mlm "data.train=$work/compressed" \
    data.line_by_line=true data.streaming=true training.eval_strategy=no \
    "checkpoint.directory=$work/refused" >"$work/out" 2>&1 || status=$?
[ "$status" = 3 ] || fail "compressed shards gave $status: $(cat "$work/out")"
grep -q "is compressed" "$work/out" || fail "$(cat "$work/out")"
status=0
"$program" evaluate --model "$work/mlm-memory" --data "$work/compressed" data.line_by_line=true \
    data.streaming=true >"$work/out" 2>&1 || status=$?
[ "$status" = 3 ] || fail "evaluate of compressed shards gave $status: $(cat "$work/out")"
grep -q "is compressed" "$work/out" || fail "$(cat "$work/out")"

# --- a shard that changes while a run uses it: one line with the file, the code of wrong data, no hang
cp -r "$work/shards-mlm" "$work/changing"
"${mpirun[@]}" -n 2 "$program" train model.name=$golden/mlm model.task=mlm "data.train=$work/changing" \
    data.line_by_line=true data.streaming=true training.eval_strategy=no training.batch_size=2 \
    training.epochs=100000 training.learning_rate=5.0e-5 logging.every_steps=1 cluster.threads_per_rank=1 \
    "checkpoint.directory=$work/changed" checkpoint.every_minutes=0 >"$work/changed.out" 2>"$work/changed.err" &
job=$!
await '"step": 5,' "$work/changed/metrics.jsonl"
shard=$(ls "$work"/changing/shard-*.h5)
truncate -s 100 "$shard"
status=0
wait "$job" || status=$?
[ "$status" = 3 ] || fail "a changed shard gave $status: $(cat "$work/changed.err")"
[ "$(grep -c '^mpibert: ' "$work/changed.err")" = 1 ] || fail "not one line: $(cat "$work/changed.err")"
grep -q "it was cut while it was read.*$(basename "$shard")" "$work/changed.err" ||
    fail "$(cat "$work/changed.err")"
