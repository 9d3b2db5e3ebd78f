#!/usr/bin/env bash
# A trained model's outputs are fixed: whatever labels data shows, in whatever order, each is the
# output of its name or number, or an error.
. "$(dirname "$0")/lib.sh"

named=tests/golden/model/bert # its outputs: north, east, süd
cp -r "$named" "$work/plain"  # LABEL_0, LABEL_1, LABEL_2
chmod -R u+w "$work/plain"
sed -i -e 's/"north"/"LABEL_0"/' -e 's/"east"/"LABEL_1"/' -e 's/"s\\u00fcd"/"LABEL_2"/' \
    "$work/plain/config.json"

# table NAME LABEL...: a text a label, which is the only thing that differs between tables.
table() {
    local name=$1 label i=4
    shift
    echo text,label >"$work/$name.csv"
    for label; do
        echo "w$i w$((i + 7)) w$((3 * i)),$label" >>"$work/$name.csv"
        i=$((i + 1))
    done
}

# counts MODEL DATA ROW...: the texts of each output, on one rank and on three.
counts() {
    local model=$1 data=$2 ranks
    shift 2
    for ranks in 1 3; do
        on "$ranks" evaluate --model "$model" --data "$data" --output "$work/m" \
            >/dev/null 2>"$work/err" || fail "evaluate $data: $(cat "$work/err")"
        sed -E 's/.*"confusion_matrix": \[\[(.*)\]\].*/\1/; s/\], \[/\n/g; s/,/ +/g' "$work/m" |
            while read -r row; do echo $((row)); done | tr '\n' ' ' >"$work/counts"
        [ "$(cat "$work/counts")" = "$* " ] ||
            fail "$data on $ranks ranks: $(cat "$work/counts") instead of $*"
    done
}

table whole east süd north süd
table subset süd east süd
table numbers 1 2 2
table floats 2.0 1.0 1.0
table default LABEL_2 1 LABEL_2
table strange north west
table words ham spam spam
counts "$named" "$work/whole.csv" 1 1 2
counts "$named" "$work/subset.csv" 0 1 2
counts "$work/plain" "$work/numbers.csv" 0 1 2
counts "$work/plain" "$work/floats.csv" 0 2 1
counts "$work/plain" "$work/default.csv" 0 1 2

# Numbers are outputs of a model with names, which is said.
counts "$named" "$work/numbers.csv" 0 1 2
grep -q "warning: the labels of the data are numbers, .*: north, east, süd" "$work/err" ||
    fail "numbers were taken for names without a word: $(cat "$work/err")"

# What is no output is an error, with the way out, or left out where that is asked for.
evaluate() {
    local code=$1 text=$2 model=$3 data=$4
    shift 4
    refuses "$code" "$text" evaluate --model "$model" --data "$data" --output "$work/m" "$@"
}
evaluate 3 "label 'west' is not one of the model's 3: north, east, süd (" "$named" "$work/strange.csv"
evaluate 3 "strange.csv, example 1)" "$named" "$work/strange.csv"
evaluate 3 "in their order, with model.label_names=[...]" "$work/plain" "$work/words.csv"
evaluate 2 "model.label_names has 2 names, the model has 3 outputs" "$work/plain" \
    "$work/words.csv" "model.label_names=[ham, spam]"
evaluate 2 "model.num_labels is 2, the model has 3 outputs" "$named" "$work/whole.csv" \
    model.num_labels=2
evaluate 2 "'east' as name 0, it is output 1" "$named" "$work/whole.csv" \
    "model.label_names=[east, north, süd]"
counts "$named" "$work/whole.csv" 1 1 2

table strange north west
"$program" evaluate --model "$named" --data "$work/strange.csv" --output "$work/m" \
    data.on_error=skip >"$work/out" 2>"$work/err"
grep -q '"examples": 1,' "$work/out" || fail "of two examples one has a label: $(cat "$work/out")"
grep -q "warning: 1 sequences .* left out; the first: 'west'" "$work/err" || fail "$(cat "$work/err")"

# The way out works.
"$program" evaluate --model "$work/plain" --data "$work/words.csv" --output "$work/m" \
    "model.label_names=[eggs, ham, spam]" >"$work/out" 2>"$work/err" || fail "$(cat "$work/err")"
grep -q '"label_names": \["eggs", "ham", "spam"\]' "$work/out" || fail "$(cat "$work/out")"

# Shards have labels of their own, in their own order.
shards() {
    rm -rf "$work/shards"
    "$program" preprocess --output "$work/shards" model.name="$named" \
        data.train="$work/$1.csv" 2>"$work/err" || fail "shards of $1: $(cat "$work/err")"
}
shards subset
counts "$named" "$work/shards" 0 1 2
shards strange
evaluate 3 "label 'west' is not one of the model's" "$named" "$work/shards"

# Training goes on with the outputs as they are: with a rate of 0 it gives the model back.
table more east süd north süd east north süd east north east
settings=(data.train="$work/more.csv" data.validation="$work/subset.csv"
    training.batch_size=5 training.epochs=1 cluster.threads_per_rank=1)
"$program" train "${settings[@]}" model.name="$named" training.learning_rate=0 \
    checkpoint.directory="$work/run" >"$work/out" 2>"$work/err" || fail "$(cat "$work/err")"
for model in "$named" "$work/run/final"; do
    "$program" predict --model "$model" --logits --input "$work/more.csv" \
        2>/dev/null >"$work/predicted.$(basename "$model")"
done
cmp "$work/predicted.bert" "$work/predicted.final" || fail "the head's outputs changed places"
counts "$work/run/final" "$work/subset.csv" 0 1 2
! grep -q "at random" "$work/out" "$work/err" || fail "a trained head was thrown away"

# Other labels are the data's business, which is said; another order of the same ones is refused.
table other a b a b c c a b c c
other=("${settings[@]}" model.name="$named" data.train="$work/other.csv" data.validation=
    data.stratify=false)
"$program" train "${other[@]}" checkpoint.directory="$work/other" >/dev/null 2>"$work/err" ||
    fail "$(cat "$work/err")"
grep -q "warning: the model was trained for the labels north, east, süd, the data has a, b, c" \
    "$work/err" || fail "$(cat "$work/err")"
# stops TEXT ARGUMENT...: training ends with 2 and TEXT in its last line.
stops() {
    local text=$1 found=0
    shift
    "$program" train "$@" >/dev/null 2>"$work/err" || found=$?
    [ "$found" = 2 ] && tail -n 1 "$work/err" | grep -qF "$text" || fail "$found: $(cat "$work/err")"
}
stops "in another order than its outputs" "${settings[@]}" model.name="$named" \
    "model.label_names=[east, north, süd]" checkpoint.directory="$work/another"

# A run does not go on with labels that were given other names.
sed -i -e 's/,a$/,z/' "$work/other.csv"
stops "label 0 of the data is 'b', the checkpoint was made with 'a'" "${other[@]}" \
    checkpoint.directory="$work/other"
