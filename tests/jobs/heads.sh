#!/usr/bin/env bash
# Models of all classes are known for what they are, and a start for training.
. "$(dirname "$0")/lib.sh"

# opened NAME: a copy of a golden model, with a vocabulary.
opened() {
    rm -rf "$work/model"
    cp -r "tests/golden/model/$1" "$work/model"
    chmod -R u+w "$work/model"
    cp tests/golden/model/bert/vocab.txt "$work/model"
}

# check NAME CLASS
check() {
    opened "$1"
    "$program" inspect "$work/model" >"$work/out" || fail "inspect $1"
    grep -qE "^class +$2$" "$work/out" || fail "inspect $1 says $(cat "$work/out")"
    grep -qE '^trained_head +true$' "$work/out" || fail "inspect $1 finds no head"
}
printf 'w4 w5 w6\n' >"$work/text.txt"
printf 'text,label\nw4 w5,a\nw6 w7,b\nw4 w8,a\nw6 w9,b\nw5 w4,a\nw7 w6,b\n' >"$work/data.csv"
check bert-spans BertForQuestionAnswering
check bert-choice BertForMultipleChoice
check bert-next BertForNextSentencePrediction
check bert-pretraining BertForPreTraining
refuses 2 "the vocabulary has no [MASK]" predict --model "$work/model" --input "$work/text.txt"
check distilbert-words DistilBertForMaskedLM
refuses 2 "the vocabulary has no [MASK]" evaluate --model "$work/model" --data "$work/text.txt"
! grep -q label_names "$work/out" || fail "words have label names: $(cat "$work/out")"

# Training takes the encoder, and what comes of it is a classifier.
for name in bert-words distilbert-spans bert-tokens; do
    opened "$name"
    rm -rf "$work/run"
    "$program" train --config configs/newsposts.yaml model.name="$work/model" \
        model.max_seq_length=16 data.train="$work/data.csv" training.epochs=1 \
        training.batch_size=2 checkpoint.directory="$work/run" >"$work/out" 2>&1 ||
        fail "training from $name: $(cat "$work/out")"
    grep -q 'ForSequenceClassification"' "$work/run/final/config.json" || fail "$name: another class"
    "$program" predict --model "$work/run" --input "$work/text.txt" >"$work/lines" 2>/dev/null ||
        fail "the model trained from $name predicts nothing"
    grep -qE '"label": "(a|b)"' "$work/lines" || fail "$name: $(cat "$work/lines")"
done
