#!/usr/bin/env bash
# A limit on the size of files (ulimit -f), which by default kills with SIGXFSZ, ends a command as a full
# disk does: exit code 4 and one line with the reason and the file.
. "$(dirname "$0")/lib.sh"

small=("${random_model[@]}" model.max_seq_length=32 data.train=datasets/newsposts data.max_samples=40
    training.batch_size=16 training.epochs=1 cluster.threads_per_rank=1)

# MPI's own shared files are not meant here, so there is one rank.
#
# limited KIBIBYTES PATTERN COMMAND...: in a subshell, as a limit cannot be raised again.
limited() {
    local kib=$1 pattern=$2 status=0
    shift 2
    (ulimit -S -f "$kib" && "$@") >"$work/out" 2>"$work/err" || status=$?
    [ "$status" = 4 ] || fail "exit code $status instead of 4 of $*: $(cat "$work/err")"
    [ "$(grep -cE "^mpibert: ([a-z]+: )?$pattern" "$work/err")" = 1 ] ||
        fail "not one line with /$pattern/: $(cat "$work/err")"
}

"$program" train "${small[@]}" "checkpoint.directory=$work/whole" >/dev/null 2>&1
model=$work/whole/final
for i in $(seq 200); do echo "text number $i"; done >"$work/texts.txt"

limited 400 "cannot write: File too large \($work/run/.*/model\.safetensors\)" \
    "$program" train "${small[@]}" "checkpoint.directory=$work/run"
rm -rf "$work/run"
limited 2500 "HDF5: file write failed: File too large \($work/run/.*/training_state\.h5[,)]" \
    "$program" train "${small[@]}" "checkpoint.directory=$work/run"
limited 8 "HDF5: .*: File too large \($work/shards/shard-.*\.h5[,)]" \
    "$program" preprocess "${small[@]}" --output "$work/shards"
limited 1 "cannot write: File too large \($work/predictions\.jsonl\)" \
    "$program" predict --model "$model" --input "$work/texts.txt" --output "$work/predictions.jsonl"
limited 1 "results could not be written: File too large \(standard output\)" \
    "$program" predict --model "$model" --input "$work/texts.txt"
limited 100 "cannot write: File too large \(.*/model\.safetensors\)" \
    "$program" fetch "$model" --output "$work/fetched"
[ ! -e "$work/predictions.jsonl" ] && [ ! -e "$work/fetched" ] || fail "a half file stays"
