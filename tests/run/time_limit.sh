#!/usr/bin/env bash
# A run saves and stops with exit code 75 before its time limit, given by hand or Slurm's; started
# again, it ends with the weights of one that was never stopped.
. "$(dirname "$0")/lib.sh"

export OPENBLAS_CORETYPE=Prescott # so slow that all starts choose our own products
settings=("${small_run[@]}" training.epochs=1 checkpoint.every_steps=100000)

# stops RUN SETTING...: with 75, said once.
stops() {
    local run=$1 code=0
    shift
    on 2 train "${settings[@]}" "checkpoint.directory=$run" "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = 75 ] || fail "exit code $code: $(cat "$work/out")"
    [ "$(grep -c 'stopped before the time limit' "$work/out")" = 1 ] ||
        fail "not said once: $(cat "$work/out")"
}

# ends RUN: on the weights of the run that was never stopped.
ends() {
    on 2 train "${settings[@]}" "checkpoint.directory=$1" >"$work/out" 2>&1 ||
        fail "did not end: $(cat "$work/out")"
    cmp "$work/whole/final/model.safetensors" "$1/final/model.safetensors" || fail "other weights"
}

on 2 train "${settings[@]}" "checkpoint.directory=$work/whole" >"$work/out" 2>&1

# A limit that leaves no time: a step a start, no more and no less, with a warning.
for start in 1 2 3; do
    stops "$work/short" checkpoint.time_limit_minutes=0.001
    grep -q 'warning: 0 s are left until the time limit' "$work/out" || fail "no warning"
    [ "$(losses "$work/short" | wc -l)" = "$start" ] || fail "not a step a start"
done
ends "$work/short"

# Some seconds for a run that would take far longer.
stops "$work/seconds" checkpoint.time_limit_minutes=0.2 training.epochs=100000

# The end of the job, from its environment, or from squeue where that does not have it.
mkdir "$work/bin"
# squeue_says TEXT
squeue_says() {
    printf '#!/bin/sh\necho %s\n' "$1" >"$work/bin/squeue"
    chmod +x "$work/bin/squeue"
}
# For the ranks themselves: mpirun by its whole path puts its own folder first.
printf '#!/bin/sh\nPATH=%s:$PATH\nexec %s "$@"\n' "$work/bin" "$program" >"$work/program"
chmod +x "$work/program"
program=$work/program
export SLURM_JOB_ID=4711
squeue_says 1000000001 # never asked
SLURM_JOB_END_TIME=$(date +%s) stops "$work/job"
squeue_says "$(date +%s)"
stops "$work/job"
squeue_says "$(($(date +%s) + 7200))"
ends "$work/job"
grep -qE 'the job ends at .*, in 1 h 5[0-9] min' "$work/out" || fail "not said: $(cat "$work/out")"

# Where nothing tells it, that is said, and the run goes on.
squeue_says NONE
ends "$work/unknown"
grep -q 'until when job 4711 may run is not known' "$work/out" || fail "not said: $(cat "$work/out")"
