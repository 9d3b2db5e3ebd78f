#!/usr/bin/env bash
# An MPI call that fails on one rank ends all of them with exit code 4 and one line: nobody is left
# waiting in another call.
. "$(dirname "$0")/lib.sh"

stand_between=$2
skip_with_sanitizers "the sanitizer has to be loaded first"

# failing RANK CALL COMMAND...: on three ranks; the exit code goes to $status.
failing() {
    local rank=$1 call=$2
    shift 2
    status=0
    timeout 60 "${mpirun[@]}" -n 3 env "LD_PRELOAD=$stand_between" "FAIL_RANK=$rank" \
        "FAIL_CALL=$call" "FAIL_COUNT=$work/count" "$program" "$@" >"$work/out" 2>&1 || status=$?
}

train=(train "${small_run[@]}" training.epochs=1 data.max_samples=64)

for rank in 0 2; do
    failing "$rank" 0 "${train[@]}" "checkpoint.directory=$work/whole$rank"
    [ "$status" = 0 ] || { cat "$work/out"; fail "the undisturbed run gave $status"; }
    count=$(cat "$work/count")
    [ "$count" -gt 40 ] || fail "only $count calls were seen"
    # Up to nine tenths: how work is dealt to ranks, and with it the number of calls, varies a little.
    for part in 0 1 2 3 4 5 6; do
        call=$((1 + count * part * 9 / 60))
        rm -rf "$work/run"
        failing "$rank" "$call" "${train[@]}" "checkpoint.directory=$work/run"
        [ "$status" = 4 ] || { cat "$work/out"; fail "call $call of $count on rank $rank gave $status"; }
        [ "$(grep -c "^mpibert: train: MPI failed: .*(rank $rank)" "$work/out")" = 1 ] ||
            { cat "$work/out"; fail "call $call on rank $rank was not told of once"; }
    done
done
