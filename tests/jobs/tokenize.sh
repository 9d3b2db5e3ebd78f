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
