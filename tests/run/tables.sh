#!/usr/bin/env bash
# No example leads beyond a table of the model: token types and positions are checked in training,
# evaluation and prediction, for text and for shards.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# refused CODE TEXT COMMAND...: exits so, with the text in its one line.
refused() {
    local code=$1 text=$2 got=0
    shift 2
    "$program" "$@" >"$work/out" 2>"$work/err" || got=$?
    [ "$got" = "$code" ] || fail "exit $got instead of $code: $* ($(cat "$work/err"))"
    grep '^mpibert: ' "$work/err" | grep -qF -- "$text" || fail "'$text' is not in: $(cat "$work/err")"
}

# A model of one token type and 32 positions, trained for a step.
mkdir "$work/model"
cp datasets/vocab/newsposts/vocab.txt "$work/model"
words=$(wc -l <"$work/model/vocab.txt")
cat >"$work/model/config.json" <<JSON
{"model_type": "bert", "vocab_size": $words, "hidden_size": 16, "num_hidden_layers": 1,
 "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 32, "type_vocab_size": 1}
JSON
for i in $(seq 16); do
    echo "the moon and the sun $i,a game,$((i % 2))"
done | sed '1i text,second,label' >"$work/pairs.csv"
settings=(model.name="$work/model" model.initialize=random training.epochs=1 training.batch_size=8
    training.max_steps=1 model.max_seq_length=32 "data.train=$work/pairs.csv" cluster.threads_per_rank=1)
pair="is a pair of texts, the model has one token type"
refused 3 "$pair" train "${settings[@]}" data.text_column_b=second checkpoint.directory="$work/refused"
alone train "${settings[@]}" checkpoint.directory="$work/run"
final=$work/run/final

# Single texts pass, pairs do not.
alone predict --model "$final" --input "$work/pairs.csv"
alone evaluate --model "$final" --data "$work/pairs.csv"
echo '{"text": "the moon", "text_b": "the sun"}' >"$work/pair.jsonl"
refused 3 "$pair" predict --model "$final" --input "$work/pair.jsonl"
refused 3 "$pair" evaluate --model "$final" --data "$work/pairs.csv" data.text_column_b=second

# Shards that were made for a model with more positions and types, with the same vocabulary.
sed -e 's/"max_position_embeddings": 32/"max_position_embeddings": 64/' \
    -e 's/"type_vocab_size": 1/"type_vocab_size": 2/' "$work/model/config.json" >"$work/larger"
mkdir "$work/large"
cp "$work/model/vocab.txt" "$work/large"
mv "$work/larger" "$work/large/config.json"
long=$(printf 'the moon and the sun %.0s' $(seq 16))
printf 'text,label\n%s,0\na short one,1\n' "$long" >"$work/long.csv"
made=(model.name="$work/large" model.initialize=random model.max_seq_length=64)
alone preprocess "${made[@]}" "data.train=$work/long.csv" --output "$work/long"
refused 3 "tokens, the model 32 positions" evaluate --model "$final" --data "$work/long"
alone preprocess "${made[@]}" "data.train=$work/pairs.csv" data.text_column_b=second --output "$work/pairs"
refused 3 "$pair" evaluate --model "$final" --data "$work/pairs"
refused 3 "$pair" train "${settings[@]}" "data.train=$work/pairs" checkpoint.directory="$work/refused"
