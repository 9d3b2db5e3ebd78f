#!/usr/bin/env bash
# predict says of each kind of output what transformers' pipeline says; where its lines come from and
# go to.
. "$(dirname "$0")/lib.sh"

program=$(realpath "$program")
golden=tests/golden/outputs

# model NAME KIND: a copy whose problem_type is KIND.
model() {
    rm -rf "$work/model"
    cp -r "$golden/$1" "$work/model"
    chmod -R u+w "$work/model"
    [ "$2" = none ] || sed -i "1a \"problem_type\": \"$2\"," "$work/model/config.json"
}
predict() {
    "$program" predict --model "$work/model" "$@" 2>"$work/err" || fail "predict: $(cat "$work/err")"
}
# numbers FILE: those in brackets, or else the score, one a line.
numbers() {
    sed -E 's/.*"scores": *\[([^]]*)\].*/\1/; s/.*"score": *([^,}]*).*/\1/; s/[][]//g; s/, */\n/g' "$1"
}

for expected in "$golden"/*.jsonl; do
    kind=$(basename "$expected" .jsonl)
    model "${kind%%.*}" "${kind#*.}"
    predict <"$golden/texts.txt" >"$work/$kind"
    numbers "$expected" >"$work/want"
    numbers "$work/$kind" >"$work/got"
    near "$work/want" "$work/got" 2e-5 || fail "$kind" # floats: a logit of 0.04 is a sum of numbers near 3
done

# has KIND TEXT: the first line of that kind.
has() {
    head -n 1 "$work/$1" | grep -qF -- "$2" || fail "$1 says $(head -n 1 "$work/$1"), without $2"
}
has several.none '"label": "loud", "score": 0.64'
has several.none '"label_names": ["wet", "cold", "loud"]'
has several.multi_label_classification '"id": "0", "labels": ["wet", "loud"], "scores": ['
has one.none '"label": "LABEL_0", "score": 0.10'
has one.regression '{"id": "0", "score": -2.17'
! grep -q label "$work/one.regression" || fail "a number has a label"

# A line alone reads as a header. What is said names the remedy.
predict 'data.remove_noise=[headers]' < <(printf 'a line\nanother\n') >"$work/out"
grep -q '2 of 2 texts are empty after data.remove_noise.*data.remove_noise=null' "$work/err" ||
    fail "empty texts: $(cat "$work/err")"
predict < <(echo 'a line') >"$work/out"
! grep -q 'empty after' "$work/err" || fail "nothing is removed: $(cat "$work/err")"

# Tables by the ending, each with the columns of its kind.
table() {
    predict --output "$work/table.$1" <"$golden/texts.txt"
    [ "$(wc -l <"$work/table.$1")" = 4 ] || fail "three rows and a head were expected"
    head -n 1 "$work/table.$1" | tr -d '\r' | tr '\t' '|' >"$work/head"
    [ "$(cat "$work/head")" = "$2" ] || fail "$1 begins with $(cat "$work/head") instead of $2"
}
model several none
table csv 'id,label,score,wet,cold,loud'
table TSV 'id|label|score|wet|cold|loud'
tail -n +2 "$work/table.TSV" | cut -f 3 >"$work/third"
predict <"$golden/texts.txt" | sed -E 's/.*"score": *([^,]*),.*/\1/' >"$work/score"
near "$work/score" "$work/third" 1e-8 # nine digits
! grep -q "$(printf '\r')" "$work/table.TSV" || fail "a carriage return in TSV"
model several multi_label_classification
table csv 'id,labels,wet,cold,loud'
sed -n 2p "$work/table.csv" | grep -q '^0,"wet,loud",' || fail "$(sed -n 2p "$work/table.csv")"
model several regression
table tsv 'id|wet|cold|loud'
model one regression
table csv 'id,score'
model several none

# "-" is standard input, and standard output.
predict <"$golden/texts.txt" >"$work/plain"
predict --input - --output - <"$golden/texts.txt" >"$work/dash"
cmp "$work/plain" "$work/dash" || fail "- is not the standard streams"
[ ! -e - ] || fail "a file of the name - appeared"
for ranks in 2 3; do
    on "$ranks" predict --model "$work/model" --input - <"$golden/texts.txt" >"$work/dash" 2>/dev/null
    cmp "$work/plain" "$work/dash" || fail "- on $ranks ranks"
done

# A run is its final model, as soon as there is one.
mkdir -p "$work/run"
touch "$work/run/config.yaml"
refuses 3 "the run has no final model yet" predict --model "$work/run"
cp -r "$work/model" "$work/run/final"
"$program" predict --model "$work/run" <"$golden/texts.txt" >"$work/run.jsonl" 2>"$work/err"
cmp "$work/plain" "$work/run.jsonl" || fail "--model RUN: $(cat "$work/err")"

# Nothing that is read is written over.
printf 'text,label\nrain,wet\nsnow,cold\n' >"$work/data.csv"
cp "$work/data.csv" "$work/copy.csv"
refuses 2 "--output is the file of --input" predict --model "$work/model" --input "$work/data.csv" \
    --output "$work/data.csv"
refuses 2 "--output is the file of --data" evaluate --model "$work/model" --data "$work/data.csv" \
    --output "$work/../$(basename "$work")/data.csv"
cmp "$work/data.csv" "$work/copy.csv" || fail "data was written over"

# evaluate: no model of one output; which F1 it is; labels that are the model's kind; and no file that
# nobody asked for.
golden=$PWD/$golden
for model in one several; do
    (cd "$work" && exec "$program" evaluate --model "$golden/$model" --data data.csv) \
        >"$work/$model.out" 2>"$work/$model.err" || echo "exit code $?" >>"$work/$model.err"
done
[ ! -e "$work/metrics.json" ] || fail "metrics.json appeared unasked"
grep -q '"f1_average": "macro"' "$work/several.out" || fail "$(cat "$work/several.out")"
grep -q 'the model has 1 output, evaluate scores models' "$work/one.err" || fail "$(cat "$work/one.err")"
grep -q 'exit code 3' "$work/one.err" || fail "$(cat "$work/one.err")"
model several multi_label_classification
alone evaluate --model "$work/model" --data "$work/data.csv"
grep -q '"micro_f1": ' "$work/alone" || fail "$(cat "$work/alone")"
model several regression
refuses 3 "label 'wet' is not a number" evaluate --model "$work/model" --data "$work/data.csv"
