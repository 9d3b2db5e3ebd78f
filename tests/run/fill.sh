#!/usr/bin/env bash
# predict fills in the masks of texts as transformers' FillMaskPipeline does (tests/golden/fill), on 1 to 4
# ranks, from any input; texts without a mask are refused, masks that are cut off are counted.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/fill

# model NAME: a golden model with the tokenizer.
model() {
    cp -r "tests/golden/model/$1" "$work/$1"
    chmod -R u+w "$work/$1"
    cp $golden/vocab.txt $golden/tokenizer_config.json "$work/$1"
}
# predict MODEL ARGUMENT...
predict() {
    local name=$1
    shift
    "$program" predict --model "$work/$name" "$@" 2>"$work/err" || fail "predict $*: $(cat "$work/err")"
}
# says TEXT: on standard error, once.
says() {
    [ "$(grep -cF -- "$1" "$work/err")" = 1 ] || fail "'$1' was expected of: $(cat "$work/err")"
}
# refuses CODE TEXT ARGUMENT...: by bert-words
refuses() {
    local want=$1 text=$2 status=0
    shift 2
    "$program" predict --model "$work/bert-words" "$@" >"$work/out" 2>"$work/err" || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/err")"
    [ ! -s "$work/out" ] || fail "$* printed $(cat "$work/out")"
    says "$text"
}
# words FILE: the columns of a table that are no score.
words() {
    cut -f 1,2,4-6 "$1"
}

# --- what the pipeline gives: the same words, and scores of float32 beside float64, 1e-5 of them
for name in bert-words distilbert-words bert-pretraining; do
    model $name
    predict $name --input $golden/texts.txt --output "$work/$name.tsv"
    diff <(words $golden/$name.tsv) <(words "$work/$name.tsv") || fail "$name: other words"
    cut -f 3 $golden/$name.tsv | tail -n +2 >"$work/want"
    cut -f 3 "$work/$name.tsv" | tail -n +2 >"$work/got"
    near "$work/want" "$work/got" 1e-5 || fail "$name: other scores"
    for ranks in 2 3 4; do
        on $ranks predict --model "$work/$name" --input $golden/texts.txt --output "$work/again.tsv" \
            inference.batch_size=2 cluster.threads_per_rank=1 2>"$work/err" || fail "$(cat "$work/err")"
        "$program" predict --model "$work/$name" --input $golden/texts.txt --output "$work/alone.tsv" \
            inference.batch_size=2 2>"$work/err"
        cmp "$work/alone.tsv" "$work/again.tsv" || fail "$name: other lines on $ranks ranks"
        diff <(words "$work/$name.tsv") <(words "$work/again.tsv") || fail "$name: other batches"
    done
done

# --- the lines say what the tables say: a list for each mask
predict bert-words <$golden/texts.txt >"$work/lines"
[ "$(wc -l <"$work/lines")" = "$(wc -l <$golden/texts.txt)" ] || fail "a line a text was expected"
head -n 1 "$work/lines" | grep -qE \
    '^\{"id": "0", "masks": \[\[\{"score": 0\.138[0-9]*, "token": 6, "token_str": ",", "sequence": "the, is snow\."\}, \{' ||
    fail "$(head -n 1 "$work/lines")"
sed -n 5p "$work/lines" | grep -qE '"masks": \[\[(\{[^}]*\}(, )?){5}\], \[(\{[^}]*\}(, )?){5}\]\]\}$' ||
    fail "two lists of five were expected: $(sed -n 5p "$work/lines")"
diff <(grep -oE '"token": [0-9]+' "$work/lines" | cut -d ' ' -f 2) <(tail -n +2 $golden/bert-words.tsv | cut -f 4)
diff <(grep -oE '"sequence": "([^"\\]|\\.)*"' "$work/lines" | sed -E 's/^"sequence": "(.*)"$/\1/; s/\\"/"/g') \
    <(tail -n +2 $golden/bert-words.tsv | cut -f 6 | sed -E 's/^"(.*)"$/\1/; s/""/"/g')
for most in 1 61 1000; do
    head -n 1 $golden/texts.txt | predict bert-words top_k=$most >"$work/few"
    found=$(grep -o '"token":' "$work/few" | wc -l)
    [ "$found" = $((most < 61 ? most : 61)) ] || fail "$found words with inference.top_k $most"
done
tail -n +2 <"$work/few" >"$work/none"
grep -oE '"score": [-0-9.e]+' "$work/few" | cut -d ' ' -f 2 | awk '{ sum += $1 } NR > 1 && $1 > last { bad = 1 }
    { last = $1 } END { exit bad || !(sum > 1 - 1e-6 && sum < 1 + 1e-6) }' || # of 61 floats
    fail "no falling probabilities: $(cat "$work/few")"

# --- other inputs
sed 's/"/""/g; s/.*/"&"/; 1i text' $golden/texts.txt >"$work/texts.csv"
predict bert-words --input "$work/texts.csv" >"$work/table"
diff <(cut -d ' ' -f 3- "$work/lines") <(cut -d ' ' -f 3- "$work/table") || fail "a table gives other words"
mkdir -p "$work/folder/a" "$work/folder/b"
printf 'the [MASK] is snow.' >"$work/folder/a/1"
printf 'the rain [MASK]' >"$work/folder/b/2"
predict bert-words --input "$work/folder" >"$work/of-folder"
diff <(head -n 2 "$work/lines" | cut -d ' ' -f 3-) <(cut -d ' ' -f 3- "$work/of-folder") || fail "a folder"

# --- pairs: what BertForPreTraining says of them, beside their masks
predict bert-pretraining --input $golden/pairs.jsonl >"$work/pairs"
sed -nE 's/.*"next_sentence": ([0-9.e-]+).*/\1/p' "$work/pairs" >"$work/got"
near $golden/next.txt "$work/got" 1e-5 || fail "next sentences"
[ "$(grep -o '"token":' "$work/pairs" | wc -l)" = 20 ] || fail "4 masks were expected: $(cat "$work/pairs")"
sed -n 2p "$work/pairs" | grep -q '"masks": \[\]' || fail "no masks were expected: $(cat "$work/pairs")"
sed -n 1p "$work/pairs" | grep -q '"sequence": "the rain is .* we play"' || fail "$(cat "$work/pairs")"
! grep -q next_sentence "$work/lines" || fail "of single texts"
predict bert-pretraining --input $golden/pairs.jsonl --output "$work/pairs.csv"
[ "$(head -n 1 "$work/pairs.csv" | tr -d '\r')" = id,mask,score,token,token_str,sequence,next_sentence ] ||
    fail "$(head -n 1 "$work/pairs.csv")"
sed -n 7p "$work/pairs.csv" | grep -q '^1,,,,,,0.472' || fail "$(sed -n 7p "$work/pairs.csv")"
"$program" predict --model "$work/bert-pretraining" --input $golden/pairs.jsonl inference.batch_size=1 |
    sed -nE 's/.*"next_sentence": ([0-9.e-]+).*/\1/p' >"$work/got"
near $golden/next.txt "$work/got" 1e-5 || fail "a batch without masks"
for ranks in 2 3; do
    on $ranks predict --model "$work/bert-pretraining" --input $golden/pairs.jsonl >"$work/again" 2>/dev/null
    cmp "$work/pairs" "$work/again" || fail "pairs on $ranks ranks"
done

# --- cut: what is out of reach is counted, and the line has the masks that are left
printf '%s\n' 'the [MASK] is the rain is the snow is the [MASK]' \
    'the rain is the snow is the sea is the [MASK]' 'the rain [MASK]' >"$work/long.txt"
predict bert-words --input "$work/long.txt" model.max_seq_length=8 top_k=1 >"$work/cut"
says "2 of 3 texts were cut"
says "2 of 4 masks are out of reach, 50.00%"
sed -n 1p "$work/cut" | grep -qE '"masks": \[\[\{[^}]*"sequence": "the[^"]*is the rain is"\}\]\]\}$' ||
    fail "$(sed -n 1p "$work/cut")"
[ "$(sed -n 2p "$work/cut")" = '{"id": "1", "masks": []}' ] || fail "$(sed -n 2p "$work/cut")"

# --- chunks: each mask once, by the chunk in which it has more text around
chunks=(data.long_documents=chunk model.max_seq_length=10 data.stride=2)
printf 'the rain is the snow is [MASK] [MASK] it was the sea you play\n' >"$work/chunked.txt"
predict bert-words --input "$work/chunked.txt" "${chunks[@]}" --output "$work/chunked.tsv"
printf '%s\n' 'the rain is the snow is [MASK] [MASK]' '[MASK] [MASK] it was the sea you play' |
    predict bert-words --output "$work/parts.tsv"
awk '$1 == "id" || $1 == $2' "$work/parts.tsv" | cut -f 2,4- >"$work/want"
cut -f 2,4- "$work/chunked.tsv" | diff "$work/want" - || fail "chunks"
printf '{"text": "the [MASK] is", "text_b": "we play we play we play [MASK] play we play we play we play"}\n' |
    predict bert-pretraining data.format=jsonl "${chunks[@]}" model.max_seq_length=12 top_k=1 >"$work/pair"
[ "$(grep -o '"token":' "$work/pair" | wc -l)" = 2 ] || fail "each mask once: $(cat "$work/pair")"

# --- refused
printf 'the [MASK] is\nthe rain is\n' >"$work/without.txt"
refuses 3 "the text has no [MASK], one at least was expected where a word is to be filled in ($work/without.txt, line 2)" \
    --input "$work/without.txt"
predict bert-words --input "$work/without.txt" data.on_error=skip >"$work/kept"
[ "$(wc -l <"$work/kept")" = 1 ] || fail "$(cat "$work/kept")"
says "1 wrong examples were left out; the first: "
printf '{"text": "the [MASK] is"}\n\n{"text": "the rain"}\n' >"$work/without.jsonl"
refuses 3 "the text has no [MASK], one at least was expected where a word is to be filled in ($work/without.jsonl, line 3)" \
    --input "$work/without.jsonl"
refuses 2 "the logits of words are not kept, model.task is mlm" --input $golden/texts.txt --logits
refuses 2 "inference.top_k" --input $golden/texts.txt inference.top_k=0
alone preprocess "model.name=$work/bert-words" model.task=mlm "data.train=$golden/texts.txt" data.val_split=0 \
    model.max_seq_length=40 --output "$work/shards"
refuses 3 "shards of masked words are for training and evaluation" --input "$work/shards"
status=0
on 3 predict --model "$work/bert-words" --input "$work/without.txt" >"$work/out" 2>"$work/err" || status=$?
[ $status = 3 ] || fail "exit code $status on 3 ranks"
says "the text has no [MASK]"
