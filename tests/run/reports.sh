#!/usr/bin/env bash
# What a run leaves behind for people and scripts: metrics.jsonl agrees with the table on the screen,
# and says when, where and by what each line was written.
. "$(dirname "$0")/lib.sh"

on 2 train "${small_run[@]}" training.epochs=2 logging.every_steps=3 \
    "checkpoint.directory=$work/run" >"$work/table" 2>"$work/err" || fail "$(cat "$work/err")"
log=$work/run/metrics.jsonl

# field NAME: its values in the lines of standard input.
field() {
    sed -nE "s/.*\"$1\": *\"?([^\",}]+).*/\1/p"
}

# --- every line has its origin
version=$("$program" --version | sed -nE 's/^mpibert ([0-9.]+).*/\1/p')
lines=$(wc -l <"$log")
[ "$lines" -ge 4 ] || fail "only $lines lines"
now=$(date -u +%s)
while read -r line; do
    at=$(date -u -d "$(field time <<<"$line")" +%s) || fail "no time in $line"
    [ $((now - at)) -ge 0 ] && [ $((now - at)) -lt 300 ] || fail "another time than now: $line"
    [ "$(field ranks <<<"$line")" = 2 ] || fail "not 2 ranks: $line"
    [ "$(field host <<<"$line")" = "$(uname -n)" ] || fail "another host: $line"
    [ "$(field version <<<"$line")" = "$version" ] || fail "another version: $line"
done <"$log"

# --- the table's training accuracy is what the lines of validations say, and the mean of the steps'
for epoch in 1 2; do
    shown=$(awk -F'|' -v epoch=$epoch '$1 + 0 == epoch && NF == 4 { print $3 + 0 }' "$work/table")
    said=$(grep '"eval_loss"' "$log" | sed -n "${epoch}p" | field train_accuracy)
    awk -v a="$shown" -v b="$said" 'BEGIN { d = a - 100 * b; exit !(d * d < 0.006 * 0.006) }' ||
        fail "epoch $epoch: $shown % in the table, $said in metrics.jsonl"
done
grep '"grad_norm"' "$log" >"$work/steps"
paste <(field train_accuracy <"$work/steps") <(field examples <"$work/steps") |
    awk '{ hits += $1 * $2; examples += $2 } END { printf "%.2f\n", 100 * hits / examples }' \
        >"$work/mean"
awk -F'|' 'NF == 4 && $1 + 0 > 0 { sum += $3; rows++ } END { printf "%.2f\n", sum / rows }' \
    "$work/table" >"$work/rows"
near "$work/mean" "$work/rows" 0.0002

# --- five lines stand above the table, and none of them on standard error, where a
# model that has learned nothing yet is warned of
sed '/^Epoch/,$d' "$work/table" >"$work/start"
[ "$(sed -E 's/[ :].*//' "$work/start" | tr '\n' ' ')" = "Data Lengths Steps Memory Initialized " ] ||
    fail "the start says: $(cat "$work/start")"
sed -nE 's/^Data: +128 training \+ 32 validation examples .*; 4 classes: //p' "$work/start" |
    tr ',' '\n' | awk '{ sum += $2 } END { exit sum != 128 }' || fail "$(head -1 "$work/start")"
grep -q '^Steps:   16 = 2 epochs x 8, batches of 16, on 2 ranks x 1 thread ' "$work/start" ||
    fail "$(grep ^Steps "$work/start")"
! grep -v 'warning: the model answers .* alike' "$work/err" || fail "standard error says that"
