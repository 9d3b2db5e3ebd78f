#!/usr/bin/env bash
# The kernels that a run uses belong to its state: a resumed run takes the same, whatever it would choose.
. "$(dirname "$0")/lib.sh"

alter_state=$2
settings=("${small_run[@]}" checkpoint.every_steps=4 checkpoint.keep=100)

alone train "${settings[@]}" "checkpoint.directory=$work/first"

# from_start KERNEL SET NAME: a run with these kernels from its first checkpoint on, and its products.
from_start() {
    rm -rf "${work:?}/$3"
    mkdir -p "$work/$3/checkpoints"
    cp -r "$work/first/checkpoints/step-00000004" "$work/$3/checkpoints/"
    "$alter_state" "$work/$3/checkpoints/step-00000004" kernel "$1"
    "$alter_state" "$work/$3/checkpoints/step-00000004" instruction_set "$2"
    alone train "${settings[@]}" "checkpoint.directory=$work/$3"
    cp "$work/alone" "$work/$3.out"
}

# goes_on NAME: stopped after step 8, it ends with the same bits.
goes_on() {
    mkdir -p "$work/$1-again/checkpoints"
    cp -r "$work/$1/checkpoints/step-00000008" "$work/$1-again/checkpoints/"
    alone train "${settings[@]}" "checkpoint.directory=$work/$1-again"
    cmp "$work/$1/final/model.safetensors" "$work/$1-again/final/model.safetensors" ||
        fail "$1: other weights after a stop"
    ! grep -q 'not to be had here' "$work/alone" || fail "$1: $(cat "$work/alone")"
}

from_start blas SSE2 blas
grep -q 'SSE2 kernels' "$work/blas.out" || fail "other kernels than the state's"
goes_on blas
"$program" inspect "$work/blas/checkpoints/step-00000008" | grep -q '^instruction_set *SSE2$' ||
    fail "inspect does not show the instruction set"
from_start own SSE2 own
grep -q 'SSE2 products of our own' "$work/own.out" || fail "other products than the state's"
goes_on own
! cmp -s "$work/own/final/model.safetensors" "$work/blas/final/model.safetensors" ||
    fail "both kernels give the same bits: this test shows nothing"

# What this CPU cannot do with factors in floats is said in one line, and the run goes on.
from_start bf16-dots SSE2 other
[ "$(grep -c 'which is not to be had here' "$work/other.out")" = 1 ] || fail "not said once"
[ -s "$work/other/final/model.safetensors" ] || fail "did not go on"
