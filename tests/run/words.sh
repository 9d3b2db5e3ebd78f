#!/usr/bin/env bash
# Masked words, alone and with next sentences, from end to end: losses and metrics are those of
# transformers with the same masks (tests/golden/task), on 1 to 4 ranks, however the optimizer is shared
# out; a run resumes bit for bit; other tasks start from its model; what does not fit is refused.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task
# All sequences are one step, so that their order does not matter.
steps=(data.shuffle=false training.batch_size=64 training.epochs=10 training.learning_rate=5.0e-4
    training.scheduler=constant logging.every_steps=1 cluster.threads_per_rank=1)
declare -A read=([mlm]=data.line_by_line=true [pretraining]=model.max_seq_length=40)

# train_on RANKS TASK RUN SETTING...
train_on() {
    local ranks=$1 task=$2 run=$3
    shift 3
    on "$ranks" train "model.name=$golden/$task" "model.task=$task" "data.train=$golden/$task/data.txt" \
        "data.validation=$golden/$task/data.txt" "${read[$task]}" "${steps[@]}" \
        "checkpoint.directory=$work/$run" "$@" >"$work/$run.out" 2>"$work/$run.err" ||
        fail "$run: $(cat "$work/$run.err")"
}
# check_losses RUN GOLDEN: float32 beside float64, 1e-5 of a loss.
check_losses() {
    losses "$work/$1" >"$work/losses"
    near "$golden/$2" "$work/losses" 1e-5 || fail "$1"
}
# weights_of RUN

# --- losses
train_on 1 mlm mlm-1
train_on 2 mlm mlm-2 cluster.shard_optimizer=true
train_on 3 mlm mlm-3 cluster.shard_optimizer=true
train_on 4 mlm mlm-4
train_on 2 mlm mlm-after cluster.overlap=false
for run in mlm-1 mlm-2 mlm-3 mlm-4 mlm-after; do
    check_losses "$run" mlm/losses.txt
done
train_on 2 mlm whole training.whole_word_mask=true
check_losses whole mlm/whole_words.txt
train_on 1 pretraining pretraining-1
train_on 3 pretraining pretraining-3 cluster.shard_optimizer=true
check_losses pretraining-1 pretraining/losses.txt
check_losses pretraining-3 pretraining/losses.txt

# Micro-batches of a step have one divisor: their losses are those of all sequences at once.
train_on 2 mlm parts training.batch_size=5 training.gradient_accumulation_steps=5
check_losses parts mlm/losses.txt

# LAMB goes by the norm of each tensor, of which the tied decoder is one. Losses after sums in another
# order: 1e-5.
train_on 1 mlm lamb-1 training.optimizer=lamb
train_on 3 mlm lamb-3 training.optimizer=lamb cluster.shard_optimizer=true
losses "$work/lamb-1" >"$work/want"
losses "$work/lamb-3" >"$work/got"
near "$work/want" "$work/got" 1e-5

# bf16 has 8 bits: 1e-2 of a loss after ten steps.
for task in mlm pretraining; do
    train_on 2 "$task" "$task-short" training.precision=bf16
    losses "$work/$task-short" >"$work/got"
    near "$golden/$task/losses.txt" "$work/got" 1e-2
done

# --- metrics: 1e-5 of a figure, the same to the last digit on all ranks, and as validation has them
for task in mlm pretraining; do
    same_metrics --model $golden/$task --data $golden/$task/data.txt "${read[$task]}" \
        training.eval_batch_size=5
    near_members $golden/$task/metrics.txt "$work/metrics1" 1e-5
done
grep -q '^Epoch | Train Loss | Train Perplexity | Val Perplexity$' "$work/mlm-1.out" ||
    fail "$(grep Epoch "$work/mlm-1.out")"
awk '$1 == 1 { first = $NF } $1 == 10 { exit !($NF < 0.9 * first) }' "$work/mlm-1.out" ||
    fail "perplexity does not fall: $(cat "$work/mlm-1.out")"
on 2 evaluate --model "$work/mlm-1" --data $golden/mlm/data.txt >"$work/metrics" 2>/dev/null
sed -nE 's/.*"perplexity": ([0-9.]+).*/\1/p' "$work/metrics" >"$work/got"
sed -nE 's/.*"eval_perplexity": ([0-9.]+).*/\1/p' "$work/mlm-1/metrics.jsonl" | tail -1 >"$work/want"
near "$work/want" "$work/got" 1e-5

# --- stopped and continued, bit for bit, on other numbers of ranks too
for task in mlm pretraining; do
    train_on 1 $task $task-all training.deterministic=true checkpoint.every_steps=4 checkpoint.keep=9
    mkdir -p "$work/$task-again/checkpoints"
    cp -r "$work/$task-all/checkpoints/step-00000004" "$work/$task-again/checkpoints/"
    train_on 4 $task $task-again training.deterministic=true cluster.shard_optimizer=true
    cmp "$(weights_of $task-all)" "$(weights_of $task-again)" || fail "$task: other weights"
done

# --- other tasks start from its model, and it from theirs
grep -q '"BertForMaskedLM"' "$work/mlm-1/final/config.json" || fail "another class"
train_on 1 mlm onwards "model.name=$work/mlm-1/final" training.epochs=1
! grep -q 'starts at random' "$work/onwards.out" || fail "the head is lost: $(cat "$work/onwards.out")"
losses "$work/onwards" >"$work/got"
awk '{ exit !($1 < 4.2) }' "$work/got" || fail "the model is lost: $(cat "$work/got")"
printf 'text,label\nw1 w2,a\nw3 w4,b\nw5 w6,a\nw7 w8,b\n' >"$work/labels.csv"
alone train "model.name=$work/mlm-1/final" "data.train=$work/labels.csv" data.val_split=0 \
    training.epochs=1 "checkpoint.directory=$work/labels"
grep -q 'Head: starts at random' "$work/alone" || fail "$(cat "$work/alone")"
train_on 1 pretraining from-labels "model.name=$work/labels/final" training.epochs=1
grep -q 'Head: starts at random' "$work/from-labels.out" || fail "$(cat "$work/from-labels.out")"

# --- texts are packed unless they go line by line
train_on 1 mlm packed data.line_by_line=false model.max_seq_length=24 training.epochs=1
grep -q 'tokens in 1[0-9] sequences' "$work/packed.out" || fail "$(grep Data "$work/packed.out")"
alone preprocess "model.name=$golden/mlm" model.task=mlm "data.train=$golden/mlm/data.txt" \
    data.line_by_line=true data.shuffle=false data.val_split=0 model.max_seq_length=48 \
    --output "$work/shards"
train_on 2 mlm of-shards "data.train=$work/shards" model.max_seq_length=48
check_losses of-shards mlm/losses.txt

# refuses CODE MESSAGE COMMAND...
refuses() {
    local want=$1 message=$2 status=0
    shift 2
    "$program" "$@" >"$work/alone" 2>&1 || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
    [ "$(grep -vc warning: "$work/alone")" = 1 ] || fail "not one line: $(cat "$work/alone")"
    grep -qF "$message" "$work/alone" || fail "$* says $(cat "$work/alone")"
}
new=(train "model.name=$golden/mlm" "data.train=$golden/mlm/data.txt" "checkpoint.directory=$work/no")
refuses 2 "training.mlm_probability" "${new[@]}" training.mlm_probability=0
refuses 2 "model.num_labels or model.label_names is given, model.task mlm has no labels" "${new[@]}" \
    model.num_labels=3
refuses 2 "training.label_smoothing is 0.1, model.task mlm has no labels" "${new[@]}" \
    training.label_smoothing=0.1
refuses 2 "the vocabulary has no [MASK]" "${new[@]}" model.name=$golden/multilabel
cp -r tests/golden/model/distilbert "$work/distilbert"
chmod -R u+w "$work/distilbert"
cp $golden/mlm/vocab.txt "$work/distilbert"
refuses 3 "a distilbert has no head for next sentences" "${new[@]}" model.task=pretraining \
    "model.name=$work/distilbert" "data.train=$golden/pretraining/data.txt"
refuses 2 "training.mlm_probability" train "model.name=$golden/mlm" model.task=mlm \
    "data.train=$golden/mlm/data.txt" "data.validation=$golden/mlm/data.txt" "${read[mlm]}" "${steps[@]}" \
    "checkpoint.directory=$work/mlm-1" training.mlm_probability=0.3
