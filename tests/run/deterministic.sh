#!/usr/bin/env bash
# With training.deterministic, 1, 2, 4 and 8 ranks train the same weights bit for bit, wherever they
# run, on any number of threads, and from any checkpoint on: with dropout, texts of different
# lengths, accumulation, and numbers of examples that nothing divides.
. "$(dirname "$0")/lib.sh"

pretend_nodes=$2

settings=(
    "${small_run[@]}" data.max_samples=157 training.batch_size=13
    training.gradient_accumulation_steps=3 training.deterministic=true
    checkpoint.every_steps=3 checkpoint.keep=100
)

# What must be equal: weights, losses and validations of a run.
outcome() {
    sha256sum <"$1/final/model.safetensors"
    sed -nE 's/.*("(loss|eval_loss|grad_norm)".*"learning_rate": *[^,]+).*/\1/p' "$1/metrics.jsonl"
    sed -nE 's/.*("eval_loss".*"eval_mcc": [^,}]+).*/\1/p' "$1/metrics.jsonl"
}

# same WHAT [RUN]: the newest run's outcome is that of RUN, by default of the one on one rank.
same() {
    diff <(outcome "${2-$work/whole}") <(outcome "$work/run") || fail "another outcome $1"
    rm -rf "$work/run"
}

# run RANKS [SETTING...]
run() {
    local ranks=$1
    shift
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$work/run" "$@" >"$work/out" 2>&1 ||
        { cat "$work/out"; fail "on $ranks ranks with $*"; }
}

run 1
mv "$work/run" "$work/whole"
[ "$(outcome "$work/whole" | sort -u | wc -l)" -ge 10 ] || fail "fewer steps than expected"
for ranks in $(unless_sanitized "2 4 8" 4); do
    run "$ranks"
    same "on $ranks ranks"
done
run 2 cluster.threads_per_rank=3
same "on 2 ranks x 3 threads"
run 4 cluster.shard_optimizer=true
same "with the optimizer shared out over 4 ranks"
run 2 training.activation_checkpointing=all
same "with all layers checkpointed"

run 1 training.precision=bf16
mv "$work/run" "$work/bf16"
run 4 training.precision=bf16
same "on 4 ranks in bf16" "$work/bf16"

run 1 training.optimizer=lamb
mv "$work/run" "$work/lamb"
for ranks in $(unless_sanitized "2 4 8" 4); do
    run "$ranks" training.optimizer=lamb cluster.shard_optimizer=true
    same "by LAMB on $ranks ranks" "$work/lamb"
done

# Where no sanitizer has to be loaded first.
if ! is_sanitized; then
    for nodes in 2 4; do
        export PRETENDED_NODES=$nodes
        "${mpirun[@]}" -n 4 env "LD_PRELOAD=$pretend_nodes" "$program" train "${settings[@]}" \
            "checkpoint.directory=$work/run" >"$work/out" 2>&1 || { cat "$work/out"; fail "on nodes"; }
        grep -q "on 4 ranks x 1 thread on $nodes nodes" "$work/out" || fail "not on $nodes nodes"
        same "on $nodes nodes"
    done
fi

# go_on RANKS CHECKPOINT [SETTING...]: in a run that has come as far as that.
go_on() {
    local ranks=$1 checkpoint=$2
    shift 2
    mkdir -p "$work/run/checkpoints"
    cp -r "$work/whole/checkpoints/$checkpoint" "$work/run/checkpoints/"
    grep -E '"step": *[123],' "$work/whole/metrics.jsonl" >"$work/run/metrics.jsonl"
    run "$ranks" "$@"
}

go_on 4 step-00000003
same "continued on 4 ranks"
go_on 8 step-00000003 cluster.shard_optimizer=true
same "continued on 8 ranks that share the optimizer out"

# refused CODE TEXT RANKS SETTING...: with this exit code and one line that has the text.
refused() {
    local code=$1 text=$2 ranks=$3 status=0
    shift 3
    on "$ranks" train "${settings[@]}" "$@" >"$work/out" 2>&1 || status=$?
    [ "$status" = "$code" ] || { cat "$work/out"; fail "exit code $status instead of $code"; }
    [ "$(grep -c "^mpibert: train: .*$text" "$work/out")" = 1 ] || { cat "$work/out"; fail "no '$text'"; }
}

refused 2 'on 3 ranks, 1, 2, 4 or 8 ranks were expected' 3 "checkpoint.directory=$work/run"
[ ! -e "$work/run" ] || fail "a refused run left something"
refused 2 'training.deterministic is false, the checkpoint was made with true' 1 \
    "checkpoint.directory=$work/whole" training.deterministic=false
