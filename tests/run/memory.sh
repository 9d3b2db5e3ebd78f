#!/usr/bin/env bash
# The plan of a run's memory: it says what the run then takes, layers are checkpointed and moments
# shared out as the limit asks for, which changes no weight, and what cannot fit is refused before the
# first step.
. "$(dirname "$0")/lib.sh"

# Activations outweigh weights, and what the programs of two ranks differ by (8 MiB under the
# sanitizers), so that each checkpointed layer shows.
run=(
    "${small_run[@]}" cluster.shard_optimizer=false training.max_steps=3 training.batch_size=48 training.eval_batch_size=32
    "model.architecture={hidden_size: 128, num_hidden_layers: 6, num_attention_heads: 4, intermediate_size: 512}"
)

# train NAME KEY=VALUE...: a run of its own; its lines for people go to $work/NAME.out and .err.
train() {
    local name=$1
    shift
    on 2 train "${run[@]}" "checkpoint.directory=$work/$name" "$@" >"$work/$name.out" \
        2>"$work/$name.err"
}

# planned NAME: the bytes that a run planned for a rank.
planned() {
    sed -nE 's/^Memory: +([0-9.]+) MiB a rank .*/\1/p' "$work/$1.out" |
        awk '{ printf "%d\n", $1 * 1048576 }'
}

# says NAME TEXT: what the plan of a run says of its layers.
says() {
    grep "^Memory: " "$work/$1.out" | grep -q "; $2\$" ||
        fail "no '$2' in $(cat "$work/$1.out")"
}

# trains NAME KEY=VALUE...: likewise, and it must end well.
trains() {
    train "$@" || fail "exit code $?: $(cat "$work/$1.err")"
}

trains none training.activation_checkpointing=none
trains all training.activation_checkpointing=all
trains auto
says none "no layer is checkpointed"
says all "all layers are checkpointed"
says auto "no layer is checkpointed"
[ "$(planned all)" -lt "$(planned none)" ] || fail "checkpointing saves nothing"

# Between the two, some are.
limit=$((($(planned all) + $(planned none)) / 2))
trains some "training.memory_limit=$limit"
says some "[1-4]\( to [2-5]\)\? of 6 layers are checkpointed\(, by rank\)\?"
[ "$(planned some)" -le "$limit" ] || fail "the plan is above its limit"
grep -q "^Memory: .* granted (training.memory_limit); " "$work/some.out" ||
    fail "$(cat "$work/some.out")"
for name in all auto some; do
    cmp -s "$work/none/final/model.safetensors" "$work/$name/final/model.safetensors" ||
        fail "the weights of 'none' and '$name' differ"
done

# What the kernel counted as the most that a rank ever held. The plan does not know what MPI takes
# for messages, and what writing a checkpoint takes: 8 MiB, beside which 5 % are of the pages that
# the allocator rounds up to.
for name in none all some; do
    peak=$(sed -nE 's/.*"peak_rss_bytes": .*"max": ([0-9]+).*/\1/p' "$work/$name/metrics.jsonl" |
        tail -1)
    awk -v planned="$(planned $name)" -v peak="$peak" 'BEGIN {
        slack = 0.05 * planned + 8 * 1048576
        exit !(peak < planned + slack && peak > planned - slack) }' ||
        fail "$name: planned $(planned $name) bytes, the peak was $peak"
done

# refused TEXT KEY=VALUE...: before the first step, with exit code 4 and one line with TEXT.
refused() {
    local text=$1 status=0
    shift
    rm -rf "$work/refused"
    train refused "$@" || status=$?
    [ "$status" = 4 ] || fail "exit code $status instead of 4: $(cat "$work/refused.err")"
    [ "$(grep -c "^mpibert: train: training needs .*$text" "$work/refused.err")" = 1 ] ||
        fail "no '$text' in $(cat "$work/refused.err")"
    [ ! -e "$work/refused/metrics.jsonl" ] || fail "the run has begun"
}
least=$(planned all)
refused "are granted: .* training.batch_size [0-9]* with training.gradient_accumulation_steps [0-9]* needs .* (training.memory_limit)" \
    "training.memory_limit=$((least - 2 * 1048576))"
refused "training.activation_checkpointing: all needs" training.activation_checkpointing=none \
    "training.memory_limit=$limit"
refused "cluster.shard_optimizer: true needs" "training.memory_limit=$((least - 2 * 1048576))"
refused "a smaller model or a node with more memory would help" training.memory_limit=1MiB
SLURM_MEM_PER_NODE=20 refused "(SLURM_MEM_PER_NODE, 2 ranks on the node)"

# Where a rank cannot have all moments without computing layers again, ranks share them out.
trains shared cluster.shard_optimizer=auto "training.memory_limit=$(($(planned none) - 1048576))"
says shared "no layer is checkpointed; each rank has 1/2 of the moments"
trains tight cluster.shard_optimizer=auto "training.memory_limit=$((least - 2 * 1048576))"
for name in shared tight; do
    cmp -s "$work/none/final/model.safetensors" "$work/$name/final/model.safetensors" ||
        fail "the weights of 'none' and '$name' differ"
done
moments=$(($(stat -c %s "$work/none/final/model.safetensors") * 2))
saved=$(($(planned none) - $(planned shared)))
# A rank's half, but for what it exchanges words with, and what its program takes anyway.
[ "$saved" -gt $((moments / 2 - 3 * 1048576)) ] && [ "$saved" -lt $((moments / 2 + 1048576)) ] ||
    fail "sharing saves $saved bytes of $moments"
