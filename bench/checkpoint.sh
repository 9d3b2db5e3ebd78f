#!/usr/bin/env bash
# checkpoint.sh PROGRAM FOLDER [RANKS]: seconds that a checkpoint of a random BERT-Large takes in FOLDER,
# written by one rank, as rank 0 does for all of them, and by ranks that share the optimizer out; three
# of each, in turn. Takes 6 GB of memory for one rank, 4 GB for each of several, and 9 GB of FOLDER.
set -eu

program=$1
folder=$2
ranks=${3:-4}
read -ra mpirun <<<"${MPIBERT_MPIRUN:-mpirun --oversubscribe --bind-to none}"
run=$folder/mpibert-checkpoint-$$
trap 'rm -rf "$run"' EXIT

# now: in seconds.
now() { date +%s.%N; }

# measure RANKS SHARED: one run of one step; prints the seconds between the first file of its checkpoint and
# the checkpoint's name.
measure() {
    local begin= job
    rm -rf "$run"
    "${mpirun[@]}" -n "$1" "$program" train model.name=datasets/vocab/newsposts \
        model.initialize=random "model.architecture={hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096}" \
        model.max_seq_length=16 data.train=datasets/newsposts data.max_samples=16 training.batch_size=8 \
        training.max_steps=1 training.eval_strategy=no data.val_split=0 cluster.threads_per_rank=1 \
        "cluster.shard_optimizer=$2" "checkpoint.directory=$run" >"$folder/checkpoint-$$.log" 2>&1 &
    job=$!
    until [ -d "$run/checkpoints/step-00000001" ]; do
        if [ -z "$begin" ] && [ -d "$run/checkpoints/step-00000001.partial" ]; then
            begin=$(now)
        fi
        kill -0 "$job" 2>/dev/null || { cat "$folder/checkpoint-$$.log" >&2 && exit 1; }
        sleep 0.01
    done
    echo "$begin $(now)" | awk -v ranks="$1" '{ printf "%d ranks %.2f s\n", ranks, $2 - $1 }'
    wait "$job"
}

for _ in 1 2 3; do
    measure 1 false
    measure "$ranks" true
done
rm -f "$folder/checkpoint-$$.log"
