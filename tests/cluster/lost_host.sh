#!/usr/bin/env bash
# A host is gone in the middle of a run. What goes on from the last checkpoint, when it is back or without
# it, ends with the bits of a run that lost nothing.
. "$(dirname "$0")/lib.sh"

start_cluster --hosts 2
cluster rate 40 # Mb/s: slow enough to lose a host in time
run=("${small_run[@]}" training.epochs=6 checkpoint.every_steps=4 cluster.silence_seconds=6)

# train RANKS NAME DETERMINISTIC
train() {
    cluster mpirun -n "$1" "$program" train "${run[@]}" "training.deterministic=$3" \
        "checkpoint.directory=$work/$2" >"$work/$2.out" 2>&1
}

# lose NAME DETERMINISTIC: a run whose second host goes after its second epoch.
lose() {
    local job
    train 2 "$1" "$2" &
    job=$!
    for _ in $(seq 2000); do
        ! grep -qsE '^ *2 \|' "$work/$1.out" && kill -0 "$job" 2>/dev/null || break
        sleep 0.1
    done
    grep -qE '^ *2 \|' "$work/$1.out" || fail "no second epoch: $(cat "$work/$1.out")"
    cluster run node0 pgrep -x mpibert >/dev/null || fail "nothing to lose: $(cat "$work/$1.out")"
    cluster kill node1
    # failure.sh has who is named: an mpirun that has lost a host may not pass on what ranks write.
    for _ in $(seq 300); do
        cluster run node0 pgrep -x mpibert >/dev/null 2>&1 || break
        sleep 0.1
    done
    ! cluster run node0 pgrep -x mpibert >/dev/null || fail "the other rank goes on"
    pkill -KILL -P "$job" || true # mpirun itself may wait for a quarter of an hour
    wait "$job" || true
    [ ! -e "$work/$1/final" ] || fail "the run had ended before: $(cat "$work/$1.out")"
    cluster start node1
}

# goes_on RANKS NAME DETERMINISTIC
goes_on() {
    train "$1" "$2" "$3" || fail "did not go on: $(cat "$work/$2.out")"
    grep -q 'going on after step' "$work/$2.out" || fail "did not go on: $(cat "$work/$2.out")"
    cmp "$work/whole-$3/final/model.safetensors" "$work/$2/final/model.safetensors" ||
        fail "other weights after the loss of a host, on $1 ranks"
}

train 2 whole-false false || fail "$(cat "$work/whole-false.out")"
train 1 whole-true true || fail "$(cat "$work/whole-true.out")"
lose lost-false false
lose lost-true true
goes_on 2 lost-false false
goes_on 1 lost-true true
