#!/usr/bin/env bash
# A run that collapses and one that overfits are said once, with the remedy, on any number of ranks,
# also when they are stopped and resumed; one that learns is left alone.
. "$(dirname "$0")/lib.sh"

# --- texts that are all the same, half of them of each label: no model can tell them apart
for i in $(seq 24); do
    printf '{"text": "the same words", "label": "%s", "labels": ["%s"]}\n' $((i % 2)) $((i % 2))
done >"$work/same.jsonl"
# --- texts whose labels have nothing to do with them: learned by heart
words=(book engine faith game driver market planet river)
for set in train validation; do
    for i in $(seq 32); do
        [ "$set" = train ] && label=$((i * i / 3 % 2)) || label=$((i / 2 % 2))
        printf '{"text": "%s %s %s", "label": "%s"}\n' "${words[i % 8]}" "${words[i / 4 % 8]}" \
            "${words[i * i % 8]}" $label
    done >"$work/$set.jsonl"
done

# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${random_model[@]}" model.max_seq_length=16 training.batch_size=8 \
        cluster.threads_per_rank=1 training.learning_rate=2.0e-5 "checkpoint.directory=$work/$run" \
        checkpoint.keep=9 "$@" >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}
same=("data.train=$work/same.jsonl" "data.validation=$work/same.jsonl" training.epochs=4)

# says RUN COUNT TEXT
says() {
    [ "$(grep -c "warning: $3" "$work/$1.err")" = "$2" ] || fail "$1: $(cat "$work/$1.err")"
}
collapsed="the model answers 100 % of the validation set alike, with a loss of 0\.[67]"

for ranks in 1 2 3; do
    train_on "$ranks" "same-$ranks" "${same[@]}"
    says "same-$ranks" 1 "$collapsed"
done
says same-1 1 ".*0.6931 being that of a guess.*training.learning_rate (it is 2e-05)"
train_on 2 several "${same[@]}" model.task=multilabel data.label_column=labels
says several 1 "$collapsed"
# --- words that are all the same, of which one in eight is an entity: nearly as well as a guess that
# knows this, all are "O"
for i in $(seq 24); do
    for j in $(seq 4); do
        [ $(((i * 5 + j) % 8)) = 0 ] && tag=B-X || tag=O
        printf 'same %s\n' $tag
    done
    echo
done >"$work/same.conll"
tags=("data.train=$work/same.conll" "data.validation=$work/same.conll" training.epochs=8
    training.learning_rate=1.0e-3)
train_on 2 tags "${tags[@]}"
says tags 1 "the model answers 100 % of the validation set alike, with a loss of 0\.[34].*0.3768 being that"
# --- questions whose choices are all the same, but for their case
for i in $(seq 24); do
    printf '{"text": "same", "choices": ["words", "Words", "WORDS"], "label": %d}\n' $((i % 3))
done >"$work/choices.jsonl"
train_on 3 choices "data.train=$work/choices.jsonl" "data.validation=$work/choices.jsonl" \
    training.epochs=3 model.task=choice
says choices 1 "the model answers 100 % of the validation set alike, with a loss of 1\.0986, 1.0986 being"
train_on 1 warming "${same[@]}" training.warmup_ratio=1
says warming 0 "the model answers"

# --- from the checkpoint before it was said, and from the one after
for epoch in 1 2; do
    mkdir -p "$work/again-$epoch/checkpoints"
    cp -r "$work/same-1/checkpoints/step-0000000$((3 * epoch))" "$work/again-$epoch/checkpoints/"
    train_on 1 "again-$epoch" "${same[@]}"
    says "again-$epoch" $((2 - epoch)) "$collapsed"
done

# --- overfitting
train_on 2 heart "data.train=$work/train.jsonl" "data.validation=$work/validation.jsonl" \
    training.epochs=12 training.learning_rate=2.0e-3 training.scheduler=constant
says heart 1 "the validation loss rose from .* while the training loss fell from .*early_stopping_patience"

# --- learning: labels that a word tells
for i in $(seq 32); do
    printf '{"text": "%s %s", "label": "%s"}\n' "${words[i % 2]}" "${words[2 + i % 5]}" $((i % 2))
done >"$work/told.jsonl"
train_on 1 learns "data.train=$work/told.jsonl" "data.validation=$work/told.jsonl" \
    training.epochs=3 training.batch_size=2 training.learning_rate=1.0e-3
says learns 0 "the [mv]"
grep -q '"eval_accuracy": 1.0' "$work/learns/metrics.jsonl" || fail "nothing was learned"
for i in $(seq 32); do
    printf 'book O\n%s O\ngame B-X\n\n' "${words[i % 4]}"
done | sed 's/^game O/game B-X/' >"$work/told.conll"
train_on 1 tells "data.train=$work/told.conll" "data.validation=$work/told.conll" training.epochs=4 \
    training.batch_size=4 training.learning_rate=1.0e-3
says tells 0 "the [mv]"
grep -q '"eval_f1": 1.0' "$work/tells/metrics.jsonl" || fail "no entity was learned"
