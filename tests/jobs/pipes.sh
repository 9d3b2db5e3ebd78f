#!/usr/bin/env bash
# Nobody waits for ever and without a word: not for a pipe that nobody writes or reads, not for
# standard input.
. "$(dirname "$0")/lib.sh"

model=datasets/vocab/newsposts
pipe=$work/pipe.txt
mkfifo "$pipe"

# A named pipe, a device and a socket are no files: refused at once, whoever is at the other end.
refuses 3 "a pipe was found, a file was expected ($pipe)" inspect "$pipe"
refuses 2 "a pipe was found, a file was expected ($pipe)" train --config "$pipe"
alone train "${small_run[@]}" training.max_steps=1 "checkpoint.directory=$work/run"
for input in "$pipe" /dev/zero /dev/tty; do
    code=0
    timeout 30 "$program" predict --model "$work/run" --input "$input" data.format=text \
        </dev/null >"$work/out" 2>"$work/err" || code=$?
    [ "$code" = 3 ] || fail "predict of $input gave $code: $(cat "$work/err")"
    grep -qF "a file was expected ($input)" "$work/err" || fail "$input: $(cat "$work/err")"
done

# What has to wait says so, or ends within ten seconds; all wait at once here.
sleep 14 | timeout 25 "$program" tokenize --model "$model" >"$work/tokens" 2>"$work/tokens.err" &
sleep 14 | timeout 25 "$program" predict --model "$work/run" >"$work/labels" 2>"$work/labels.err" &
echo "a text" >"$work/text.txt"
mkfifo "$work/unread"
timeout 25 "$program" predict --model "$work/run" --input "$work/text.txt" \
    --output "$work/unread" >"$work/out" 2>"$work/unread.err" &
unread=$!
timeout 25 "$program" inspect /dev/fd/3 3< <(sleep 14) >"$work/out" 2>"$work/unwritten.err" &
unwritten=$!
mkfifo "$work/read"
timeout 25 "$program" predict --model "$work/run" --input "$work/text.txt" --output "$work/read" &
sleep 2
cat "$work/read" >"$work/predicted"
grep -q '"label"' "$work/predicted" || fail "a reader that came late got nothing"

code=0
wait "$unread" || code=$?
[ "$code" = 4 ] || fail "a pipe without a reader gave $code: $(cat "$work/unread.err")"
grep -qF "nobody reads this pipe or socket, a reader was expected ($work/unread)" \
    "$work/unread.err" || fail "a pipe without a reader: $(cat "$work/unread.err")"
code=0
wait "$unwritten" || code=$?
[ "$code" = 3 ] || fail "a pipe without a writer gave $code: $(cat "$work/unwritten.err")"
grep -qF "nothing came through the pipe for 10 s (/dev/fd/3)" "$work/unwritten.err" ||
    fail "a pipe without a writer: $(cat "$work/unwritten.err")"
for command in tokens labels; do
    grep -q "mpibert: [a-z]*: waiting for text on standard input" "$work/$command.err" ||
        fail "$command waited without a word: $(cat "$work/$command.err")"
done

# Text that comes late is read as ever, and text that is there needs no word.
echo the | "$program" tokenize --model "$model" >"$work/out" 2>"$work/err"
[ ! -s "$work/err" ] || fail "said of text that was there: $(cat "$work/err")"
