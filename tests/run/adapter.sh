#!/usr/bin/env bash
# Bottleneck adapters from end to end: the same losses on 1 to 4 ranks, in any way; a run resumes bit for bit;
# the model whole and apart predict the same, and what PyTorch has made (tests/golden/bottleneck) is read;
# nothing drops adapters, and what does not fit is refused.
. "$(dirname "$0")/lib.sh"

# 8 steps an epoch.
steps=(training.epochs=2 training.learning_rate=3.0e-3 data.stratify=false)
houlsby=("model.adapter={kind: houlsby, size: 12}")
pfeiffer=("model.adapter={kind: pfeiffer, size: 20}")
# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${small_run[@]}" "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- the same in any way. Sums in another order, 16 steps: 1e-4 of a loss; bf16 has 8 bits: 2e-2.
train_on 1 one "${houlsby[@]}"
train_on 2 two "${houlsby[@]}" cluster.shard_optimizer=true
train_on 3 three "${houlsby[@]}" cluster.overlap=false
train_on 4 four "${houlsby[@]}" cluster.shard_optimizer=true training.activation_checkpointing=all
for run in two three four; do
    same_losses one $run 1e-4
done
train_on 2 short "${houlsby[@]}" training.precision=bf16
same_losses one short 2e-2
[ "$(losses "$work/one" | sort -u | wc -l)" -gt 12 ] || fail "nothing is learned"
# 2 layers of 2 adapters, 64 * 12 + 12 + 12 * 64 + 64 each, and 4 labels: 4 * 64 + 4
grep -q 'Trained: 6,708$' "$work/one.out" || fail "$(grep Trained "$work/one.out")"
other=("${pfeiffer[@]}" training.optimizer=lamb training.batch_size=8 training.gradient_accumulation_steps=2)
train_on 1 pfeiffer "${other[@]}"
train_on 3 pfeiffer-three "${other[@]}" cluster.shard_optimizer=true
same_losses pfeiffer pfeiffer-three 1e-4
grep -q 'Trained: 5,548$' "$work/pfeiffer.out" || fail "$(grep Trained "$work/pfeiffer.out")"

# --- stopped and continued, bit for bit, on other ranks too
train_on 1 whole "${pfeiffer[@]}" training.deterministic=true checkpoint.every_steps=5 checkpoint.keep=9
mkdir -p "$work/again/checkpoints"
cp -r "$work/whole/checkpoints/step-00000005" "$work/again/checkpoints/"
train_on 4 again "${pfeiffer[@]}" training.deterministic=true cluster.shard_optimizer=true
for file in final/model.safetensors final-adapter/adapter.safetensors final-adapter/model_head.safetensors; do
    cmp "$work/whole/$file" "$work/again/$file" || fail "another $file"
done
train_on 1 whole "${pfeiffer[@]}" training.deterministic=true checkpoint.every_steps=5 checkpoint.keep=9
grep -q 'the run is finished' "$work/whole.err" || fail "$(cat "$work/whole.err")"
for lost in final/model.safetensors final-adapter/adapter.safetensors; do
    rm "$work/whole/$lost"
    train_on 1 whole "${pfeiffer[@]}" training.deterministic=true checkpoint.every_steps=5 checkpoint.keep=9
    cmp "$work/whole/$lost" "$work/again/$lost" || fail "$lost is not made again"
done
train_on 1 best "${houlsby[@]}" checkpoint.load_best_model_at_end=true
for file in /model.safetensors -adapter/adapter.safetensors -adapter/model_head.safetensors; do
    cmp "$work/best/final$file" "$work/best/best$file" || fail "final$file is not best$file"
done

# --- whole and apart
printf 'the shuttle was launched\na goal in overtime\nrender the polygon\n' >"$work/texts.txt"
# Its base is the random model, of which a directory is made first.
train_on 1 base training.max_steps=1 training.learning_rate=1.0e-9
adapt=("${small_data[@]}" "${steps[@]}" "model.name=$work/base/final" data.remove_noise=null)
alone train "${adapt[@]}" "${houlsby[@]}" "checkpoint.directory=$work/adapted"
logits_of "$work/adapted/final" >"$work/want"
logits_of "$work/adapted/final-adapter" >"$work/got"
[ "$(wc -l <"$work/want")" = 12 ] || fail "no logits: $(cat "$work/want")"
cmp "$work/want" "$work/got" || fail "other logits"
logits_of "$work/base/final" >"$work/got"
! cmp -s "$work/want" "$work/got" || fail "the adapters change nothing"
same_metrics --model "$work/adapted/final" --data datasets/newsposts
cp "$work/metrics1" "$work/whole.metrics"
same_metrics --model "$work/adapted/final-adapter" --data datasets/newsposts
for name in accuracy loss; do
    [ "$(member $name <"$work/whole.metrics")" = "$(member $name <"$work/metrics1")" ] || fail "another $name"
done
for kind in final final-adapter; do
    "$program" inspect "$work/adapted/$kind" --json >"$work/out"
    tr -d ' \n' <"$work/out" | grep -qF '"adapters":{"kind":"houlsby","size":12}' || fail "$(cat "$work/out")"
done
# Trained on from where they were, by 1e-9: the same logits but for that, of which some are below 1e-4.
alone train "${adapt[@]}" "${houlsby[@]}" "model.name=$work/adapted/final" training.max_steps=1 \
    training.learning_rate=1.0e-9 "checkpoint.directory=$work/on"
grep -qF 'is 1e-09, outside 3e-5 .. 3e-3, where bottleneck adapters are trained' "$work/alone" ||
    fail "$(cat "$work/alone")"
logits_of "$work/on/final" >"$work/got"
near "$work/want" "$work/got" 1e-3

# --- of PyTorch's making, read under its own name; logits of [CLS] w5 w6 w7 [SEP] in floats
echo 'w5 w6 w7' >"$work/words.txt"
for kind in bert-houlsby bert-pfeiffer distilbert-houlsby distilbert-pfeiffer; do
    "$program" predict --model "tests/golden/bottleneck/$kind" --input "$work/words.txt" --logits \
        2>"$work/err" | sed -nE 's/.*"logits": \[([^]]*)\].*/\1/p' | tr -d ' ' | tr ',' '\n' >"$work/got"
    near "tests/golden/bottleneck/$kind/words.logits" "$work/got" 1e-4
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
refuses 2 "model.adapter.kind is 'prefix', allowed are none, houlsby, pfeiffer" "${train[@]}" \
    model.adapter.kind=prefix
refuses 2 "model.adapter.size is '0', a whole number from 1 to 65536 was expected" "${train[@]}" \
    "model.adapter={kind: houlsby, size: 0}"
refuses 2 "model.adapter.size is 65, 1 to the model's hidden size 64 was expected" "${train[@]}" \
    "model.adapter={kind: houlsby, size: 65}"
refuses 2 'model.adapter is given without its kind' "${train[@]}" model.adapter.size=8
refuses 2 'model.adapter and model.lora were given' "${train[@]}" "${houlsby[@]}" model.lora.rank=4
refuses 2 'model.adapter freezes all but itself and the head' "${train[@]}" "${houlsby[@]}" \
    model.trainable=bitfit
refuses 2 'model.adapter freezes all but itself and the head' "${train[@]}" "${houlsby[@]}" \
    "model.unfreeze_schedule={1: all}"
# Nothing is dropped, and no kind taken for another.
again=(train "${adapt[@]}" "model.name=$work/adapted/final" "checkpoint.directory=$work/refused")
for setting in model.adapter=null model.lora.rank=4 "${pfeiffer[@]}" "model.adapter={kind: houlsby, size: 8}"; do
    refuses 2 'the model has adapters, model.adapter: {kind: houlsby, size: 12} was expected' "${again[@]}" \
        "$setting"
done
refuses 2 'training begins with whole models' train "${adapt[@]}" "${houlsby[@]}" \
    "model.name=$work/adapted/final-adapter" "checkpoint.directory=$work/refused"
refuses 2 'model.adapter.kind' "${train[@]}" "${pfeiffer[@]}" "checkpoint.directory=$work/one"
# damage FILE MEMBER REPLACEMENT MESSAGE: of final-adapter, or of final where the file is its config.json.
damage() {
    local from=final-adapter
    [ "$1" != config.json ] || from=final
    rm -rf "$work/damaged"
    cp -r "$work/adapted/$from" "$work/damaged"
    rm "$work/damaged/manifest.json"
    sed -i -E "s|\"$2\": [^,]*|\"$2\": $3|" "$work/damaged/$1"
    refuses 3 "$4" predict --model "$work/damaged" --input "$work/texts.txt"
}
for file in adapter_config.json config.json; do
    damage $file non_linearity '"relu"' \
        "member 'non_linearity' asks for what this version does not have, \"swish\" was expected of a houlsby"
    damage $file ln_after true "member 'ln_after' asks for what this version does not have"
    damage $file scaling 4.0 "member 'scaling' asks for what this version does not have"
    damage $file reduction_factor '{"1": 2}' "member 'reduction_factor'"
    damage $file reduction_factor 0 'reduction_factor is 0, a number from 1 on was expected'
done
damage adapter_config.json reduction_factor 4 'adapter_config.json houlsby of 16'
damage adapter_config.json hidden_size 32 'the adapter is one of a bert of hidden size 32'
damage adapter_config.json model_type '"roberta"' 'the adapter is one of a roberta of hidden size 64'
damage adapter_config.json model_name '"nowhere/at-all"' 'nowhere/at-all'
damage adapter_config.json name '"other"' 'adapters.mpibert'
damage config.json reduction_factor 4 'was expected'
damage config.json fusions '{"a": "b"}' 'the model fuses adapters'
damage config.json num_hidden_layers 1 'the weights have 2 layers'
cp -r "$work/adapted/final" "$work/renamed"
rm "$work/renamed/manifest.json"
sed -i 's|"mpibert": "mpibert"|"other": "mpibert"|' "$work/renamed/config.json"
refuses 3 "the model's adapter is called 'other'" predict --model "$work/renamed" --input "$work/texts.txt"
# A folder without config.json stands on its base's, which here has other layers.
mkdir "$work/foreign"
cp tests/golden/bottleneck/bert-houlsby/* "$work/foreign"
sed -i -E "s|\"model_name\": [^,]*|\"model_name\": \"$work/base/final\"|" "$work/foreign/adapter_config.json"
refuses 3 "the adapter is one of a bert of hidden size 32, $work/base/final is a bert of 64" predict \
    --model "$work/foreign" --input "$work/texts.txt"
# Weights of adapters of which config.json says nothing.
cp -r "$work/adapted/final" "$work/silent"
rm "$work/silent/manifest.json"
cp "$work/base/final/config.json" "$work/silent/"
for command in "predict --input $work/texts.txt" "evaluate --data datasets/newsposts"; do
    # shellcheck disable=SC2086
    refuses 3 'belongs to an adapter that the model has not' $command --model "$work/silent"
done
refuses 3 'belongs to an adapter that the model has not' "${again[@]}" "model.name=$work/silent"
