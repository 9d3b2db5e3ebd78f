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
