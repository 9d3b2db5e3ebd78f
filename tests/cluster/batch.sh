#!/usr/bin/env bash
# The scripts of slurm/ on a real Slurm: a pipeline over two nodes, a job that meets its time limit
# twice, an array with a task that is requeued, a job that is cancelled, one that loses a node, and a
# sweep with its table. Runs that were stopped end with the weights of those that were not.
. "$(dirname "$0")/lib.sh"

start_cluster --hosts 4 --slurm --set SlurmdTimeout=10

export MPIBERT=$program MPIBERT_HOME=$PWD MPIBERT_LAUNCH="srun --mpi=$pmi"
# So slow that all starts choose our own products.
export OPENBLAS_CORETYPE=Prescott
[ -f "$MPIBERT_HOME/slurm/train.sbatch" ] || fail "not in the project's folder"

cat >"$work/tiny.yaml" <<END
model:
  name: $PWD/datasets/vocab/newsposts
  initialize: random
  max_seq_length: 64
  architecture: {hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128}
training: {batch_size: 16, epochs: 2, learning_rate: 5.0e-5}
data: {train: $PWD/datasets/newsposts, max_samples: 160, remove_noise: [headers, footers, quotes]}
logging: {every_steps: 1}
checkpoint: {every_steps: 100000}
END

# on_head COMMAND...: where jobs are submitted, in the folder that all see.
on_head() {
    cluster run head bash -c 'cd "$0" && "$@"' "$work" "$@"
}

tiny=(--nodes=2 --ntasks-per-node=1 --cpus-per-task=1)
# submit OPTION_OR_ARGUMENT...: the number of the job.
submit() {
    on_head sbatch --parsable --output="$work/%x.log" "$@"
}

# await SECONDS WHAT COMMAND...: until it succeeds.
await() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || {
            on_head squeue -a
            tail -n 20 "$work"/*.log
            fail "waited in vain for $what"
        }
        sleep 0.3
    done
}

# is JOB STATE
is() {
    on_head scontrol show job "$1" 2>/dev/null | grep -q "JobState=$2"
}

# is_gone JOB: neither waits nor runs.
is_gone() {
    [ -z "$(on_head squeue -h -j "$1" -t PENDING,RUNNING,COMPLETING 2>/dev/null)" ]
}

says() {
    grep -qs -- "$2" "$work/$1"
}

same() {
    cmp "$work/$1/final/model.safetensors" "$work/$2/final/model.safetensors" ||
        fail "$2 ends with other weights than $1"
}

# Never stopped: for as long as it takes to send a signal, and no longer.
longer=(training.epochs=60)
# whole NAME NODES SETTING...
whole() {
    local name=$1 nodes=$2
    shift 2
    cluster mpirun -n "$nodes" "$program" train --config "$work/tiny.yaml" \
        cluster.threads_per_rank=1 "checkpoint.directory=$work/$name" "$@" >"$work/out" 2>&1 ||
        fail "$name: $(cat "$work/out")"
}

# A job whose ranks begin so late, in its first two starts, that they can take but a step or some before
# the limit of a minute. It goes on in the background. The script's own signal would come in the first
# minute, too.
cat >"$work/late" <<END
#!/bin/sh
[ "\${SLURM_RESTART_COUNT:-0}" -ge 2 ] || sleep 53
exec "$program" "\$@"
END
chmod +x "$work/late"
limited=$(MPIBERT=$work/late submit --job-name=limited --time=1 --signal=B:URG@1 \
    --nodelist=node2,node3 "${tiny[@]}" \
    "$MPIBERT_HOME/slurm/train.sbatch" tiny.yaml "${longer[@]}" checkpoint.directory=limited)

whole whole2 2
whole longer2 2 "${longer[@]}"
whole longer1 1 "${longer[@]}"

# Preprocess -> train -> evaluate, each after the other.
PREPROCESS="--nodes=1 --ntasks-per-node=1 --cpus-per-task=1 --exclude=node2,node3 --output=$work/preprocess.log" \
    TRAIN="${tiny[*]} --exclude=node2,node3 --output=$work/train.log" \
    EVALUATE="${tiny[*]} --exclude=node2,node3 --output=$work/evaluate.log" \
    TEST=$PWD/datasets/newsposts \
    on_head "$MPIBERT_HOME/slurm/pipeline.sh" tiny.yaml "checkpoint.directory=piped" >"$work/submitted" ||
    fail "not submitted: $(cat "$work/submitted")"
await 90 "the end of the pipeline" test -s "$work/piped/evaluation.json"
grep -q '"accuracy"' "$work/piped/evaluation.json" || fail "no accuracy"
grep -q 'on 2 ranks' "$work/train.log" || fail "not two ranks: $(cat "$work/train.log")"
same whole2 piped

# A sweep. Its first task is asked to stop and requeued, as a task of its array.
array=$(RATES=5.0e-5 SEEDS="42 7" SWEEP=sweep submit --job-name=sweep --array=0-1 --nodes=1 \
    --cpus-per-task=1 --exclude=node2,node3 --output="$work/sweep-%a.log" \
    "$MPIBERT_HOME/slurm/sweep.sbatch" tiny.yaml "${longer[@]}")
await 60 "the sweep's first task" says sweep/rate-5.0e-5-seed-42/metrics.jsonl grad_norm
on_head scancel --batch --signal=USR1 "${array}_0"
await 20 "its requeue" says sweep-0.log "starts again: scontrol requeue ${array}_0"
await 120 "the table of both tasks" says sweep/table.txt '^- *| *2 | *0\.'
grep -q 'going on after step' "$work/sweep-0.log" || fail "did not go on: $(cat "$work/sweep-0.log")"
same longer1 sweep/rate-5.0e-5-seed-42

# The same by starts that are submitted beforehand, with mpirun; the last one is not needed.
MPIBERT_LAUNCH=$job_launcher STARTS=3 on_head "$MPIBERT_HOME/slurm/chain.sh" \
    --job-name=chained --output="$work/%x.log" --exclude=node2,node3 "${tiny[@]}" \
    "$MPIBERT_HOME/slurm/train.sbatch" tiny.yaml "${longer[@]}" checkpoint.directory=chained >"$work/starts"
await 60 "the first start" says chained/metrics.jsonl grad_norm
on_head scancel --batch --signal=USR1 "$(head -n 1 "$work/starts")"
await 120 "the second start" test -s "$work/chained/final/model.safetensors"
same longer2 chained
await 60 "the end of the third" is_gone "$(tail -n 1 "$work/starts")"
[ "$(grep -c 'start 1, on' "$work/chained.log")" = 2 ] || fail "not two starts: $(cat "$work/chained.log")"

# One that is cancelled leaves its work and its nodes, and is not started again.
cancelled=$(submit --job-name=cancelled --exclude=node2,node3 "${tiny[@]}" \
    "$MPIBERT_HOME/slurm/train.sbatch" tiny.yaml training.epochs=100000 checkpoint.directory=cancelled)
await 60 "the job to cancel" says cancelled/metrics.jsonl grad_norm
on_head scancel "$cancelled"
await 40 "its end" is "$cancelled" CANCELLED
compgen -G "$work/cancelled/checkpoints/step-*/manifest.json" >/dev/null || fail "nothing is saved"

# A node that is lost costs what came after the last checkpoint; Slurm starts the job again.
lost=$(submit --job-name=lost --exclude=node2,node3 "${tiny[@]}" "$MPIBERT_HOME/slurm/train.sbatch" \
    tiny.yaml "${longer[@]}" checkpoint.every_steps=5 checkpoint.directory=lost)
await 60 "the job that loses a node" says lost/metrics.jsonl '"step": 6,'
cluster kill node1
await 60 "the loss of the node" is "$lost" PENDING
cluster start node1
await 90 "the end of the job that lost a node" is "$lost" COMPLETED
same longer2 lost

# The job with a limit has met it twice by now, with a step each, and has ended.
await 120 "the end of the job with a limit" is "$limited" COMPLETED
[ "$(grep -c 'stopped before the time limit' "$work/limited.log")" = 2 ] ||
    fail "not stopped twice: $(cat "$work/limited.log")"
[ "$(grep -c 'start 3, on' "$work/limited.log")" = 1 ] || fail "not three starts"
same longer2 limited
on_head sinfo -h -o %T | grep -vx idle && fail "a node is left drained"
:
