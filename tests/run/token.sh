#!/usr/bin/env bash
# Words that are labelled, from end to end: losses, figures and predictions are those of PyTorch,
# seqeval and transformers' pipeline (tests/golden/task/token), on 1 to 4 ranks; a run resumes bit for
# bit; documents whose chunks lie on several ranks; parts of speech; what does not fit is refused.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task/token
# All sentences are one step, so that their order does not matter.
steps=(training.batch_size=24 training.epochs=10 training.learning_rate=5.0e-4
    training.scheduler=constant logging.every_steps=1 cluster.threads_per_rank=1)

# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train model.name=$golden data.train=$golden/data.conll data.validation=$golden/data.conll \
        model.max_seq_length=24 "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# predict_on RANKS ARGUMENT...
predict_on() {
    local ranks=$1
    shift
    on "$ranks" predict --model $golden inference.batch_size=2 cluster.threads_per_rank=1 "$@" \
        2>"$work/err" || fail "predict: $(cat "$work/err")"
}

# entities: "line start end label" of each entity in lines of predict.
entities() {
    sed 's/"tokens": .*//' |
        grep -noE '"start": [0-9]+, "end": [0-9]+, "text": "[^"]*", "label": "[^"]*"' |
        sed -E 's/:"start": ([0-9]+), "end": ([0-9]+), "text": ".*", "label": "(.*)"$/ \1 \2 \3/' |
        awk '{ $1--; print }'
}

# scores: those of the entities.
scores() {
    sed 's/"tokens": .*//' | grep -o '"score": [0-9.e-]*' | cut -d' ' -f2
}

# --- losses: float32 beside float64, 1e-5 of a loss
for ranks in 1 2 3 4; do
    train_on "$ranks" "run-$ranks"
    losses "$work/run-$ranks" >"$work/losses"
    near $golden/losses.txt "$work/losses" 1e-5
done
train_on 2 balanced training.class_weights=balanced
losses "$work/balanced" >"$work/losses"
near $golden/balanced.txt "$work/losses" 1e-5
train_on 2 smoothed training.label_smoothing=0.1
losses "$work/smoothed" >"$work/losses"
near $golden/smoothed.txt "$work/losses" 1e-5
train_on 2 bf16 training.precision=bf16
losses "$work/bf16" >"$work/losses"
near $golden/losses.txt "$work/losses" 0.02 # three digits of bf16
grep -q '^Epoch | Train Loss |   Train F1 |   Val F1$' "$work/run-1.out" ||
    fail "$(grep Epoch "$work/run-1.out")"
grep -q '2 types of entities: A [0-9]*, B [0-9]*$' "$work/run-1.out" || fail "$(cat "$work/run-1.out")"
grep -q '"train_f1": .*"eval_f1": .*"eval_strict_f1": ' "$work/run-1/metrics.jsonl" || fail "no figures"
grep -q BertForTokenClassification "$work/run-1/final/config.json" || fail "another architecture"

# --- figures: seqeval's of the same predictions; the same to the last digit on all ranks
same_metrics --model $golden --data $golden/data.conll training.eval_batch_size=2
sed 's/"labels".*//' "$work/metrics1" >"$work/figures"
near_members $golden/metrics.txt "$work/figures" 1e-6
grep -q '"scheme": "IOB2"' "$work/metrics1" || fail "another scheme"
grep -q '"labels": \[{"label": "A", "precision": ' "$work/metrics1" || fail "no report of types"

# --- predictions
for ranks in 1 3; do
    predict_on "$ranks" --input $golden/data.conll --output "$work/words$ranks.csv"
    predict_on "$ranks" --input $golden/texts.txt >"$work/lines$ranks"
done
cmp "$work/words1.csv" "$work/words3.csv"
cmp "$work/lines1" "$work/lines3"
tr -d '\r' <"$work/words1.csv" | tail -n +2 >"$work/words"
diff <(cut -d' ' -f1 $golden/words.txt) <(cut -d, -f5 "$work/words")
cut -d' ' -f2 $golden/words.txt >"$work/want"
cut -d, -f6 "$work/words" >"$work/got"
near "$work/want" "$work/got" 1e-5
diff <(grep -v '^$' $golden/data.conll | cut -d' ' -f1) <(cut -d, -f4 "$work/words")
entities <"$work/lines1" >"$work/got"
diff <(cut -d' ' -f1-4 $golden/pipeline.txt) "$work/got" || fail "not the pipeline's entities"
cut -d' ' -f5 $golden/pipeline.txt >"$work/want"
scores <"$work/lines1" >"$work/got"
near "$work/want" "$work/got" 1e-5
[ "$(wc -l <"$work/lines1")" = 24 ] || fail "not a line a text"
# the same from standard input and JSON lines, which have ids
"$program" predict --model $golden <$golden/texts.txt 2>/dev/null | cmp - "$work/lines1"
sed 's/.*/{"id": "x", "text": "&"}/' $golden/texts.txt >"$work/texts.jsonl"
predict_on 1 --input "$work/texts.jsonl" | sed -E 's/"id": "x", //' |
    cmp - <(sed -E 's/"id": "[0-9]+", //' "$work/lines1")

# --- documents whose chunks lie on several ranks: as many words as the file has, the same on all ranks
awk 'NF { print; n++ } n % 37 == 0 && NF { print "" }' $golden/data.conll >"$work/long.conll"
chunks=(model.max_seq_length=9 data.long_documents=chunk data.stride=4)
for ranks in 1 2 3 4; do
    on "$ranks" evaluate --model $golden --data "$work/long.conll" "${chunks[@]}" \
        training.eval_batch_size=1 cluster.threads_per_rank=1 >"$work/long$ranks" 2>"$work/err" ||
        fail "$(cat "$work/err")"
    cmp "$work/long1" "$work/long$ranks" || fail "other figures of chunks on $ranks ranks"
done
[ "$(member words <"$work/long1")" = "$(grep -c . "$work/long.conll")" ] || fail "$(cat "$work/long1")"
predict_on 3 --input "$work/long.conll" --output "$work/long.csv" "${chunks[@]}"
diff <(grep . "$work/long.conll" | cut -d' ' -f1) <(tail -n +2 "$work/long.csv" | cut -d, -f4)

# --- stopped and continued, bit for bit, on other ranks
train_on 1 all checkpoint.every_steps=4 checkpoint.keep=9 training.deterministic=true
mkdir -p "$work/again/checkpoints"
cp -r "$work/all/checkpoints/step-00000008" "$work/again/checkpoints/"
train_on 4 again checkpoint.every_steps=4 training.deterministic=true
cmp "$work/all/final/model.safetensors" "$work/again/final/model.safetensors" || fail "other weights"
diff <(sed -n '/^Epoch/,/^$/p' "$work/all.out" | grep '^ ') \
    <(sed -n '/^Epoch/,/^$/p' "$work/again.out" | grep '^ ') || fail "another table"
train_on 3 sharded cluster.shard_optimizer=true
losses "$work/sharded" >"$work/losses"
near $golden/losses.txt "$work/losses" 1e-5

# --- parts of speech: CoNLL-U, accuracy, no entities; shards of one task train it
awk -v OFS='\t' 'NF { print ++n, $1, "_", ($1 ~ /x/ ? "NOUN" : "VERB"), "_", "_", "_", "_", "_", "_" }
    !NF { print ""; n = 0 }' $golden/data.conll >"$work/tags.conllu"
echo >>"$work/tags.conllu"
alone preprocess model.name=$golden "data.train=$work/tags.conllu" model.max_seq_length=24 \
    --output "$work/shards"
train_on 2 tags "data.train=$work/shards" "data.validation=$work/tags.conllu" \
    training.learning_rate=0.02
grep -q '2 tags: NOUN [0-9]*, VERB [0-9]*$' "$work/tags.out" || fail "$(cat "$work/tags.out")"
on 2 evaluate --model "$work/tags" --data "$work/tags.conllu" 2>/dev/null >"$work/tags.json"
[ "$(member f1 <<<"$(sed 's/"averages.*//; s/"labels".*//' "$work/tags.json")")" = \
    "$(sed 's/"labels".*//' "$work/tags.json" | member accuracy)" ] || fail "$(cat "$work/tags.json")"
grep -q '"strict_f1": null' "$work/tags.json" || fail "$(cat "$work/tags.json")"
on 1 predict --model "$work/tags" --input "$work/tags.conllu" 2>/dev/null >"$work/tags.jsonl"
[ "$(grep -c '"entities": \[\]' "$work/tags.jsonl")" = 24 ] || fail "parts of speech are entities"

# refuses CODE MESSAGE COMMAND...
refuses() {
    local want=$1 message=$2 status=0
    shift 2
    "$program" "$@" >"$work/alone" 2>&1 || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
    [ "$(grep -vc warning: "$work/alone")" = 1 ] || fail "not one line: $(cat "$work/alone")"
    grep -qF "$message" "$work/alone" || fail "$* says $(cat "$work/alone")"
}
mkdir "$work/nowhere"
new=(model.name=$golden "checkpoint.directory=$work/nowhere" model.max_seq_length=24)
sed -E 's/ [BI]-.$/ O/' $golden/data.conll >"$work/outside.conll"
refuses 3 "all words have the tag 'O', two different ones at least were expected" \
    train "${new[@]}" "data.train=$work/outside.conll"
printf 'w5 B-\nw6 O\n' >"$work/bad.conll"
refuses 3 "tag 'B-' names no type of entity" train "${new[@]}" "data.train=$work/bad.conll"
cut -d' ' -f1 $golden/data.conll >"$work/words.conll"
refuses 3 "a word and its label were expected" train "${new[@]}" "data.train=$work/words.conll"
refuses 3 "member 'text' is a string, a list of words was expected" train "${new[@]}" model.task=token \
    data.train=tests/golden/task/multilabel/data.jsonl
printf 'w5 B-C\nw6 O\n' >"$work/other.conll"
refuses 3 "label 'B-C' is not one of the model's 5: B-A, B-B, I-A, I-B, O" \
    evaluate --model $golden --data "$work/other.conll"
refuses 2 "leave out --logits" predict --model $golden --input $golden/texts.txt --logits
refuses 2 "for model.task token allowed are f1, precision, recall, accuracy" train "${new[@]}" \
    data.train=$golden/data.conll checkpoint.metric_for_best_model=mcc
