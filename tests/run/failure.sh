#!/usr/bin/env bash
# A rank that is stopped or killed ends the job, whatever the job does, and is named with its host; a
# slow one ends nothing.
. "$(dirname "$0")/lib.sh"

skip_with_sanitizers "no rank may be slower than the silence that this test allows"
host=$(hostname -s)
silence=5
export MPIBERT_DRILL=$work # by which the ranks are found

# start N COMMAND...: in the background; $job is the launcher, what it says is in $work/out.
start() {
    local ranks=$1
    shift
    "${mpirun[@]}" -n "$ranks" "$program" "$@" >"$work/out" 2>&1 &
    job=$!
}

# process RANK: its number.
process() {
    local pid
    for pid in $(pgrep -x mpibert); do
        if [ "$( (tr '\0' '\n' <"/proc/$pid/environ" || true) 2>/dev/null |
            grep -cxE "MPIBERT_DRILL=$work|(OMPI_COMM_WORLD_RANK|PMI_RANK)=$1")" = 2 ]; then
            echo "$pid"
        fi
    done
}

# named RANK DOING: the job ends with 4 within a minute, and one line of the program, which names the
# rank and what it did.
named() {
    local code=0 began=$SECONDS lines
    wait "$job" || code=$?
    lines=$(grep -E "^mpibert: [a-z]+: rank" "$work/out" || true)
    # Hydra (MPICH) kills the others when the first one has left, and gives their code.
    [ "$code" = 4 ] || { [ "$code" != 0 ] && grep -q 'BAD TERMINATION' "$work/out"; } || { cat "$work/out"; fail "exit code $code"; }
    [ $((SECONDS - began)) -lt 60 ] || fail "the job took $((SECONDS - began)) s to end"
    [[ $lines =~ ^mpibert:\ [a-z]+:\ rank\ $1\ on\ $host\ has\ not\ been\ heard\ of\ for\ [0-9]+\ s,\ last\ while\ ($2) ]] ||
        { cat "$work/out"; fail "rank $1 was not named: $lines"; }
    [ "$(wc -l <<<"$lines")" = 1 ] || fail "named more than once: $lines"
    [ -z "$(process $1)" ] || fail "rank $1 is still there"
}

small=("${small_run[@]}" "cluster.silence_seconds=$silence")
endless=("${small[@]}" training.epochs=100000)

for rank in 0 1 2; do
    start 3 train "${endless[@]}" "checkpoint.directory=$work/stopped$rank"
    await '^ *2 \|' "$work/out"
    sleep 2 # until the others have heard from each rank that it trains
    kill -STOP "$(process $rank)"
    named $rank 'training|saving|validating'
    grep -q 'the newest checkpoint is that of step [1-9]' "$work/out" || fail "no checkpoint is told of"
done

# Mostly validating, mostly saving: what is told is what the rank did.
start 3 train "${endless[@]}" "checkpoint.directory=$work/validating" data.train_split=0.1 data.val_split=0.9 \
    training.eval_strategy=steps training.eval_every_steps=1
await '^ *1 \|' "$work/out"
sleep 2
kill -STOP "$(process 1)"
named 1 'training|saving|validating'

# The other commands, on more texts than the fastest machine gets through before the rank is stopped:
# preprocess, which gets through a million in about a second, is given the file forty times.
awk 'BEGIN { for (i = 0; i < 1000000; i++)
    printf "{\"text\": \"the orbit of moon %d and the goal of team %d\", \"label\": \"%s\"}\n", i, i % 7, i % 2 ? "sci.space" : "rec.sport.hockey" }' >"$work/texts.jsonl"

# stopped RANK DOING COMMAND...: stops the rank a moment after the start.
stopped() {
    local rank=$1 doing=$2
    shift 2
    start 3 "$@"
    for _ in $(seq 300); do
        [ -z "$(process "$rank")" ] || break
        sleep 0.1
    done
    sleep 2
    kill -STOP "$(process "$rank")"
    named "$rank" "$doing"
}

model=$work/stopped0/best
at_rest="cluster.silence_seconds=$silence"
many=$(printf "$work/texts.jsonl, %.0s" {1..40})
stopped 0 'reading|tokenizing' preprocess "${random_model[@]}" "$at_rest" "data.train=[${many%, }]" --output "$work/shards"
stopped 1 'reading|predicting' evaluate --model "$model" --data "$work/texts.jsonl" "$at_rest"
stopped 2 'reading|predicting' predict --model "$model" --input "$work/texts.jsonl" --output "$work/predicted" "$at_rest"

# Who is killed is named by the program or, where it is faster, by the launcher.
start 3 train "${endless[@]}" "checkpoint.directory=$work/killed"
await '^ *2 \|' "$work/out"
kill -KILL "$(process 2)"
code=0
wait "$job" || code=$?
[ "$code" != 0 ] || fail "the job went on"
grep -qE "rank 2 on $host has ended without a word|signal 9|KILLED BY SIGNAL: 9|EXIT CODE: 9" "$work/out" ||
    { cat "$work/out"; fail "nobody told of the kill"; }

# A tenth of the speed, for twice the silence that is allowed: nothing ends, and a signal still saves.
start 3 train "${endless[@]}" "checkpoint.directory=$work/slow"
await '^ *2 \|' "$work/out"
slow=$(process 1)
for _ in $(seq $((2 * silence))); do
    kill -STOP "$slow"
    sleep 0.9
    kill -CONT "$slow"
    sleep 0.1
done
[ -n "$(process 0)" ] || { cat "$work/out"; fail "a slow rank ended the job"; }
kill -USR1 "$(process 0)"
code=0
wait "$job" || code=$?
[ "$code" = 75 ] || { cat "$work/out"; fail "exit code $code after a slow rank"; }
