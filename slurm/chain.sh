#!/usr/bin/env bash
# Submits a job and its further starts beforehand, where nodes have no scontrol to requeue with.
#
#   STARTS=5 slurm/chain.sh [OPTION_OF_SBATCH ...] slurm/train.sbatch configs/newsposts.yaml [...]
#
# Each start waits for the one before. It begins if that one did not end well, as is exit code 75
# (stopped with all work saved); once a start has ended the run, Slurm cancels the rest. Prints the
# numbers of the jobs.
set -euo pipefail

starts=${STARTS:-1}
case $starts in '' | *[!0-9]* | 0)
    echo "chain.sh: STARTS is '$starts', the number of starts was expected" >&2
    exit 2
    ;;
esac
[ $# -ge 1 ] || {
    sed -nE '2,/^set /s/^# ?//p' "$0" >&2
    exit 2
}

[ "$starts" = 1 ] || export MPIBERT_REQUEUES=0 # one way or the other
job=$(sbatch --parsable "$@")
job=${job%%;*} # without the cluster's name
echo "$job"
# What the first start waits for, the others wait for, too.
others=()
for argument in "$@"; do
    case $argument in
    --dependency=*) waits=${argument#*=}, ;;
    *) others+=("$argument") ;;
    esac
done
for ((i = 1; i < starts; i++)); do
    job=$(sbatch --parsable --kill-on-invalid-dep=yes \
        "--dependency=${waits:-}afternotok:$job" "${others[@]}")
    job=${job%%;*}
    echo "$job"
done
