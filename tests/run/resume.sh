#!/usr/bin/env bash
# A run that was stopped and continued ends with the same weights, bit for bit, as one that was not.
. "$(dirname "$0")/lib.sh"

settings=("${small_run[@]}" checkpoint.every_steps=3 checkpoint.keep=100)

for ranks in 1 2; do
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$work/whole$ranks" >"$work/whole.out" 2>&1
    # Every checkpoint of the whole run is a place to continue from.
    checkpoints=("$work/whole$ranks"/checkpoints/step-*)
    for checkpoint in "${checkpoints[@]:0:$(unless_sanitized 99 1)}"; do
        step=$(basename "$checkpoint")
        again=$work/again-$ranks-$step
        mkdir -p "$again/checkpoints"
        cp -r "$checkpoint" "$again/checkpoints/"
        on "$ranks" train "${settings[@]}" "checkpoint.directory=$again" >"$work/again.out" 2>&1
        cmp "$work/whole$ranks/final/model.safetensors" "$again/final/model.safetensors" ||
            fail "continued after $step on $ranks ranks: other weights"
        diff <(grep '|.*%' "$work/whole.out") <(grep '|.*%' "$work/again.out") ||
            fail "continued after $step: another table"
        rm -rf "$again"
    done
done

# When models are saved and validated shows in no weight and no validation, although words without a
# gradient are updated later than the others.
last_validation() {
    sed -nE 's/.*("eval_loss".*"eval_mcc": [^,}]+).*/\1/p' "$1/metrics.jsonl" | tail -1
}
for often in "checkpoint.every_steps=1000" "checkpoint.every_steps=1 training.eval_every_steps=1"; do
    # shellcheck disable=SC2086
    on 1 train "${small_run[@]}" $often "checkpoint.directory=$work/often" >"$work/often.out" 2>&1
    cmp "$work/whole1/final/model.safetensors" "$work/often/final/model.safetensors" ||
        fail "other weights with $often"
    [ "$(last_validation "$work/whole1")" = "$(last_validation "$work/often")" ] ||
        fail "another validation with $often"
    rm -rf "$work/often"
done

# A damaged newest checkpoint is passed over with a warning.
newest=$(printf '%s\n' "$work"/whole1/checkpoints/step-* | tail -1)
printf 'x' | dd of="$newest/model.safetensors" bs=1 seek=5000 conv=notrunc 2>/dev/null
on 1 train "${settings[@]}" "checkpoint.directory=$work/whole1" >"$work/damaged.out" 2>&1
grep -q 'warning: checkpoint passed over: .*SHA-256' "$work/damaged.out" || fail "no warning"

# Settings that define the run may not change under a resumed one.
status=0
on 1 train "${settings[@]}" training.seed=7 "checkpoint.directory=$work/whole1" \
    >"$work/seed.out" 2>&1 || status=$?
[ "$status" = 2 ] || fail "a changed seed gave exit code $status"
grep -q 'training.seed is 7, the checkpoint was made with 42' "$work/seed.out" ||
    fail "no message about the seed"
