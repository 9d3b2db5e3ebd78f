#!/usr/bin/env bash
# Everything wrong from outside ends within seconds, on two ranks, with the exit code of its kind and
# one line that names what was found and where.
. "$(dirname "$0")/lib.sh"

failures=0

# expect CODE 'PATTERN' COMMAND...: exit code, exactly one error line, and what it says.
expect() {
    local code=$1 pattern=$2 status=0 lines
    shift 2
    timeout 60 "${mpirun[@]}" -n 2 "$program" "$@" \
        >"$work/out" 2>"$work/err" || status=$?
    lines=$(grep -c '^mpibert: [a-z]*: ' "$work/err" || true)
    lines=$((lines - $(grep -cE '^mpibert: [a-z]+: (warning: |going on|.* were cut|.* fit in|step [0-9]|[a-z]+ing [0-9]+%)' "$work/err" || true)))
    if [ "$status" != "$code" ] || ! grep -qE "$pattern" "$work/err" || [ "$lines" != 1 ]; then
        echo "expected exit code $code and one line with /$pattern/, got $status and:" >&2
        grep -v '^$' "$work/err" | head -8 >&2
        echo "    of: $*" >&2
        failures=$((failures + 1))
    fi
}

train() {
    local code=$1 pattern=$2
    shift 2
    rm -rf "$work/run"
    expect "$code" "$pattern" train "${small_run[@]}" "checkpoint.directory=$work/run" "$@"
}

train_pretrained() {
    local code=$1 pattern=$2
    shift 2
    rm -rf "$work/run"
    expect "$code" "$pattern" train "${small_data[@]}" "checkpoint.directory=$work/run" "$@"
}

# --- configuration: 2
train 2 'missing.yaml' --config "$work/missing.yaml"
train 2 'did you mean training.learning_rate' training.learning_rat=1e-5
train 2 'training.epochs' training.epochs=three
train 2 'training.batch_size' training.batch_size=-4
printf 'model:\n  num_labels: [4\n' >"$work/typo.yaml"
train 2 'typo.yaml, line 3' --config "$work/typo.yaml"
train 2 '1024.*512.*chunk' model.max_seq_length=1024
train 2 'num_labels' model.num_labels=7
train 2 'class_weights has 2 numbers, [0-9]+ were expected' 'training.class_weights=[1, 2]'
train 2 'bf16' training.fp16=true

# --- data: 3
train 3 'no/such/folder' data.train=no/such/folder
mkdir -p "$work/empty"
train 3 "$work/empty" "data.train=$work/empty"
mkdir -p "$work/one/only"
for i in 1 2 3 4; do echo "text number $i" >"$work/one/only/$i"; done
train 3 'only.*classes' "data.train=$work/one" data.max_samples=
mkdir -p "$work/latin/a" "$work/latin/b"
printf 'caf\xe9 and more\n' >"$work/latin/a/1"
for i in 2 3 4 5; do echo "text $i" >"$work/latin/a/$i"; echo "other $i" >"$work/latin/b/$i"; done
train 3 'latin-1.*latin/a/1' "data.train=$work/latin" data.max_samples=
printf 'text,label\n"never closed,a\nx,b\n' >"$work/open.csv"
train 3 'open.csv, line 2' "data.train=$work/open.csv" data.max_samples=
printf 'text,label\nx,a\ny,b\nz\n' >"$work/ragged.csv"
train 3 'ragged.csv, line 4' "data.train=$work/ragged.csv" data.max_samples=
printf 'text,label,text\nx,a,p\ny,b,q\n' >"$work/double.csv"
train 3 "there are 2 columns 'text', one was expected .*double.csv" "data.train=$work/double.csv" \
    data.max_samples=
printf 'text,label\nx,a\ny,lone\nz,a\n' >"$work/lone.csv"
train 3 "label 'lone' has 1 example" "data.train=$work/lone.csv" data.max_samples=
printf 'te\0xt,label\nx,a\n' >"$work/nul.csv"
train 3 "no column 'text', and a column's name holds a NUL byte.*nul.csv" \
    "data.train=$work/nul.csv" data.max_samples=
printf '{"text": "x", "label": "a"}\n{"text": "y", "label": null}\n' >"$work/null.jsonl"
train 3 "member 'label' is null, a label was expected .*null.jsonl, line 2" \
    "data.train=$work/null.jsonl" data.max_samples=
printf '{"text": "x", "label": "a"}\n{"text": "y" 1}\n' >"$work/broken.jsonl"
train 3 'broken.jsonl, line 2, column 14\)' "data.train=$work/broken.jsonl" data.max_samples=

# --- shards: 3
shards() {
    rm -rf "$work/shards"
    alone preprocess "${small_run[@]}" --output "$work/shards"
    made=("$work"/shards/shard-*.h5)
    shard=${made[0]}
}
shards
truncate -s -1000 "$shard"
train 3 "$(basename "$shard")" "data.train=$work/shards" data.max_samples=
shards
size=$(stat -c %s "$shard")
printf 'X' | dd of="$shard" bs=1 seek=$((size / 2)) conv=notrunc status=none
train 3 "$(basename "$shard")" "data.train=$work/shards" data.max_samples=
shards
mkdir "$work/vocab"
{ cat datasets/vocab/newsposts/vocab.txt; echo zzunseenzz; } >"$work/vocab/vocab.txt"
train 3 'vocabulary' "data.train=$work/shards" data.max_samples= "model.name=$work/vocab"

# --- models: 3
grep -vx '\[CLS\]' datasets/vocab/newsposts/vocab.txt >"$work/vocab/vocab.txt"
train 3 '\[CLS\]' "model.name=$work/vocab"
train 3 'no/such/model' model.name=no/such/model
alone train "${small_run[@]}" training.max_steps=1 "checkpoint.directory=$work/good"
cp -r "$work/good/final" "$work/short"
truncate -s -100 "$work/short/model.safetensors"
train_pretrained 3 'short/model.safetensors' "model.name=$work/short"
cp -r "$work/good/final" "$work/shape"
sed -i 's/"intermediate_size": *128/"intermediate_size": 256/' "$work/shape/config.json"
train_pretrained 3 'intermediate.*256.*shape/model.safetensors' "model.name=$work/shape"
mkdir -p "$work/fifth/fifth.label"
echo "a text of an unknown class" >"$work/fifth/fifth.label/1"
expect 3 'fifth.label' evaluate --model "$work/good/final" --data "$work/fifth" \
    --output "$work/metrics.json"

for label in a b; do
    mkdir -p "$work/two/$label"
    for i in $(seq 10); do echo "text $i" >"$work/two/$label/$i"; done
done
expect 2 'the data has 2 labels, the checkpoint was made with 4' train "${small_run[@]}" \
    training.max_steps=1 "checkpoint.directory=$work/good" "data.train=$work/two"
cp -r "$work/good/final" "$work/nan"
printf '\0\0\300\177' | dd of="$work/nan/model.safetensors" bs=1 conv=notrunc \
    seek=$(($(stat -c %s "$work/nan/model.safetensors") - 4)) status=none
# The largest float, as often as the last row of the classifier has weights; its factors are 1, since the
# biases of the pooler, before whose tanh they stand, are 100: the logit overflows. What lies from those
# biases (64) to the end: them, the pooler's weights (64 x 64), the classifier's biases (4) and weights.
cp -r "$work/good/final" "$work/huge"
overwrite() { # FROM_END FOUR_BYTES: 64 floats of huge/model.safetensors
    for _ in $(seq 64); do printf "$2"; done | dd of="$work/huge/model.safetensors" bs=1 \
        conv=notrunc seek=$(($(stat -c %s "$work/huge/model.safetensors") - $1)) status=none
}
overwrite 256 '\377\377\177\177'
overwrite $((4 * (64 + 64 * 64 + 4 + 4 * 64))) '\0\0\310\102'
echo "a text" >"$work/text.txt"
cp -r "$work/good/final" "$work/few"
head -n 5000 datasets/vocab/newsposts/vocab.txt >"$work/few/vocab.txt"
rm -f "$work/few/tokenizer.json"
"$program" predict --model "$work/few" --input "$work/text.txt" >"$work/out" 2>"$work/err"
[ "$(grep -c 'warning: the vocabulary has 5000 tokens.* 6000 rows' "$work/err")" = 1 ] ||
    fail "a vocabulary smaller than the embedding: $(cat "$work/err")"
expect 3 "value 255 of tensor 'classifier.weight' is nan, .*/nan/model.safetensors" \
    predict --model "$work/nan" --input "$work/text.txt"
expect 3 "value 255 of tensor 'classifier.weight' is nan, .*/nan/model.safetensors" \
    evaluate --model "$work/nan" --data datasets/newsposts --output "$work/metrics.json"
train_pretrained 3 "value 255 of tensor 'classifier.weight' is nan" "model.name=$work/nan"
expect 3 'logit is -?inf.*\(example 0\)' predict --model "$work/huge" --input "$work/text.txt"
expect 3 'logit is -?inf.*\(example .*/[0-9]+\)' evaluate --model "$work/huge" \
    --data datasets/newsposts --output "$work/metrics.json" data.max_samples=8

# --- the machine: 4
touch "$work/file"
train 4 "$work/file" "checkpoint.directory=$work/file/run"
mkdir "$work/taken"
mkfifo "$work/ready"
python3 -c '
import fcntl, sys, time
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
lock.write("host there, process 7\n")
lock.flush()
open(sys.argv[2], "w").close()
time.sleep(60)' "$work/taken/.lock" "$work/ready" &
holder=$!
cat "$work/ready"
expect 4 "another run \\(host there, process 7\\) uses this run directory \\($work/taken\\)" \
    train "${small_run[@]}" "checkpoint.directory=$work/taken"
kill "$holder"
[ "$(ls "$work/taken")" = "" ] || fail "a refused run wrote to $work/taken"

[ "$failures" = 0 ] || fail "$failures cases"
