#!/usr/bin/env bash
# How a process was started: alone it needs no MPI, and processes that do not find each other say so
# instead of doing the same work side by side.
. "$(dirname "$0")/lib.sh"

# MPI cannot start where its files are missing.
export OPAL_PREFIX=$work/nowhere
refuses 3 "model '$work/none' was not found" predict --model "$work/none"

# Cores that its user took away are not cores that a launcher left idle.
core=$(taskset -cp $$ | sed -E 's/.*: ([0-9]+).*/\1/')
echo w4 | taskset -c "$core" "$program" predict --model tests/golden/model/bert \
    >"$work/out" 2>"$work/err" || fail "on one core: $(cat "$work/err")"
grep -q idle "$work/err" && fail "a hint for a launcher that is not there: $(cat "$work/err")"

# What Slurm sets in a step, without what MPI needs to meet the others.
export SLURM_NTASKS=4 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0
refuses 4 "started as one of 4 processes (SLURM_STEP_NUM_TASKS)" predict --model "$work/none"
status=0
SLURM_PROCID=3 "$program" predict --model "$work/none" >"$work/out" 2>&1 || status=$?
[ "$status" = 4 ] || fail "process 3 gave $status"
[ ! -s "$work/out" ] || fail "process 3 said it too: $(cat "$work/out")"

# A step of one task may be a part of a larger job; so may the job's script itself.
SLURM_STEP_NUM_TASKS=1 refuses 3 "was not found" predict --model "$work/none"
unset SLURM_STEP_ID SLURM_STEP_NUM_TASKS
status=0
"$program" predict --model "$work/none" >"$work/out" 2>&1 || status=$?
[ "$status" = 3 ] || fail "a job's script gave $status"
grep -q "one process of 4 tasks that were granted (SLURM_NTASKS)" "$work/out" || fail "no hint"

# A launcher of another MPI, which this one does not know: each process finds itself alone.
unset OPAL_PREFIX
PMI_SIZE=2 PMI_RANK=0 refuses 4 "started as one of 2 processes (PMI_SIZE)" \
    predict --model "$work/none"

# Below mpirun only its own numbers count.
SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=4 "${mpirun[@]}" -n 1 "$program" predict --model "$work/none" \
    >"$work/out" 2>&1 || status=$?
[ "$status" = 3 ] || fail "mpirun -n 1 in a step of 4 tasks gave $status: $(cat "$work/out")"
