#!/usr/bin/env bash
# A run that goes on with another number of ranks goes on with the same batches, dropout and
# schedule: its steps and validations are those of a run that was never stopped, to rounding.
. "$(dirname "$0")/lib.sh"

# Only the order in which gradients are summed differs: float rounding, grown over the steps.
tolerance=1e-4

settings=(
    "${small_run[@]}" data.max_samples=157 training.batch_size=7
    training.gradient_accumulation_steps=2 training.class_weights=balanced
    training.warmup_ratio=0.2 training.eval_strategy=steps training.eval_every_steps=4
    checkpoint.every_steps=4 checkpoint.keep=100
)

# column NAME RUN: its values, one a line.
column() {
    sed -nE "s/.*\"$1\": *([-+.0-9eE]+).*/\1/p" "$2/metrics.jsonl"
}

compare() {
    for name in loss grad_norm eval_loss; do
        column "$name" "$work/whole" >"$work/a"
        column "$name" "$1" >"$work/b"
        [ "$(wc -l <"$work/a")" -ge 3 ] || fail "no column of $name"
        near "$work/a" "$work/b" "$tolerance" || fail "$name differs, $2"
    done
    for name in epoch learning_rate examples real_tokens; do
        diff <(column "$name" "$work/whole") <(column "$name" "$1") || fail "$name differs, $2"
    done
}

# on_and_on RUN RANKS...: stops it after every fourth step, each part on another number of ranks.
on_and_on() {
    local run=$1 stop=4
    shift
    mkdir -p "$run"
    for ranks in "$@"; do
        on "$ranks" train "${settings[@]}" "checkpoint.directory=$run" >"$work/out" 2>&1 ||
            { cat "$work/out"; fail "on $ranks ranks"; }
        # As if it had been stopped there: no later checkpoint, and no end.
        if [ "$stop" -le $((4 * ($# - 1))) ]; then
            rm -rf "$run/final"
            for checkpoint in "$run"/checkpoints/step-*; do
                [ "$((10#${checkpoint##*-}))" -le "$stop" ] || rm -rf "$checkpoint"
            done
        fi
        stop=$((stop + 4))
    done
    grep -q 'going on after step' "$work/out" || fail "the last part did not go on"
}

on 1 train "${settings[@]}" "checkpoint.directory=$work/whole" >"$work/out" 2>&1
on_and_on "$work/up" 1 2 4
compare "$work/up" "on 1, 2, then 4 ranks"
on_and_on "$work/down" 3 4 1 2
compare "$work/down" "on 3, 4, 1, then 2 ranks"
