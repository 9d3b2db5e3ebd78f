#!/usr/bin/env bash
# inspect describes runs, checkpoints, models and shards, and finds damage by their checksums.
. "$(dirname "$0")/lib.sh"

"$program" preprocess "${small_run[@]}" --output "$work/shards" 2>/dev/null
"$program" train "${small_run[@]}" training.epochs=1 checkpoint.directory="$work/run" \
    >"$work/out" 2>&1 || fail "training: $(cat "$work/out")"
checkpoint=$(find "$work/run/checkpoints" -mindepth 1 -maxdepth 1 | head -n 1)
shard=$(find "$work/shards" -name '*.h5' | sort | head -n 1)

# says PATH TEXT: the description as text, and the JSON form, hold it.
says() {
    "$program" inspect "$1" >"$work/text" 2>"$work/err" || fail "inspect $1: $(cat "$work/err")"
    grep -qE "$2" "$work/text" || fail "inspect $1 does not say '$2'"
    "$program" inspect "$1" --json >"$work/json"
    [ "$(wc -l <"$work/json")" = 1 ] || fail "inspect $1 --json is not one line"
}

says "$work/run" "^kind +run"
says "$work/run" "^checkpoints:"
says "$work/run" "^final:"

# Results come first, as the run showed them; then what is special about it; then all settings.
"$program" inspect "$work/run" >"$work/text"
"$program" inspect "$work/run" --json >"$work/json"
[ "$(sed -nE 's/^([a-z_A-Z]+)[: ].*/\1/p' "$work/text" | tr '\n' ' ')" = "path kind task state step \
total_steps Epoch best_validation last_validation checkpoints settings final best config " ] ||
    fail "another order: $(cat "$work/text")"
grep -qE '^state +finished$' "$work/text" || fail "not finished: $(head "$work/text")"
grep -E '^ +[0-9]+ \|' "$work/out" >"$work/rows"
grep -E '^ +[0-9]+ \|' "$work/text" | cmp -s - "$work/rows" || fail "another table: $(cat "$work/text")"
value=$(sed -nE 's/.*"eval_accuracy": ([0-9.]+).*/\1/p' "$work/run/metrics.jsonl")
grep -q "\"best_validation\": {\"metric\": \"accuracy\", \"value\": $value, \"step\": 8, " "$work/json" ||
    fail "the best is not $value: $(cat "$work/json")"
grep -qx '  training.epochs: 1' "$work/text" || fail "no training.epochs in $(cat "$work/text")"
! grep -q '^  training.seed' "$work/text" || fail "a default is among the settings"

# A run that was stopped says where.
cp -r "$work/run" "$work/stopped"
rm -r "$work/stopped/final"
sed -i 's/^  epochs: 1$/  epochs: 5/' "$work/stopped/config.yaml"
says "$work/stopped" '^state +stopped$'
says "$work/stopped" '^step +8$'
says "$work/stopped" '^total_steps +40$'
says "$work/run/final" "^kind +model"
says "$work/run/final" "^trained_head +true"
says "$work/run/final" "^label_names +comp.graphics, rec.sport.hockey, sci.space, talk.politics"
says "$checkpoint" "^kind +checkpoint"
says "$checkpoint" "^step +8$"
says "$checkpoint" "^checksums +verified"
says "$work/shards" "^kind +shards"
says "$work/shards" "^sequences +160$"
says "$shard" "^kind +shard"

# A model in several files has the hash of these files one after another.
golden=$(dirname "$0")/../golden/model/bert
mkdir "$work/parts"
cp "$golden/config.json" "$golden/vocab.txt" "$work/parts"
cp "$golden/model.safetensors" "$work/parts/model-00001-of-00001.safetensors"
python3 - "$work/parts" <<'PYTHON'
import json, struct, sys
part = open(sys.argv[1] + "/model-00001-of-00001.safetensors", "rb").read()
header = json.loads(part[8 : 8 + struct.unpack("<Q", part[:8])[0]])
header.pop("__metadata__", None)
index = {"weight_map": {name: "model-00001-of-00001.safetensors" for name in header}}
json.dump(index, open(sys.argv[1] + "/model.safetensors.index.json", "w"))
PYTHON
says "$work/parts" "^weights_sha256 +$(sha256sum <"$golden/model.safetensors" | cut -d' ' -f1)"

# flip FILE: one bit in its middle.
flip() {
    local at=$(($(stat -c %s "$1") / 2)) byte
    byte=$(od -An -tu1 -j "$at" -N 1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "$(printf '\\%03o' $((byte ^ 16)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

refuses 3 "there is no such file or folder (no/such)" inspect no/such
refuses 3 "neither config.yaml" inspect "$work"
flip "$checkpoint/training_state.h5"
refuses 3 "training_state.h5" inspect "$checkpoint"
refuses 3 "training_state.h5" inspect "$work/run"
flip "$work/run/final/model.safetensors"
refuses 3 "model.safetensors" inspect "$work/run/final"
flip "$shard"
refuses 3 "$(basename "$shard")" inspect "$work/shards"
