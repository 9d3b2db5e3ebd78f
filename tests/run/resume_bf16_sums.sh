#!/usr/bin/env bash
# Where nodes exchange gradients as bf16, with error feedback, a run that goes on ends with the bits of
# one that never stopped: from a checkpoint, after a signal, and after a kill. On another number of
# ranks it says that the remainders are lost.
. "$(dirname "$0")/lib.sh"

pretend_nodes=$2
skip_with_sanitizers "they must be loaded before what is preloaded here"

tolerance=0.02 # bf16 rounds to 2^-8, and of a gradient's sign near 0 Adam makes a whole step
settings=(
    "${small_run[@]}" cluster.gradient_dtype=bf16 checkpoint.every_steps=4 checkpoint.keep=100
)
warning='warning: what rounding to bf16 left over starts at zero'
export PRETENDED_NODES=2

# start RANKS NAME [SETTING...]: ranks dealt to two nodes in turn.
start() {
    local ranks=$1 name=$2
    shift 2
    "${mpirun[@]}" -n "$ranks" env "LD_PRELOAD=$pretend_nodes" "$program" train "${settings[@]}" \
        "checkpoint.directory=$work/$name" "$@" >"$work/$name.out" 2>&1
}

run() {
    start "$@" || { cat "$work/$2.out"; fail "run $*"; }
}

# launcher_of JOB: mpirun, below the shell that runs `start` aside.
launcher_of() {
    ps -o pid= --ppid "$1" | tr -d ' '
}

# go_on RANKS NAME FROM [SETTING...]: from the first checkpoint of FROM.
go_on() {
    local ranks=$1 name=$2 from=$3
    shift 3
    mkdir -p "$work/$name/checkpoints"
    cp -r "$work/$from/checkpoints/step-00000004" "$work/$name/checkpoints/"
    run "$ranks" "$name" "$@"
    grep -q 'going on after step 4' "$work/$name.out" || fail "$name did not go on"
}

# same NAME NAME: equal weights, and no word about remainders.
same() {
    cmp "$work/$1/final/model.safetensors" "$work/$2/final/model.safetensors" ||
        fail "other weights in $2"
    ! grep -q "$warning" "$work/$2.out" || fail "remainders of $2 are lost"
}

for ranks in 2 3; do
    run "$ranks" "whole$ranks"
    go_on "$ranks" "again$ranks" "whole$ranks"
    same "whole$ranks" "again$ranks"
done
[ "$(ls "$work"/whole3/checkpoints/step-00000004/remainders-*)" = "$(
    printf "$work/whole3/checkpoints/step-00000004/remainders-0000%d-of-00003.h5\n" 0 1 2
)" ] || fail "not a file a rank"

run 3 sharded cluster.shard_optimizer=true
go_on 3 sharded_again sharded cluster.shard_optimizer=true
same sharded sharded_again

# Other ranks do not have the remainders.
go_on 3 fewer whole2
[ "$(grep -c "$warning" "$work/fewer.out")" = 1 ] || { cat "$work/fewer.out"; fail "no single warning"; }
losses "$work/fewer" >"$work/have"
losses "$work/whole2" | tail -n "$(wc -l <"$work/have")" >"$work/want"
near "$work/want" "$work/have" "$tolerance" || fail "other losses on another number of ranks"

run 2 plain cluster.error_feedback=false
go_on 2 plain_again plain cluster.error_feedback=false
same plain plain_again
! cmp -s "$work/whole2/final/model.safetensors" "$work/plain/final/model.safetensors" ||
    fail "error feedback changes nothing"

# Asked to end, and killed a moment later, in the middle of a step.
settings+=("model.architecture={hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512}"
    training.epochs=20 checkpoint.every_steps=100000)
run 2 larger
for end in ask kill; do
    start 2 "$end" &
    job=$!
    await grad_norm "$work/$end/metrics.jsonl"
    if [ "$end" = ask ]; then
        kill -TERM "$(launcher_of "$job")"
    else
        ranks=$(ranks_of "$(launcher_of "$job")")
        # shellcheck disable=SC2086
        kill -TERM $ranks
        for _ in $(seq 1000); do
            ls "$work/$end"/checkpoints/step-*/manifest.json >/dev/null 2>&1 && break
            [ -n "$(find "$work/$end/checkpoints" -name 'remainders-00001-*.h5')" ] &&
                grep -q 'saving step' "$work/$end.out" && break
            sleep 0.02
        done
        # shellcheck disable=SC2086
        kill -KILL $ranks 2>/dev/null || :
    fi
    wait "$job" || true
    run 2 "$end"
    grep -q 'going on after step' "$work/$end.out" || { cat "$work/$end.out"; fail "$end did not go on"; }
    same larger "$end"
done
