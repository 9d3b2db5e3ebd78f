#!/usr/bin/env bash
# With factors and activations in bf16 a run learns as it does in floats, on any number of threads
# and ranks, with and without checkpointed layers.
. "$(dirname "$0")/lib.sh"

train() {
    local ranks=$1 name=$2
    shift 2
    on "$ranks" train "${small_run[@]}" "$@" "checkpoint.directory=$work/$name" \
        >"$work/$name.log" 2>&1
    losses "$work/$name" >"$work/$name.txt"
}

train 1 fp32
train 1 bf16 training.precision=bf16
train 1 threads2 training.precision=bf16 cluster.threads_per_rank=2
train 1 checkpointed training.precision=bf16 training.activation_checkpointing=all
train 3 ranks3 training.precision=bf16

# A factor is off by up to 1 in 256, in both directions.
near "$work/fp32.txt" "$work/bf16.txt" 0.005 || fail "bf16 does not learn as floats do"
cmp -s "$work/fp32.txt" "$work/bf16.txt" && fail "bf16 changes nothing"
# products NAME: what a run's log says of its matrix products.
products() { sed -nE 's/^Steps:.*\((.*)\)$/\1/p' "$work/$1.log"; }
# as_bf16 NAME WHAT: the same losses to the last bit, unless that start measured other products as the
# faster ones: gradients that are summed in another order round a few factors the other way.
as_bf16() {
    if [ "$(products "$1")" = "$(products bf16)" ]; then
        cmp "$work/bf16.txt" "$work/$1.txt" || fail "$2 changes the loss"
    else
        near "$work/bf16.txt" "$work/$1.txt" 1e-3 || fail "$2 changes the loss, with other products"
    fi
}
[ -n "$(products bf16)" ] || fail "the log names no products: $(cat "$work/bf16.log")"
as_bf16 threads2 "the number of threads"
as_bf16 checkpointed "checkpointing"
near "$work/bf16.txt" "$work/ranks3.txt" 1e-3 || fail "the number of ranks changes the loss"
activations() { sed -nE 's/^Memory: .*activations ([0-9.]+) MiB.*/\1/p' "$work/$1.log"; }
# Half, and a few floats a token; told to a tenth.
awk -v wide="$(activations fp32)" -v narrow="$(activations bf16)" \
    'BEGIN { exit !(wide > 0 && narrow > 0.45 * wide && narrow < 0.6 * wide) }' ||
    fail "activations of bf16: $(grep ^Memory: "$work/fp32.log" "$work/bf16.log")"
grep -q "in bf16" "$work/bf16.log" || fail "the log names no precision: $(cat "$work/bf16.log")"

# A run goes on in the precision that it began in.
if on 1 train "${small_run[@]}" "checkpoint.directory=$work/bf16" checkpoint.resume=auto \
    training.precision=fp32 >/dev/null 2>"$work/other.log"; then
    fail "a run in bf16 goes on in fp32"
fi
grep -q "training.precision is fp32, " "$work/other.log" || fail "$(cat "$work/other.log")"
