#!/usr/bin/env bash
# What is wrong for a task is refused in one line with its exit code: labels of another kind, data and
# shards of another task, heads that a model lacks, settings that mean nothing.
. "$(dirname "$0")/lib.sh"

classifier=tests/golden/model/bert
regression=tests/golden/task/regression
multilabel=tests/golden/task/multilabel

# refuses CODE TEXT COMMAND...
refuses() {
    local want=$1 text=$2 status=0
    shift 2
    "$program" "$@" >"$work/out" 2>"$work/err" || status=$?
    [ "$status" = "$want" ] || fail "exit code $status instead of $want of $*: $(cat "$work/err")"
    [ "$(grep -vc warning: "$work/err")" = 1 ] || fail "not one line of $*: $(cat "$work/err")"
    grep -qF "$text" "$work/err" || fail "$* says $(cat "$work/err")"
}
# data NAME LINE...: NAME.jsonl
data() {
    local name=$1
    shift
    printf '%s\n' "$@" >"$work/$name.jsonl"
}
# trains CODE TEXT TASK MODEL NAME SETTING...: on NAME.jsonl
trains() {
    local code=$1 text=$2 task=$3 model=$4 name=$5
    shift 5
    refuses "$code" "$text" train "model.name=$model" model.max_seq_length=24 "model.task=$task" \
        data.val_split=0 "data.train=$work/$name.jsonl" "checkpoint.directory=$work/no" "$@"
    [ ! -e "$work/no/config.yaml" ] || fail "a run began that was refused"
}
# evaluates TEXT MODEL PATH: also on three ranks, with the same line
evaluates() {
    local status=0
    refuses 3 "$1" evaluate --model "$2" --data "$3"
    on 3 evaluate --model "$2" --data "$3" >"$work/out" 2>"$work/err3" || status=$?
    [ "$status" = 3 ] || fail "exit code $status on three ranks: $(cat "$work/err3")"
    grep -qF "$1" "$work/err3" || fail "three ranks say $(cat "$work/err3")"
}

data words '{"text": "w5", "label": "good"}' '{"text": "w6", "label": "bad"}'
data several '{"text": "w5", "label": ["a", "b"]}' '{"text": "w6", "label": "a"}'
data nan '{"text": "w5", "label": NaN}'
data nan_text '{"text": "w5", "label": "nan"}'
data infinite '{"text": "w5", "label": "-inf"}'
data large '{"text": "w5", "label": 1e39}'
data null '{"text": "w5", "label": null}'
data missing '{"text": "w5"}'
data object '{"text": "w5", "label": {"a": 1}}'
data scores '{"text": "w5", "label": 0.5}' '{"text": "w6", "label": 0.25}'
data ok '{"text": "w5", "label": "north"}' '{"text": "w6", "label": "east"}' \
    '{"text": "w7", "label": "süd"}'
: >"$work/empty.jsonl"

# --- labels of the wrong kind: 3
trains 3 "label 'good' is not a number, a score was expected ($work/words.jsonl, line 1)" \
    regression $regression words
trains 3 "member 'label' is NaN or infinite" regression $regression nan
trains 3 "label 'nan' is not a finite number" regression $regression nan_text
trains 3 "label '-inf' is not a finite number" regression $regression infinite
trains 3 "label '1e39' is not a finite number" regression $regression large
trains 3 "the example has 2 labels, one score was expected" regression $regression several
trains 3 "the example has 2 labels, one was expected; several are model.task: multilabel" \
    classification $classifier several
trains 3 "member 'label' is a number, a string, true, false or a whole number was expected" \
    classification $classifier scores
for task in "classification $classifier" "regression $regression" "multilabel $multilabel"; do
    # shellcheck disable=SC2086
    for wrong in "null|is null" "missing|there is no member 'label'" "object|is an object" \
        "empty|there is no example"; do
        trains 3 "${wrong#*|}" $task "${wrong%|*}"
    done
done
evaluates "label 'good' is not one of the model's 3: north, east, süd" $classifier "$work/words.jsonl"
evaluates "label 'good' is not one of the model's 4: even, long, odd, small" $multilabel \
    "$work/words.jsonl"
evaluates "label 'good' is not a number" $regression "$work/words.jsonl"
evaluates "there is no example" $classifier "$work/empty.jsonl"

# --- data of another task: 3
for task in "classification $classifier" "regression $regression" "multilabel $multilabel"; do
    # shellcheck disable=SC2086
    for wrong in "entities/train.conll|a sentence of tagged words" "questions/train.json|a question"; do
        refuses 3 "the example is ${wrong#*|}" train "model.name=${task#* }" \
            "model.task=${task% *}" model.max_seq_length=24 "data.train=datasets/${wrong%|*}" \
            "checkpoint.directory=$work/no"
        refuses 3 "the example is ${wrong#*|}" evaluate --model "${task#* }" \
            --data "datasets/${wrong%|*}"
    done
done

# --- shards of another task: 3 where the model says what it is, 2 where the configuration does
shards() { # NAME MODEL TASK DATA
    "$program" preprocess "model.name=$2" "model.task=$3" model.max_seq_length=24 "data.train=$4" \
        --output "$work/$1" >"$work/out" 2>&1 || fail "shards: $(cat "$work/out")"
}
shards labels $classifier classification "$work/ok.jsonl"
shards numbers $regression regression $regression/data.jsonl
shards tags $classifier token datasets/entities/train.conll
for shards in numbers tags; do
    evaluates "the shards were made for model.task " $classifier "$work/$shards"
    refuses 3 "the model is one of classification: preprocess the data again" predict \
        --model $classifier --input "$work/$shards"
done
evaluates "the shards were made for model.task classification, the model is one of regression" \
    $regression "$work/labels"
evaluates "the shards were made for model.task regression, the model is one of multilabel" \
    $multilabel "$work/numbers"
refuses 2 "model.task is regression, the shards were made for classification" train \
    model.name=$regression model.task=regression "data.train=$work/labels" \
    "checkpoint.directory=$work/no"
refuses 2 "model.task is classification, the shards were made for regression" train \
    model.name=$classifier "data.train=$work/labels" "data.validation=$work/numbers" \
    "checkpoint.directory=$work/no"
"$program" evaluate --model $classifier --data "$work/labels" >"$work/out" 2>"$work/err" ||
    fail "shards of the model's own task: $(cat "$work/err")"

# --- settings that the task lacks: 2
trains 2 "training.class_weights has 2 numbers, 3 were expected, one a label: east, north" \
    classification $classifier ok 'training.class_weights=[1, 2]' \
    'model.label_names=[east, north, süd]' model.initialize=random
trains 2 "checkpoint.metric_for_best_model is 'pearson', for model.task classification allowed are accuracy" \
    classification $classifier ok checkpoint.metric_for_best_model=pearson
trains 2 "checkpoint.metric_for_best_model is 'accuracy', for model.task multilabel allowed are micro_f1" \
    multilabel $multilabel ok checkpoint.metric_for_best_model=accuracy
trains 2 "training.label_smoothing is 0.1, model.task regression has no labels" \
    regression $regression scores training.label_smoothing=0.1
trains 2 "training.class_weights is given, model.task regression has no labels" \
    regression $regression scores training.class_weights=balanced
trains 2 "checkpoint.greater_is_better is true, but loss is better where it is smaller" \
    classification $classifier ok metric_for_best_model=eval_loss greater_is_better=true
trains 2 "checkpoint.greater_is_better is false, but pearson is better where it is greater" \
    regression $regression scores greater_is_better=false
