#!/usr/bin/env bash
# A run that is refused leaves everything as it was: nothing is written before it is accepted.
. "$(dirname "$0")/lib.sh"

alter_state=$2
settings=("${small_run[@]}" checkpoint.every_steps=8 checkpoint.keep=100)
run=$work/run
newest=$run/checkpoints/step-00000016

alone train "${settings[@]}" "checkpoint.directory=$run"

# Every file with its time and content, but for the lock's, and what the cache holds.
listing() {
    (cd "$run" && find . ! -name .lock ! -path ./cache -printf '%p %y %T@\n' | sort &&
        find . -type f ! -name .lock -exec sha256sum {} + | sort)
}

# refused CODE TEXT SETTINGS...: the same command again, with other settings.
refused() {
    local code=$1 text=$2 status=0
    shift 2
    listing >"$work/before"
    "$program" train "${settings[@]}" "checkpoint.directory=$run" "$@" >"$work/out" 2>&1 || status=$?
    [ "$status" = "$code" ] || fail "exit code $status of $*: $(cat "$work/out")"
    grep -qF "$text" "$work/out" || fail "no '$text' for $*: $(cat "$work/out")"
    listing | diff "$work/before" - || fail "a run that was refused for $* wrote to its directory"
}

refused 2 "training.seed is 7, the checkpoint was made with 42" training.seed=7
refused 2 "training.adam_beta2 is 0.9, the checkpoint was made with 0.999" training.adam_beta2=0.9
refused 2 "training.class_weights is balanced, the checkpoint was made with none" \
    training.class_weights=balanced
refused 2 "training.epochs is 3, the checkpoint was made with 2" training.epochs=3
refused 2 "give back training.epochs=2" training.epochs=3
refused 4 "" training.memory_limit=1MiB checkpoint.resume="$run/checkpoints/step-00000008"
# Other texts of as many classes: judged once they are read, and nothing of them stays in the cache.
for label in datasets/newsposts/*/; do
    mkdir -p "$work/other/$(basename "$label")"
    for i in $(seq 40); do
        echo "a text with the number $i" >"$work/other/$(basename "$label")/$i"
    done
done
refused 2 ", the checkpoint was made with " data.train="$work/other"
refused 3 "there is no such folder, a checkpoint was expected" checkpoint.resume=no/such

# damaged NAME: a copy of the newest checkpoint to damage.
damaged() {
    rm -rf "$work/damaged"
    cp -r "$newest" "$work/damaged"
}
from_damaged=checkpoint.resume=$work/damaged

# flip FILE: one bit in its middle.
flip() {
    local at=$(($(stat -c %s "$1") / 2)) byte
    byte=$(od -An -tu1 -j "$at" -N 1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "$(printf '\\%03o' $((byte ^ 16)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

damaged
flip "$work/damaged/model.safetensors"
refused 3 "SHA-256" "$from_damaged"
damaged
rm "$work/damaged/manifest.json"
refused 3 "there is no manifest.json" "$from_damaged"
damaged
sed -i 's/"model.safetensors"/"model.safetensor"/' "$work/damaged/manifest.json"
refused 3 "model.safetensor" "$from_damaged"
damaged
"$alter_state" "$work/damaged" step -5
refused 3 "attribute step is -5, 0 to " "$from_damaged"
damaged
"$alter_state" "$work/damaged" step 1000000000
refused 3 "attribute step is 1000000000, 0 to 16 was expected" "$from_damaged"
damaged
"$alter_state" "$work/damaged" step 12
"$alter_state" "$work/damaged" second_moment nan
refused 3 "value 0 of dataset /optimizer/exp_avg_sq is nan" "$from_damaged"
damaged
"$alter_state" "$work/damaged" step 12
"$alter_state" "$work/damaged" kernel fastest
refused 3 "attribute kernel is 'fastest'" "$from_damaged"

# A damaged one is passed over by itself, in favour of an older one.
flip "$newest/training_state.h5"
rm -r "$run/final"
alone train "${settings[@]}" "checkpoint.directory=$run"
grep -q 'warning: checkpoint passed over: ' "$work/alone" || fail "no warning"
grep -q 'going on after step 8 of 16' "$work/alone" || fail "not from the older one"

# A new run that is refused leaves no folder.
for wrong in model.name=no/such data.train=no/such model.label_names='[x, y]'; do
    status=0
    "$program" train "${settings[@]}" "checkpoint.directory=$work/new" "$wrong" >"$work/out" 2>&1 ||
        status=$?
    [ "$status" != 0 ] || fail "$wrong was not refused"
    [ ! -e "$work/new" ] || fail "$wrong left $(ls -A "$work/new")"
done
