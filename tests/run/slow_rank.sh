#!/usr/bin/env bash
# A rank that is stopped most of the time is named with its host, once, and the run goes on.
. "$(dirname "$0")/lib.sh"

mkdir "$work/pids"
# shellcheck disable=SC2016
"${mpirun[@]}" -n 3 sh -c \
    'echo $$ >"$0/${OMPI_COMM_WORLD_RANK:-$PMI_RANK}"; exec "$@"' "$work/pids" \
    "$program" train "${small_run[@]}" training.epochs=100000 checkpoint.every_steps=100000000 \
    checkpoint.every_minutes=0 training.eval_strategy=no "checkpoint.directory=$work/run" \
    >"$work/out" 2>&1 &
job=$!

steps() {
    cat "$work/run/metrics.jsonl" 2>/dev/null | grep -c grad_norm || true
}

for _ in $(seq 600); do
    [ "$(steps)" -gt 2 ] && break
    sleep 0.1
done
slow=$(cat "$work/pids/1")

# A tenth of its speed, until it is named.
for _ in $(seq 600); do
    kill -STOP "$slow"
    sleep 0.09
    kill -CONT "$slow"
    sleep 0.01
    grep -q 'as long as the median' "$work/out" && break
done
grep -q "warning: rank 1 on $(hostname -s) computes [0-9.]* x as long as the median rank" "$work/out" ||
    { cat "$work/out"; fail "rank 1 was not named"; }

named_at=$(steps)
for _ in $(seq 300); do
    [ "$(steps)" -gt $((named_at + 3)) ] && break
    sleep 0.1
done
[ "$(steps)" -gt $((named_at + 3)) ] || fail "no step came after that"
kill -USR1 "$job"
status=0
wait "$job" || status=$?
[ "$status" = 75 ] || { cat "$work/out"; fail "exit code $status instead of 75"; }
[ "$(grep -c 'as long as the median' "$work/out")" = 1 ] || { cat "$work/out"; fail "named more than once"; }
grep -q '"by_rank"' "$work/run/metrics.jsonl" || fail "no times by rank"
