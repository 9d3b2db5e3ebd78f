#!/usr/bin/env bash
# Low-rank adaptations from end to end: the same losses on 1 to 4 ranks, in any way; a run resumes bit for
# bit; the adapter apart predicts what the merged model does, and what PEFT has made (tests/golden/lora) is
# read; what does not fit is refused.
. "$(dirname "$0")/lib.sh"

# 8 steps an epoch.
steps=(training.epochs=2 training.learning_rate=2.0e-3 data.stratify=false)
lora=("model.lora={rank: 4, alpha: 8, dropout: 0.1, targets: [query, value, output.dense]}")
# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${small_run[@]}" "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- the same in any way. Sums in another order, 16 steps: 1e-4 of a loss; bf16 has 8 bits: 2e-2.
train_on 1 one "${lora[@]}"
train_on 2 two "${lora[@]}" cluster.shard_optimizer=true
train_on 3 three "${lora[@]}" cluster.overlap=false
train_on 4 four "${lora[@]}" cluster.shard_optimizer=true training.activation_checkpointing=all
for run in two three four; do
    same_losses one $run 1e-4
done
train_on 2 short "${lora[@]}" training.precision=bf16
same_losses one short 2e-2
[ "$(losses "$work/one" | sort -u | wc -l)" -gt 12 ] || fail "nothing is learned"
# 4 (in + out) of query and value (64, 64), attention.output.dense (64, 64) and output.dense (64, 128), two
# layers, and 4 labels: 4 * 2 * (3 * 128 + 192) + 4 * 64 + 4
grep -q 'Trained: 4,868$' "$work/one.out" || fail "$(grep Parameters "$work/one.out")"

# --- stopped and continued, bit for bit, on other ranks too
train_on 1 whole "${lora[@]}" training.deterministic=true checkpoint.every_steps=5 checkpoint.keep=9
mkdir -p "$work/again/checkpoints"
cp -r "$work/whole/checkpoints/step-00000005" "$work/again/checkpoints/"
train_on 4 again "${lora[@]}" training.deterministic=true cluster.shard_optimizer=true
cmp "$(weights_of whole)" "$(weights_of again)" || fail "other weights"
cmp "$work/whole/final-adapter/adapter_model.safetensors" \
    "$work/again/final-adapter/adapter_model.safetensors" || fail "another adapter"
train_on 1 whole "${lora[@]}" training.deterministic=true checkpoint.every_steps=5 checkpoint.keep=9
grep -q 'the run is finished' "$work/whole.err" || fail "$(cat "$work/whole.err")"
train_on 1 best "${lora[@]}" checkpoint.load_best_model_at_end=true
cmp "$(weights_of best)" "$work/best/best/model.safetensors" || fail "final/ is not best/"

# --- apart and merged. Weights are rounded once more where they are merged: 1e-5 of a logit.
printf 'the shuttle was launched\na goal in overtime\nrender the polygon\n' >"$work/texts.txt"
# Its base is the random model, of which a directory is made first.
train_on 1 base training.max_steps=1 training.learning_rate=1.0e-9
adapt=("${small_data[@]}" "${steps[@]}" "model.name=$work/base/final" "${lora[@]}" data.remove_noise=null)
alone train "${adapt[@]}" "checkpoint.directory=$work/adapted"
logits_of "$work/adapted/final" >"$work/want"
logits_of "$work/adapted/final-adapter" >"$work/got"
[ "$(wc -l <"$work/want")" = 12 ] || fail "no logits: $(cat "$work/want")"
near "$work/want" "$work/got" 1e-4
for kind in final final-adapter; do
    on 2 evaluate --model "$work/adapted/$kind" --data datasets/newsposts >"$work/$kind" 2>/dev/null
    member accuracy <"$work/$kind" >"$work/$kind.accuracy"
done
cmp "$work/final.accuracy" "$work/final-adapter.accuracy" || fail "other scores"
alone inspect "$work/adapted/final-adapter"
# Of PEFT's own making; logits of [CLS] w5 w6 w7 [SEP] by PEFT in floats.
echo 'w5 w6 w7' | "$program" predict --model tests/golden/lora/bert --logits >"$work/out"
sed -nE 's/.*"logits": \[([^]]*)\].*/\1/p' "$work/out" | tr -d ' ' | tr ',' '\n' >"$work/got"
printf '0.0048009\n-0.7014324\n-0.1218438\n' >"$work/want"
near "$work/want" "$work/got" 1e-4
for adapter in bert-all bert-rslora distilbert; do
    echo 'w5 w6 w7' | "$program" predict --model tests/golden/lora/$adapter >"$work/out" || fail "$adapter"
done

# refuses CODE MESSAGE COMMAND...
refuses() {
    local want=$1 message=$2 status=0
    shift 2
    "$program" "$@" >"$work/alone" 2>&1 </dev/null || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
    grep -qF "$message" "$work/alone" || fail "$* ($message) says $(cat "$work/alone")"
}
train=(train "${small_run[@]}" "${steps[@]}" "checkpoint.directory=$work/refused")
refuses 2 "'quary' ends no name of a linear layer of the encoder" "${train[@]}" \
    "model.lora={rank: 4, targets: [quary]}"
refuses 2 'are trained together or not at all' "${train[@]}" \
    "model.lora={rank: 4, bias: lora_only}"
refuses 2 'model.lora freezes all but itself and the head' "${train[@]}" "${lora[@]}" \
    model.trainable=bitfit
refuses 2 'model.lora is given without its rank' "${train[@]}" model.lora.alpha=8
refuses 2 "model.lora.rank is '0'" "${train[@]}" model.lora.rank=0
refuses 2 'training begins with whole models' train "${adapt[@]}" \
    "model.name=$work/adapted/final-adapter" "checkpoint.directory=$work/refused"
# damage MEMBER REPLACEMENT MESSAGE: of adapter_config.json.
damage() {
    rm -rf "$work/damaged"
    cp -r "$work/adapted/final-adapter" "$work/damaged"
    rm "$work/damaged/manifest.json"
    sed -i -E "s|\"$1\": [^,]*|\"$1\": $2|" "$work/damaged/adapter_config.json"
    refuses 3 "$3" predict --model "$work/damaged" --input "$work/texts.txt"
}
damage peft_type '"IA3"' "peft_type is 'IA3', LORA was expected"
damage fan_in_fan_out true "member 'fan_in_fan_out' asks for what this version does not have"
damage r 5 'has 256 values in 4 rows, 320 in 5 were expected'
damage r '"x"' "member 'r'"
damage bias '"some"' "bias is 'some', none, all or lora_only was expected"
damage base_model_name_or_path '"nowhere/at-all"' 'nowhere/at-all'
cp -r "$work/adapted/final-adapter" "$work/other"
rm "$work/other/manifest.json" "$work/other/adapter_model.safetensors"
refuses 3 adapter_model.safetensors predict --model "$work/other" --input "$work/texts.txt"
cp "$work/base/final/model.safetensors" "$work/other/adapter_model.safetensors"
refuses 3 'belongs to nothing that is adapted here' predict --model "$work/other" --input "$work/texts.txt"
