#!/usr/bin/env bash
# The cluster's Slurm runs the program on several nodes, requeues, and cancels.
. "$(dirname "$0")/lib.sh"

start_cluster --hosts 2 --slurm

# state_of JOB
state_of() {
    cluster run head scontrol show job "$1" | sed -nE 's/.*JobState=(\S+).*/\1/p'
}

# wait_for SECONDS JOB STATE
wait_for() {
    local end=$((SECONDS + $1))
    until [ "$(state_of "$2")" = "$3" ]; do
        [ "$SECONDS" -lt "$end" ] || fail "job $2 is $(state_of "$2"), not $3"
        sleep 0.2
    done
}

# submit ARGUMENT...: the number of the job.
submit() {
    cluster run head sbatch --parsable --open-mode=append --output="$work/%x.log" "$@"
}

cluster run head srun "--mpi=$pmi" --nodes=2 "$program" train "${small_run[@]}" training.epochs=1 \
    "checkpoint.directory=$work/run" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
grep -q 'on 2 ranks' "$work/out" || fail "not one job of two ranks: $(cat "$work/out")"

again=$(submit --job-name=again --wrap '
    echo "start $SLURM_RESTART_COUNT"
    [ -n "$SLURM_RESTART_COUNT" ] || { scontrol requeue "$SLURM_JOB_ID"; sleep 60; }')
long=$(submit --job-name=long --nodes=1 --wrap 'sleep 600')
wait_for 20 "$long" RUNNING
cluster run head scancel "$long"
wait_for 20 "$long" CANCELLED
wait_for 60 "$again" COMPLETED
[ "$(grep -c '^start' "$work/again.log")" = 2 ] || fail "not started twice: $(cat "$work/again.log")"
