#!/usr/bin/env bash
# SIGUSR1 ends a run with exit code 75 after a valid checkpoint; the same command continues it.
. "$(dirname "$0")/lib.sh"

settings=("${small_run[@]}" training.epochs=60 "checkpoint.directory=$work/run"
          checkpoint.every_steps=100000)

status=0
mpirun --oversubscribe --bind-to none -n 2 "$program" train "${settings[@]}" \
    >"$work/out" 2>&1 &
job=$!
for _ in $(seq 200); do
    [ -s "$work/run/metrics.jsonl" ] && break
    sleep 0.1
done
kill -USR1 "$job"
wait "$job" || status=$?
[ "$status" = 75 ] || { cat "$work/out"; fail "exit code $status instead of 75"; }
[ "$(grep -c 'stopped by a signal after step' "$work/out")" = 1 ] || fail "not said once"
ls "$work"/run/checkpoints/step-*/manifest.json >/dev/null || fail "no checkpoint"

on 2 train "${settings[@]}" training.epochs=60 >"$work/out2" 2>&1
grep -q 'going on after step' "$work/out2" || fail "did not go on"
[ -s "$work/run/final/model.safetensors" ] || fail "no final model"
