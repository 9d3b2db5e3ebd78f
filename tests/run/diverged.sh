#!/usr/bin/env bash
# A loss that is not finite ends all ranks with 5 and one line that names the example, whichever rank
# has it and however gradients are summed; what was saved before stays, whole.
. "$(dirname "$0")/lib.sh"

alter_weights=$2
word=telescope # of one text alone: its vector's sum overflows, while each weight is finite
for i in $(seq 0 39); do
    printf '{"text": "the puck slid over the ice %d times", "label": "%s", "id": "text %d"}\n' "$i" \
        "$((i % 2 ? 1 : 2))" "$i"
done >"$work/texts.jsonl"
sed -i "30s/puck/$word/" "$work/texts.jsonl"

small=(
    model.max_seq_length=32 "data.train=$work/texts.jsonl" training.batch_size=4 training.epochs=1
    training.learning_rate=1.0e-3 training.eval_strategy=no cluster.threads_per_rank=1
)
alone train "${random_model[@]}" "${small[@]}" "checkpoint.directory=$work/sound"
model=$work/sound/final
row=$(($(grep -nx "$word" "$model/vocab.txt" | cut -d: -f1) - 1))
"$alter_weights" "$model/model.safetensors" bert.embeddings.word_embeddings.weight 3e38 \
    $((64 * row)) $((64 * row + 1)) || fail "the weights are as they were"
rm "$model/manifest.json"

# ends_with_5 RANKS [SETTING...]
ends_with_5() {
    local ranks=$1 code=0 run=$work/run step
    shift
    rm -rf "$run"
    timeout 60 "${mpirun[@]}" -n "$ranks" "$program" train "model.name=$model" "${small[@]}" \
        checkpoint.every_steps=1 "checkpoint.directory=$run" "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = 5 ] || { cat "$work/out"; fail "exit code $code on $ranks ranks with $*"; }
    step=$(sed -nE 's/^mpibert: train: the loss is not finite at step ([0-9]+): examples text 29; .*/\1/p' "$work/out")
    [ "$(grep -c '^mpibert: train: the ' "$work/out")" = 1 ] && [ "$step" -gt 1 ] ||
        { cat "$work/out"; fail "not one line that names it on $ranks ranks with $*"; }
    step=$(printf '%s/checkpoints/step-%08d' "$run" $((step - 1)))
    "$program" inspect "$step" >"$work/out" 2>&1 || fail "the last good checkpoint is not whole: $(cat "$work/out")"
    [ ! -e "$run/final" ] || fail "a final model was written"
}

for ranks in 1 2 3; do
    ends_with_5 "$ranks"
done
ends_with_5 2 cluster.overlap=false
ends_with_5 2 cluster.shard_optimizer=true
ends_with_5 3 cluster.gradient_dtype=bf16
ends_with_5 4 training.deterministic=true
