#!/usr/bin/env bash
# JSON with lists of words and tags, as the Hub's data sets have them, is trained on, evaluated and
# predicted as the same sentences in CoNLL's columns are, bit for bit; what is no sentence is refused.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task/token
names='["B-A", "B-B", "I-A", "I-B", "O"]'
columns=(data.text_column=tokens data.label_column=ner_tags)

# lists: sentences of CoNLL, a JSON object a line; with NUMBERS=1 tags as positions in the names.
lists() {
    awk -v numbers="${NUMBERS:-0}" '
        BEGIN { split("B-A B-B I-A I-B O", names); for (i in names) number[names[i]] = i - 1 }
        NF { words = words (n ? ", " : "") "\"" $1 "\""
             tags = tags (n++ ? ", " : "") (numbers ? number[$2] : "\"" $2 "\"") }
        !NF { print "{\"tokens\": [" words "], \"ner_tags\": [" tags "]}"; words = tags = ""; n = 0 }'
}
{ cat $golden/data.conll; echo; } | cat -s >"$work/data.conll"
lists <"$work/data.conll" >"$work/words.jsonl"
NUMBERS=1 lists <"$work/data.conll" >"$work/numbers.jsonl"
sed '1s/^/[/; $!s/$/,/; $s/$/]/' "$work/numbers.jsonl" >"$work/numbers.json"
head -n 1 "$work/numbers.jsonl" | grep -q '"ner_tags": \[0, 1\]' || fail "$(head -n 1 "$work/numbers.jsonl")"

# train_on RANKS RUN DATA SETTING...
train_on() {
    local ranks=$1 run=$2 data=$3
    shift 3
    on "$ranks" train model.name=$golden "data.train=$data" "data.validation=$data" model.task=token data.shuffle=false \
        model.max_seq_length=24 training.batch_size=8 training.epochs=2 training.learning_rate=5.0e-4 \
        cluster.threads_per_rank=1 "checkpoint.directory=$work/$run" "$@" >"$work/$run.out" 2>"$work/err" ||
        fail "$run: $(cat "$work/err")"
}

# --- the same weights
train_on 2 of-columns "$work/data.conll" "model.label_names=$names"
train_on 2 of-words "$work/words.jsonl" "${columns[@]}"
train_on 2 of-numbers "$work/numbers.jsonl" "${columns[@]}" "model.label_names=$names"
train_on 2 of-list "$work/numbers.json" "${columns[@]}" "model.label_names=$names"
for run in of-words of-numbers of-list; do
    cmp "$work/of-columns/final/model.safetensors" "$work/$run/final/model.safetensors" ||
        fail "other weights $run"
done
grep -q '2 types of entities: A [0-9]*, B [0-9]*$' "$work/of-numbers.out" || fail "$(cat "$work/of-numbers.out")"

# --- the same figures, also by a model that knows the members' names
"$program" evaluate --model $golden --data "$work/data.conll" >"$work/want" 2>/dev/null
for data in words.jsonl numbers.jsonl numbers.json; do
    for ranks in 1 3; do
        on $ranks evaluate --model $golden --data "$work/$data" "${columns[@]}" >"$work/got" 2>"$work/err" ||
            fail "$(cat "$work/err")"
        cmp "$work/want" "$work/got" || fail "other figures of $data on $ranks ranks"
    done
done
"$program" evaluate --model "$work/of-columns" --data "$work/data.conll" >"$work/want" 2>/dev/null
"$program" evaluate --model "$work/of-numbers" --data "$work/numbers.jsonl" >"$work/got" 2>/dev/null
cmp "$work/want" "$work/got" || fail "other figures of its own model"

# --- the same predictions, with and without tags, and of texts that are not split
"$program" predict --model $golden --input "$work/data.conll" >"$work/want" 2>/dev/null
sed -E 's/, "ner_tags": .*/}/' "$work/words.jsonl" >"$work/untagged.jsonl"
for data in words.jsonl numbers.json untagged.jsonl; do
    on 2 predict --model $golden --input "$work/$data" "${columns[@]}" >"$work/got" 2>"$work/err" ||
        fail "$(cat "$work/err")"
    cmp "$work/want" "$work/got" || fail "other words of $data"
done
sed 's/.*/{"text": "&"}/' $golden/texts.txt >"$work/texts.jsonl"
"$program" predict --model $golden --input $golden/texts.txt >"$work/want" 2>/dev/null
"$program" predict --model "$work/of-words" --input "$work/texts.jsonl" >"$work/got" 2>"$work/err" ||
    fail "texts of a model of lists: $(cat "$work/err")"
[ "$(wc -l <"$work/want")" = "$(wc -l <"$work/got")" ] || fail "not a line a text"

# --- shards of lists
alone preprocess model.name=$golden model.task=token "data.train=$work/numbers.jsonl" "${columns[@]}" \
    "model.label_names=$names" model.max_seq_length=24 data.val_split=0 data.shuffle=false --output "$work/shards"
train_on 2 of-shards "$work/shards" "data.validation=$work/data.conll"
cmp "$work/of-columns/final/model.safetensors" "$work/of-shards/final/model.safetensors" ||
    fail "other weights of shards"

# refuses MESSAGE LINE SETTING...: of the second line of a file
refuses() {
    local message=$1 status=0
    { head -n 1 "$work/words.jsonl"; echo "$2"; } >"$work/bad.jsonl"
    shift 2
    on 2 train model.name=$golden model.task=token "data.train=$work/bad.jsonl" data.val_split=0 \
        "checkpoint.directory=$work/no" "${columns[@]}" "$@" >"$work/out" 2>"$work/err" || status=$?
    [ $status = 3 ] || fail "exit code $status: $(cat "$work/err")"
    grep -qF "$message ($work/bad.jsonl, line 2)" "$work/err" || fail "$(cat "$work/err")"
}
refuses "member 'tokens' has 2 words and member 'ner_tags' 1 tags, one tag a word was expected" \
    '{"tokens": ["w1", "w2"], "ner_tags": ["O"]}'
refuses "member 'tokens' is an empty list, words were expected" '{"tokens": [], "ner_tags": []}'
refuses "tag 0 of member 'ner_tags' is the number 4, a text was expected, or model.label_names=[...], which names numbers from 0 on" \
    '{"tokens": ["w1"], "ner_tags": [4]}'
refuses "tag 0 of member 'ner_tags' is 5, one of the 5 label names was expected, which are numbered from 0" \
    '{"tokens": ["w1"], "ner_tags": [5]}' "model.label_names=$names"
refuses "tag 'B-' names no type of entity" '{"tokens": ["w1"], "ner_tags": ["B-"]}'
