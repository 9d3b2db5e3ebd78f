#!/usr/bin/env bash
# Submits preprocess -> train -> evaluate, each after the one before has ended well.
#
#   slurm/pipeline.sh configs/newsposts.yaml [section.key=value ...]
#
#   TEST=PATH       labelled data to score the model on; without it nothing is evaluated
#   SHARDS=DIR      where the shards go [shards/NAME for NAME.yaml]
#   STARTS=N        submits N starts of the training beforehand, for clusters whose nodes have no
#                   scontrol [1: the job requeues itself]
#   PREPROCESS, TRAIN, EVALUATE   further options of sbatch for one of the jobs, as in
#                   TRAIN="--nodes=4 --time=12:00:00"
#
# The run is checkpoint.directory if that is given here, otherwise runs/NAME. A job that stops with
# its work saved and starts again is one job to those that wait for it. If one fails, those after it
# are cancelled. Call it from the project's folder, or set MPIBERT_HOME.
set -euo pipefail

[ $# -ge 1 ] || {
    sed -nE '2,/^set /s/^# ?//p' "$0" >&2
    exit 2
}
config=$1
shift
home=${MPIBERT_HOME:-$PWD}
name=$(basename "$config" .yaml)
shards=${SHARDS:-shards/$name}
run=runs/$name
settings=()
for setting in "$@"; do
    case $setting in
    checkpoint.directory=*) run=${setting#*=} ;;
    *) settings+=("$setting") ;;
    esac
done
read -ra preprocess_options <<<"${PREPROCESS:-}"
read -ra train_options <<<"${TRAIN:-}"
read -ra evaluate_options <<<"${EVALUATE:-}"

# after JOBS OPTION_OR_ARGUMENT...: the number of a job that waits for these.
after() {
    local jobs=$1
    shift
    sbatch --parsable --kill-on-invalid-dep=yes "--dependency=$jobs" "$@"
}

first=$(sbatch --parsable "${preprocess_options[@]}" "$home/slurm/preprocess.sbatch" \
    "$config" --output "$shards" "${settings[@]}")
echo "preprocess $first: $shards"
train=$(STARTS=${STARTS:-1} "$home/slurm/chain.sh" --kill-on-invalid-dep=yes "--dependency=afterok:$first" \
    "${train_options[@]}" "$home/slurm/train.sbatch" "$config" "${settings[@]}" \
    "data.train=$shards" "checkpoint.directory=$run")
echo "train      ${train//$'\n'/ }: $run"
if [ -n "${TEST:-}" ]; then
    # Any of the starts may be the one that ends well.
    ends=afterok:${train//$'\n'/?afterok:}
    last=$(after "$ends" "${evaluate_options[@]}" "$home/slurm/evaluate.sbatch" --model "$run" \
        --data "$TEST" --output "$run/evaluation.json")
    echo "evaluate   $last: $run/evaluation.json"
fi
