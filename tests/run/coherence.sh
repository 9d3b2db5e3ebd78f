#!/usr/bin/env bash
# Next-sentence prediction alone, from end to end: losses, metrics and predictions are those of PyTorch,
# transformers and scikit-learn (tests/golden/task/coherence), on 1 to 4 ranks; a run resumes bit for bit;
# what is wrong is refused.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task/coherence
settings=(model.name=$golden model.task=coherence data.train=$golden/data.jsonl
    data.validation=$golden/data.jsonl data.text_column_b=text_b model.max_seq_length=24
    training.epochs=6 training.learning_rate=5.0e-4 training.scheduler=constant
    logging.every_steps=1 cluster.threads_per_rank=1)

# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$work/$run" "$@" >"$work/$run.out" \
        2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- losses: all pairs are one step, so their order does not matter; float32 beside float64, 1e-5
for ranks in 1 2 3 4; do
    train_on "$ranks" "ranks$ranks" training.batch_size=20
    losses "$work/ranks$ranks" >"$work/losses"
    near $golden/losses.txt "$work/losses" 1e-5
done
train_on 3 smoothed training.batch_size=20 training.label_smoothing=0.1
losses "$work/smoothed" >"$work/losses"
near $golden/smoothed.txt "$work/losses" 1e-5
train_on 2 bf16 training.batch_size=20 training.precision=bf16
losses "$work/bf16" >"$work/losses"
near $golden/losses.txt "$work/losses" 1e-2 # bf16 keeps 8 bits of a factor

# --- metrics, the same to the last digit on all ranks; the model does not name its labels
same_metrics --model $golden --data $golden/data.jsonl training.eval_batch_size=3
near_members $golden/metrics.txt "$work/metrics1" 1e-5
grep -o '"f1": *[0-9.]*' "$work/metrics1" | head -n 1 | sed 's/.*: *//' >"$work/got"
near $golden/f1.txt "$work/got" 1e-5
grep -q '"f1_label": *"not_next"' "$work/metrics1" || fail "$(cat "$work/metrics1")"

# --- predictions
on 3 predict --model $golden --input $golden/data.jsonl >"$work/lines" 2>"$work/err" ||
    fail "$(cat "$work/err")"
sed -E 's/.*"scores": *\[([^]]*)\].*/\1/; s/, */\n/g' "$work/lines" >"$work/got"
tr ' ' '\n' <$golden/scores.txt >"$work/want"
near "$work/want" "$work/got" 1e-4 # of a probability near 0
sed -E 's/.*"label": *"([a-z_]+)".*/\1/' "$work/lines" >"$work/got"
awk '{ print ($1 >= $2 ? "is_next" : "not_next") }' $golden/scores.txt | cmp - "$work/got" ||
    fail "other labels"

# --- what comes of it is transformers' class, with names
grep -q '"BertForNextSentencePrediction"' "$work/ranks1/final/config.json" || fail "another class"
grep -q '"0": "is_next"' "$work/ranks1/final/config.json" || fail "no names"
head -n 1 $golden/data.jsonl >"$work/one.jsonl"
alone evaluate --model "$work/ranks1" --data "$work/one.jsonl"

# --- shards hold the pairs as they are read
on 2 preprocess "${settings[@]}" --output "$work/shards" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
train_on 2 from_shards training.batch_size=20 "data.train=$work/shards" data.text_column_b=null \
    "data.validation=$work/shards"
cmp "$work/ranks2/final/model.safetensors" "$work/from_shards/final/model.safetensors" ||
    fail "other weights from shards"

# --- labels that transformers' examples write as numbers
sed 's/"is_next"/0/; s/"not_next"/1/' $golden/data.jsonl >"$work/numbers.jsonl"
train_on 2 numbers training.batch_size=20 "data.train=$work/numbers.jsonl" \
    "data.validation=$work/numbers.jsonl" "model.label_names=[0, 1]"
losses "$work/numbers" >"$work/losses"
near $golden/losses.txt "$work/losses" 1e-5
alone evaluate --model "$work/numbers" --data "$work/numbers.jsonl"

# --- resume, with small batches whose last one is smaller, and on any ranks in deterministic runs
small=(training.batch_size=6 training.epochs=2 checkpoint.every_steps=1 checkpoint.keep=100)
train_on 2 whole "${small[@]}"
mkdir -p "$work/again/checkpoints"
cp -r "$work/whole/checkpoints/step-00000003" "$work/again/checkpoints/"
train_on 2 again "${small[@]}"
cmp "$work/whole/final/model.safetensors" "$work/again/final/model.safetensors" || fail "resumed otherwise"
train_on 1 exact1 "${small[@]}" training.deterministic=true
train_on 4 exact4 "${small[@]}" training.deterministic=true
cmp "$work/exact1/final/model.safetensors" "$work/exact4/final/model.safetensors" || fail "ranks differ"

# --- the head that BERT was pretrained with is the beginning, not a fresh one
train_on 1 pretrained training.batch_size=20 training.epochs=1 model.name=tests/golden/task/pretraining
! grep -q "Head: starts at random" "$work/pretrained.out" || fail "$(cat "$work/pretrained.out")"
train_on 1 masked training.batch_size=20 training.epochs=1 model.name=tests/golden/task/mlm
grep -q "Head: starts at random" "$work/masked.out" || fail "$(cat "$work/masked.out")"

# refused CODE TEXT COMMAND...
refused() {
    local code=0 want=$1 text=$2
    shift 2
    on 2 "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = "$want" ] || fail "exit code $code of $*: $(cat "$work/out")"
    [ "$(grep -c "$text" "$work/out")" = 1 ] || fail "not said once: $text: $(cat "$work/out")"
}
no=("${settings[@]}" "checkpoint.directory=$work/no")
sed '3s/"label": "[a-z_]*"/"label": "maybe"/' $golden/data.jsonl >"$work/maybe.jsonl"
refused 3 "label 'maybe' is not one of the model's: is_next, not_next (.*line 3" train "${no[@]}" \
    "data.train=$work/maybe.jsonl"
sed '4s/"text_b": "[^"]*", //' $golden/data.jsonl >"$work/single.jsonl"
refused 3 "a text without the one that may follow it: .*line 4" train "${no[@]}" data.text_column_b=null \
    "data.train=$work/single.jsonl"
refused 3 "a text without the one that may follow it: .*line 4" predict --model $golden \
    --input "$work/single.jsonl"
refused 3 "there are 3 labels, two were expected" train "${no[@]}" \
    "model.label_names=[is_next, not_next, maybe]"
refused 3 "a distilbert has no head for next sentences" train "${no[@]}" \
    model.name=tests/golden/model/distilbert
