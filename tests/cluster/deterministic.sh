#!/usr/bin/env bash
# With training.deterministic, ranks train the same weights bit for bit on 1, 2 and 4 hosts, one or two
# on each, with dropout, texts of different lengths, accumulation and an odd number of examples; a run
# goes on from a checkpoint on other hosts.
. "$(dirname "$0")/lib.sh"

start_cluster --hosts 4

settings=(
    "${small_run[@]}" data.max_samples=157 training.batch_size=13 training.epochs=1
    training.gradient_accumulation_steps=3 training.deterministic=true checkpoint.every_steps=2
)

# train HOSTS SLOTS RUN: that many ranks on each.
train() {
    local ranks=$(($1 * $2))
    cluster mpirun --slots "$2" -n "$ranks" "$program" train "${settings[@]}" \
        "checkpoint.directory=$work/$3" >"$work/out" 2>&1 ||
        { cat "$work/out"; fail "$ranks ranks on $1 hosts"; }
    [ "$1" = 1 ] || grep -q "on $ranks ranks x 1 thread on $1 nodes" "$work/out" ||
        { cat "$work/out"; fail "not on $1 hosts"; }
}

# same RUN: its weights are those of one rank.
same() {
    cmp "$work/alone/final/model.safetensors" "$work/$1/final/model.safetensors" ||
        fail "other weights: $1"
}

train 1 1 alone
for what in "2 1" "4 1" "2 2" "4 2"; do
    read -r hosts slots <<<"$what"
    train "$hosts" "$slots" "hosts$hosts-slots$slots"
    same "hosts$hosts-slots$slots"
done

mkdir -p "$work/moved/checkpoints"
cp -r "$work/alone/checkpoints/step-00000002" "$work/moved/checkpoints/"
train 4 2 moved
grep -q 'going on after step 2' "$work/out" || fail "did not go on"
same moved
