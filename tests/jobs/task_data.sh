#!/usr/bin/env bash
# The small data sets of each kind become shards, on any number of ranks with the same bytes, and wrong
# data of each kind is refused with its line.
. "$(dirname "$0")/lib.sh"

common=("${random_model[@]}" model.max_seq_length=64 cluster.threads_per_rank=1)
questions=(data.train=datasets/questions/train.json data.stride=8)
choices=(model.task=choice data.train=datasets/choices/train.jsonl
    data.text_column=context data.text_column_b=question)

# prepares NAME SEQUENCES SETTING...: two ranks and one give shards of so many sequences, byte for byte.
prepares() {
    local name=$1 expected=$2 found
    shift 2
    alone preprocess "${common[@]}" "$@" --output "$work/$name-1"
    on 2 preprocess "${common[@]}" "$@" --output "$work/$name" >"$work/$name.log" 2>&1 ||
        fail "$name: $(cat "$work/$name.log")"
    diff -r "$work/$name-1" "$work/$name" || fail "$name: the bytes depend on the ranks"
    found=$("$program" inspect "$work/$name" --json | sed -nE 's/.*"sequences": ([0-9]+).*/\1/p')
    [ "$found" = "$expected" ] || fail "$name: $found sequences instead of $expected"
}

prepares pairs 192 data.train=datasets/pairs/train.tsv data.text_column=premise \
    data.text_column_b=hypothesis
prepares scores 144 model.task=regression data.train=datasets/scores/train.csv \
    data.text_column=sentence1 data.text_column_b=sentence2 data.label_column=score
prepares topics 160 model.task=multilabel data.train=datasets/topics/train.jsonl \
    data.label_column=labels
prepares entities 168 data.train=datasets/entities/train.conll
prepares choices 384 "${choices[@]}"
for name in pairs scores topics text pretraining probe gradual lora adapter; do
    alone train --config "configs/$name.yaml" "${random_model[@]}" training.max_steps=2 \
        "checkpoint.directory=$work/run-$name"
done
"$program" inspect "$work/topics/shard-00000-of-00001.h5" >"$work/out" || fail "a table of labels"

# Questions keep their references; answers that no window of so few tokens holds are counted.
alone preprocess "${common[@]}" "${questions[@]}" model.max_seq_length=32 --output "$work/questions"
grep -qE '^[^0-9]*[0-9]+ of [0-9]+ answers are out of reach' "$work/alone" || fail "$(cat "$work/alone")"
! grep -q 'no effect' "$work/alone" || fail "data.stride: $(cat "$work/alone")"
"$program" inspect "$work/questions" --json >"$work/out"
grep -q '"references": [1-9]' "$work/out" || fail "$(cat "$work/out")"

refuses 2 "of model.task choice each choice is one sequence" preprocess "${common[@]}" "${choices[@]}" \
    data.long_documents=chunk --output "$work/no"
printf '{"context": "c", "question": "q", "choices": ["a", "b"], "label": [0, 1]}\n' >"$work/two.jsonl"
refuses 3 "the question has 2 right answers, one was expected ($work/two.jsonl, line 1)" \
    preprocess "${common[@]}" "${choices[@]}" "data.train=$work/two.jsonl" --output "$work/no"
printf 'a\tO\nb\tO\n' >"$work/nothing.conll"
refuses 3 "all words have the tag 'O'" preprocess "${common[@]}" "data.train=$work/nothing.conll" \
    --output "$work/no"
printf 'a\tB-\nb\tO\n' >"$work/type.conll"
refuses 3 "tag 'B-' names no type of entity ($work/type.conll, line 1)" \
    preprocess "${common[@]}" "data.train=$work/type.conll" --output "$work/no"

# One entity of many begins with I-: said once, with its line, and counted as an entity.
{
    cat datasets/entities/train.conll
    printf '\nSaltmere\tI-LOC\nsleeps\tO\n'
} >"$work/mixed.conll"
on 2 preprocess "${common[@]}" "data.train=$work/mixed.conll" --output "$work/mixed" \
    >"$work/out" 2>&1 || fail "$(cat "$work/out")"
line=$(($(wc -l <datasets/entities/train.conll) + 2))
[ "$(grep -c 'warning: 1 of .* entities begin with I- where the others' "$work/out")" = 1 ] ||
    fail "$(cat "$work/out")"
grep -qF "mixed.conll, line $line)" "$work/out" || fail "line $line: $(cat "$work/out")"
