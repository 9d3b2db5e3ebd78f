#!/usr/bin/env bash
# export writes what a run ends with, an adapter, an encoder alone; it names what is wrong with its command line,
# the model and the place of its output, and leaves the model, and what it does not replace, as they were.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/model
for name in bert bert-words bert-tokens; do
    cp -r $golden/$name "$work/$name"
    cp $golden/bert/vocab.txt "$work/$name"
done
model=$work/bert
printf '%s\n' 'w5 w6 w7' 'w9 [MASK]' >"$work/texts.txt"

# state FOLDER...: names and bytes of all files.
state() { find "$@" -type f -exec sha256sum {} + | sort; }
state "$work/bert" "$work/bert-words" "$work/bert-tokens" >"$work/before"

# --- ONNX: one file that names its inputs, outputs and labels
onnx=$work/new.onnx
alone export --model "$model" --format onnx --output "$onnx"
[ ! -s "$work/alone" ] || fail "export said: $(cat "$work/alone")"
for word in input_ids attention_mask token_type_ids logits BertForSequenceClassification id2label \
    bert.encoder.layer.1.output.dense.weight; do
    grep -qaF "$word" "$onnx" || fail "no $word in $onnx"
done
cp "$onnx" "$work/first.onnx"
alone export --model "$model" --format onnx --output "$onnx" # takes the place of the first
cmp "$onnx" "$work/first.onnx" || fail "other bytes the second time"

# --- a run, whose end is exported as final/ is, and another tool's model directory made of it
"$program" train "${small_run[@]}" training.epochs=1 checkpoint.directory="$work/run" >/dev/null 2>&1
alone export --model "$work/run" --format onnx --output "$work/run.onnx"
alone export --model "$work/run/final" --format onnx --output "$work/final.onnx"
cmp "$work/run.onnx" "$work/final.onnx" || fail "a run is exported otherwise than its final/"
grep -qaF '"1": "rec.sport.hockey"' "$work/run.onnx" || fail "no names of labels"
alone export --model "$work/run" --format hf --output "$work/hf/deep/"
diff -r "$work/run/final" "$work/hf/deep" || fail "a copy in float32 differs"
"$program" inspect "$work/hf/deep" >/dev/null || fail "the checksums of what was exported do not hold"
logits_of "$work/run" >"$work/want"
logits_of "$work/hf/deep" | cmp - "$work/want" || fail "other logits of the copy"
[ -s "$work/want" ] || fail "no logits"

# --- adapters: merged, apart, and which of the two is no model for others
lora=tests/golden/lora/bert
alone export --model $lora --format hf --output "$work/merged"
alone export --model $lora --format hf --output "$work/apart" --apart
logits_of $lora >"$work/want"
logits_of "$work/apart" | cmp - "$work/want" || fail "other logits of the adapter apart"
logits_of "$work/merged" >"$work/got"
near "$work/want" "$work/got" 1e-4 # the sum is rounded elsewhere
houlsby=tests/golden/bottleneck/bert-houlsby
alone export --model $houlsby --format onnx --output "$work/houlsby.onnx"
alone export --model $houlsby --format hf --output "$work/houlsby" --apart
echo 'w5 w6 w7' >"$work/texts.txt"
logits_of "$work/houlsby" >"$work/got"
near $houlsby/words.logits "$work/got" 1e-4 # of float64
refuses 2 "bottleneck adapters cannot be merged" export --model $houlsby --format hf --output "$work/none"
refuses 2 "--apart is for adapters" export --model "$model" --format hf --output "$work/none" --apart

# --- an encoder alone
mkdir "$work/alone-model"
sed 's/"BertForSequenceClassification"/"BertModel"/' "$model/config.json" >"$work/alone-model/config.json"
cp "$work/bert-words/model.safetensors" "$model/vocab.txt" "$work/alone-model" # of other sizes
refuses 3 "tensor 'bert.embeddings.word_embeddings.weight' has shape" \
    export --model "$work/alone-model" --format onnx --output "$work/none.onnx"
sed 's/"BertForMaskedLM"/"BertModel"/' "$work/bert-words/config.json" >"$work/alone-model/config.json"
alone export --model "$work/alone-model" --format onnx --output "$work/alone.onnx"
grep -qaF last_hidden_state "$work/alone.onnx" || fail "no last_hidden_state"
! grep -qaF pooler_output "$work/alone.onnx" || fail "a pooler that the model has not"
refuses 3 "an encoder alone" export --model "$work/alone-model" --format hf --output "$work/none"
# A class that has a head must have it.
sed 's/"BertForMaskedLM"/"BertForSequenceClassification"/' "$work/bert-words/config.json" \
    >"$work/alone-model/config.json"
refuses 3 "no trained head" export --model "$work/alone-model" --format onnx --output "$work/none.onnx"

# --- the command line
refuses 2 "--model DIR is needed" export
refuses 2 "--format onnx or --format hf is needed" export --model "$model" --output "$work/none.onnx"
refuses 2 "--format is 'gguf', onnx or hf was expected" \
    export --model "$model" --format gguf --output "$work/none.gguf"
refuses 2 "--output PATH is needed" export --model "$model" --format onnx
refuses 2 "did you mean --output?" export --model "$model" --format onnx --outptu "$work/none.onnx"
refuses 2 "--output is a folder" export --model "$model" --format onnx --output "$work"
refuses 2 "ends in .onnx" export --model "$model" --format onnx --output "$model/model.safetensors"
refuses 2 "--apart goes with --format hf alone" \
    export --model "$model" --format onnx --output "$work/none.onnx" --apart
refuses 2 "--output holds files" export --model "$model" --format hf --output "$work/bert-words"
refuses 2 "--output holds files" export --model "$model" --format hf --output "$model"
refuses 2 "--output is a file" export --model "$model" --format hf --output "$onnx"

# --- the model
refuses 3 "model 'no/such' was not found" export --model no/such --format onnx --output "$work/none.onnx"
for file in model.safetensors vocab.txt config.json; do
    cp -r "$model" "$work/lacks"
    rm "$work/lacks/$file"
    refuses 3 "${file%.*}" export --model "$work/lacks" --format onnx --output "$work/none.onnx"
    rm -r "$work/lacks"
done
cp -r "$model" "$work/damaged"
truncate -s -100 "$work/damaged/model.safetensors"
refuses 3 "$work/damaged/model.safetensors" \
    export --model "$work/damaged" --format onnx --output "$work/none.onnx"
cp -r $lora "$work/orphan"
sed -i 's|tests/golden/model/bert|no/base|' "$work/orphan/adapter_config.json"
refuses 3 "no/base" export --model "$work/orphan" --format onnx --output "$work/none.onnx"

# --- the place of the output: what stands there stays, and nothing is left beside it
refuses 4 "cannot create: No such file or directory ($work/no/such.onnx)" \
    export --model "$model" --format onnx --output "$work/no/such.onnx"
(
    ulimit -S -f 20 # KiB
    refuses 4 "cannot write: File too large ($onnx)" export --model "$model" --format onnx --output "$onnx"
    refuses 4 "model.safetensors" export --model "$model" --format hf --output "$work/none"
)
cmp "$onnx" "$work/first.onnx" || fail "a failure changed what stood there"
[ -z "$(find "$work" -name 'none*' -o -name '*.tmp-*' -o -name '*.partial*')" ] || fail "something is left"
state "$work/bert" "$work/bert-words" "$work/bert-tokens" | cmp - "$work/before" || fail "a model has changed"
