#!/usr/bin/env bash
# A model's directory keeps how its training text was read: evaluate and predict read theirs likewise.
. "$(dirname "$0")/lib.sh"

base=tests/golden/model/bert # 40 positions

# A pair in columns of other names, with quotes to leave out, longer than what is kept of it.
row() { printf '"> quoted\nw%d w%d %s","w%d w%d","%s"\n' "$1" $(($1 + 1)) "$long" "$1" $(($1 + 3)) "$2"; }
long=$(seq -f 'w%.0f' -s ' ' 30 55)
echo 'first,second,class' >"$work/data.csv"
for i in 4 5 6 7 8 9; do
    row "$i" yes
    row "$((i + 10))" no
done >>"$work/data.csv"

reading=(model.max_seq_length=24 data.text_column=first data.text_column_b=second
    data.label_column=class "data.remove_noise=[quotes]" data.max_chars=70
    data.long_documents=chunk data.stride=6 data.stride_mode=step data.document_pooling=max)
run=(model.name="$base" training.epochs=1 training.batch_size=4 cluster.threads_per_rank=1
    training.learning_rate=5e-5)

"$program" train "${run[@]}" data.train="$work/data.csv" "${reading[@]}" \
    checkpoint.directory="$work/run" >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
kept=$work/run/final/mpibert.json
checkpoint=$(find "$work/run/checkpoints" -mindepth 1 -maxdepth 1 | head -n 1)
for directory in "$work/run/best" "$checkpoint"; do
    cmp "$kept" "$directory/mpibert.json" || fail "$directory keeps something else"
done
tr -d ' \n' <"$kept" >"$work/kept"
[ "$(cat "$work/kept")" = '{"version":1,"settings":{"model.max_seq_length":24,'\
'"training.mlm_probability":0.15,"training.whole_word_mask":false,'\
'"data.text_column":"first","data.text_column_b":"second","data.label_column":"class",'\
'"data.score_columns":null,"data.choices_column":"choices","data.line_by_line":false,'\
'"data.remove_noise":["quotes"],"data.max_chars":70,"data.long_documents":"chunk",'\
'"data.stride":6,"data.stride_mode":"step","data.document_pooling":"max","inference.version_2_with_negative":"auto"}}' ] ||
    fail "mpibert.json says $(cat "$work/kept")"
grep -q '"model_max_length": 24' "$work/run/final/tokenizer_config.json" || fail "tokenizer_config.json"

# predicted NAME MODEL ARGUMENT...: logits of the training texts.
predicted() {
    local name=$1 model=$2
    shift 2
    "$program" predict --logits --model "$model" --input "$work/data.csv" "$@" >"$work/$name" \
        2>"$work/err" || fail "predict $*: $(cat "$work/err")"
}
cp -r "$work/run/final" "$work/without"
rm "$work/without/mpibert.json"
predicted told "$work/without" "${reading[@]}"
predicted kept "$work/run/final"
cmp "$work/told" "$work/kept" || fail "what the directory keeps is not how its text was read"
! grep -q "another way" "$work/err" || fail "$(cat "$work/err")"
predicted told "$work/run" "${reading[@]}"
! grep -q "another way" "$work/err" || fail "the same was called another: $(cat "$work/err")"
predicted bare "$work/without" data.text_column=first
! cmp -s "$work/kept" "$work/bare" || fail "the settings make no difference"
# Two starts that measure products may choose others, with other bits.
still=training.deterministic=true
for ranks in 1 3; do
    on "$ranks" evaluate --model "$work/run" --data "$work/data.csv" "$still" >"$work/metrics$ranks" 2>"$work/err"
    grep -q '"examples": 12,' "$work/metrics$ranks" || fail "evaluate on $ranks ranks"
done
cmp "$work/metrics1" "$work/metrics3" || fail "one rank and three score differently"

# What contradicts it has the last word, which is said in one line.
predicted other "$work/run" data.stride=3 "data.remove_noise=null" model.max_seq_length=24
grep 'another way' "$work/err" >"$work/line" || fail "$(cat "$work/err")"
grep -qF 'in brackets: data.remove_noise [] ([quotes]), data.stride 3 (6) (' "$work/line" ||
    fail "$(cat "$work/line")"
[ "$(wc -l <"$work/line")" = 1 ] || fail "more than a line"
! cmp -s "$work/kept" "$work/other" || fail "the command line has no effect"

# JSON lines in the form that is the same for all models are taken as well, plain text is not.
printf '{"first": "w4 w5", "second": "w6"}\n{"text": "w4 w5", "text_b": "w6"}\n' >"$work/in.jsonl"
"$program" predict --model "$work/run" --input "$work/in.jsonl" 2>/dev/null |
    sed 's/"id": "[0-9]*"//' | uniq | wc -l >"$work/lines"
[ "$(cat "$work/lines")" = 1 ] || fail "text and text_b are not the model's pair"
refuses 3 "there is no member 'first', the members are: word" predict --model "$work/run" \
    --input - data.format=jsonl <<<'{"word": "w4"}'
"$program" predict --model "$work/run" --input - data.format=jsonl data.text_column=elsewhere \
    <<<'{"text": "w4"}' >"$work/out" 2>"$work/err" && fail "a column that was asked for was replaced"
grep -q "there is no member 'elsewhere'" "$work/err" || fail "$(cat "$work/err")"
refuses 2 "plain text has single texts, pairs were expected" predict --model "$work/run" <<<"w4"
mkdir -p "$work/folder/yes"
echo w4 >"$work/folder/yes/1"
refuses 2 "a folder has single texts, pairs were expected" evaluate --model "$work/run" \
    --data "$work/folder"

# Shards say themselves how their text was read.
"$program" preprocess --output "$work/shards" model.name="$base" data.train="$work/data.csv" \
    "${reading[@]}" 2>/dev/null
"$program" train "${run[@]}" data.train="$work/shards" data.document_pooling=max \
    checkpoint.directory="$work/of-shards" >/dev/null 2>"$work/err" || fail "$(cat "$work/err")"
cmp "$kept" "$work/of-shards/final/mpibert.json" || fail "shards lose how their text was read"

# ... and are scored with a word where it was in another way than the model's.
says_of_shards() {
    "$program" evaluate --model "$work/run" --data "$work/shards" "$still" "$@" >"$work/metrics" \
        2>"$work/err" || fail "evaluate shards: $(cat "$work/err")"
    grep -c "the shards' text was read in another way" "$work/err" || true
}
[ "$(says_of_shards)" = 0 ] || fail "$(cat "$work/err")"
cmp "$work/metrics" "$work/metrics1" || fail "shards score in another way than their text"
"$program" preprocess --output "$work/shards" model.name="$base" data.train="$work/data.csv" \
    "${reading[@]}" data.remove_noise=null data.max_chars=null 2>/dev/null
[ "$(says_of_shards)" = 1 ] || fail "$(cat "$work/err")"
grep -qF 'brackets: data.remove_noise [] (["quotes"]), data.max_chars null (70) (' "$work/err" ||
    fail "$(cat "$work/err")"

# inspect shows it.
"$program" inspect "$work/run/final" >"$work/text"
grep -qE '^length +24$' "$work/text" && grep -qE '^ +data.stride +6$' "$work/text" ||
    fail "$(cat "$work/text")"

# Without the file all is as before; a file that is wrong is refused with what is wrong.
predicted bare "$work/without" "data.text_column=first"
wrong() {
    echo "$1" >"$work/without/mpibert.json"
    refuses 3 "$2" predict --model "$work/without" --input "$work/data.csv"
}
wrong '{"version": 2, "settings": {}}' "version is 2, this program reads version 1 ("
wrong '{"version": 1}' "member 'settings' is missing"
wrong '{"version": 1, "settings": {"data.train": "x"}}' "'data.train' is no setting of a model"
wrong '{"version": 1, "settings": {"data.stride": -2}}' "data.stride is '-2', a whole number"
wrong '{"version": 1, "settings": {"data.stride": [1]}}' "data.stride is of a kind"
wrong '{"version": 1, "settings": {"data.remove_noise": [1]}}' "data.remove_noise is of a kind"
wrong '{"version": 1, "settings": {"data.stride_mode": true}}' "data.stride_mode is of a kind"
wrong '{"version": 1, "settings": {"data.long_documents": "cut"}}' "data.long_documents is 'cut'"
wrong '[' "JSON"
