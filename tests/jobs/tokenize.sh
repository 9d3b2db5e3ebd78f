#!/usr/bin/env bash
# tokenize reads lines of any length, with or without a last line feed, and writes every number in
# full.
. "$(dirname "$0")/lib.sh"

model=$work/model
mkdir "$model"
cp tests/golden/tokenizer/vocab.txt "$model"
the=$(($(grep -nx the "$model/vocab.txt" | cut -d : -f 1) - 1))

# gives FORMAT TEXT: the lines on standard input become TEXT.
gives() {
    "$program" tokenize --model "$model" --format "$1" >"$work/out" || fail "tokenize failed"
    [ "$(cat "$work/out")" = "$2" ] || fail "found '$(head -c 300 "$work/out")' instead of '$2'"
}

gives ids "" </dev/null
printf 'the' | gives ids "[2,$the,3]"
printf '\n\nthe\n' | gives ids "$(printf '[2,3]\n[2,3]\n[2,%d,3]' "$the")"
printf 'the "\n' | gives tokens '["[CLS]","the","\"","[SEP]"]'
for bytes in 1 5 131071 131072 131073 1000000; do
    for _ in 1 2; do
        head -c "$bytes" /dev/zero | tr '\0' ' '
        echo the
    done | gives ids "$(printf '[2,%d,3]\n[2,%d,3]' "$the" "$the")"
done

# Lines of many lengths, over several blocks of input.
awk 'BEGIN {for (i = 0; i < 50000; i++) {for (j = 0; j < i % 7; j++) printf "the "; print ""}}' |
    gives ids "$(awk -v the="$the" 'BEGIN {for (i = 0; i < 50000; i++) {
        printf "[2"; for (j = 0; j < i % 7; j++) printf "," the; print ",3]"}}')"

# Positions of one to nine digits.
for bytes in 0 9 10 99 9999 10000 12345670 100000000; do
    head -c "$bytes" /dev/zero | tr '\0' ' ' >"$work/in"
    echo the >>"$work/in"
    "$program" tokenize --model "$model" <"$work/in" >"$work/out"
    grep -qF "\"offsets\":[[0,0],[$bytes,$((bytes + 3))],[0,0]]" "$work/out" ||
        fail "offset $bytes became $(cat "$work/out")"
done

# What cannot be read is a failure, after the results of the lines before it.
code=0
"$program" tokenize --model "$model" <"$work" >"$work/out" 2>"$work/err" || code=$?
[ "$code" = 4 ] || fail "a directory as input gave $code instead of 4"
grep -q "reading failed: .* (standard input)" "$work/err" || fail "$(cat "$work/err")"
code=0
printf 'the\n\377\n' | "$program" tokenize --model "$model" --format ids >"$work/out" \
    2>"$work/err" || code=$?
[ "$code $(cat "$work/out")" = "3 [2,$the,3]" ] || fail "bad UTF-8 gave $code, $(cat "$work/out")"
grep -q "byte 0xFF is no UTF-8 (standard input, line 2, byte 1)" "$work/err" ||
    fail "$(cat "$work/err")"

# Control characters are dropped, and places count them.
cat >"$work/nul.jsonl" <<'LINES'
{"text": "th\u0000e", "x": NaN, "x": 1}
LINES
"$program" tokenize --jsonl --model "$model" <"$work/nul.jsonl" >"$work/out" || fail "a NUL in JSON"
grep -q "\"input_ids\":\[2,$the,3\]" "$work/out" || fail "a NUL in JSON: $(cat "$work/out")"
grep -q '"offsets":\[\[0,0\],\[0,4\],\[0,0\]\]' "$work/out" || fail "places: $(cat "$work/out")"
printf 'th\0e\n' | gives ids "[2,$the,3]"

# A model in the cache of Hugging Face's libraries is found by its id, wherever the cache is; its
# snapshot holds links. What is not there is told with the places that were searched.
cache=$work/hf/hub/models--some--model
mkdir -p "$cache/refs" "$cache/blobs" "$cache/snapshots/0123abcd"
printf 0123abcd >"$cache/refs/main"
cp "$model/vocab.txt" "$cache/blobs/5af7"
ln -s ../../blobs/5af7 "$cache/snapshots/0123abcd/vocab.txt"
mkdir -p "$work/home/.cache"
ln -s "$work/hf" "$work/home/.cache/huggingface"
unset HF_HUB_CACHE HUGGINGFACE_HUB_CACHE HF_HOME XDG_CACHE_HOME
for place in "HF_HUB_CACHE=$work/hf/hub" "HUGGINGFACE_HUB_CACHE=$work/hf/hub" "HF_HOME=$work/hf" \
    "XDG_CACHE_HOME=$work/home/.cache" "HOME=$work/home"; do
    echo the | env "$place" "$program" tokenize --model some/model --format ids >"$work/out" ||
        fail "not found with $place"
    [ "$(cat "$work/out")" = "[2,$the,3]" ] || fail "other tokens with $place"
done
HF_HOME=$work/hf refuses 3 "(looked in some/other, models/some/other, models/other, \
$work/hf/hub/models--some--other)" tokenize --model some/other
