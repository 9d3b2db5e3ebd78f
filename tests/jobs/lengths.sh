#!/usr/bin/env bash
# A model takes as many tokens as it can or says it takes, and what is cut is said.
. "$(dirname "$0")/lib.sh"

model=tests/golden/model/bert # 40 positions, no length of its own
long=$(seq -f 'w%.0f' -s ' ' 4 60)
printf '%s w4 w5 w6\nw5 w6 w7 w8\n' "$long" >"$work/texts" # 60 and 4 tokens

# predicted NAME MODEL ARGUMENT...: logits to NAME, what is said to err.
predicted() {
    local name=$1 from=$2
    shift 2
    "$program" predict --logits --model "$from" "$@" <"$work/texts" >"$work/$name" 2>"$work/err" ||
        fail "predict with $from: $(cat "$work/err")"
}
cut_to() {
    grep -qF "warning: 1 of 2 texts were cut, $2% of tokens (model.max_seq_length $1, " "$work/err" ||
        fail "cut to $1: $(cat "$work/err")"
}

predicted most "$model" model.max_seq_length=40
cut_to 40 34.4 # 22 of 64 tokens
predicted default "$model"
cut_to 40 34.4
cmp "$work/most" "$work/default" || fail "the default is not what the model takes"

# The tokenizer's own length, as long as the model has the positions.
cp -r "$model" "$work/own"
chmod -R u+w "$work/own"
predicted ten "$model" model.max_seq_length=10
! cmp -s "$work/most" "$work/ten" || fail "the length makes no difference"
echo '{"model_max_length": 10}' >"$work/own/tokenizer_config.json"
predicted default "$work/own"
cut_to 10 81.2 # 52 of 64
cmp "$work/ten" "$work/default" || fail "model_max_length does not count"
for length in 1000000000000000019884624838656 512 null 1e30 -1 3; do
    echo "{\"model_max_length\": $length}" >"$work/own/tokenizer_config.json"
    predicted default "$work/own"
    cmp "$work/most" "$work/default" || fail "model_max_length $length"
done
predicted short "$model" data.max_chars=30
! grep -q "cut" "$work/err" || fail "nothing was cut: $(cat "$work/err")"

# The same of evaluate, on one rank and on three, from text and from shards.
printf 'text,label\n%s w4 w5 w6,east\nw5 w6 w7 w8,north\n' "$long" >"$work/data.csv"
"$program" preprocess --output "$work/shards" model.name="$model" data.train="$work/data.csv" \
    2>/dev/null
for data in "$work/data.csv" "$work/shards"; do
    for ranks in 1 3; do
        on "$ranks" evaluate --model "$model" --data "$data" --output "$work/m.json" \
            >"$work/metrics" 2>"$work/err"
        cut_to 40 34.4
        [ "$(grep -c "were cut" "$work/err")" = 1 ] || fail "$ranks ranks: $(cat "$work/err")"
        cp -n "$work/metrics" "$work/first"
        cmp "$work/metrics" "$work/first" || fail "$data on $ranks ranks"
    done
done

# Training, too, works by default with fewer than 128 positions.
for i in 1 2 3 4; do printf '%s,east\nw5 w6 w%d,north\n' "$long" "$((i + 6))"; done >>"$work/data.csv"
"$program" train model.name="$model" data.train="$work/data.csv" training.epochs=1 \
    cluster.threads_per_rank=1 checkpoint.directory="$work/run" >/dev/null 2>"$work/err" ||
    fail "training with 40 positions: $(cat "$work/err")"
grep -q "max_seq_length: 40" "$work/run/config.yaml" || fail "config.yaml does not say the length"
"$program" preprocess --output "$work/shards" "${random_model[@]}" data.train="$work/data.csv" \
    2>/dev/null
grep -q '"max_seq_length": *128' "$work/shards/manifest.json" || fail "the usual length is not 128"
refuses 2 "model.max_seq_length is 41, the model has 40 positions" evaluate --model "$model" \
    --data "$work/data.csv" model.max_seq_length=41
