#!/usr/bin/env bash
# Where hosts see other files under the same names, every command says on which rank and host, and
# ends: here one rank works in another folder, so that relative paths mean something else to it.
. "$(dirname "$0")/lib.sh"

program=$(realpath "$program")
host=$(hostname -s)
host=${host:-unknown}
project=$PWD
mkdir "$work/here" "$work/there"
cat >"$work/at" <<'END'
#!/bin/sh
# at RANK COMMAND...: that rank goes elsewhere.
[ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" != "$1" ] || cd ../there || exit 1
shift
exec "$@"
END
chmod +x "$work/at"
cd "$work/here"

# The same set of texts and model as folders, a file and shards.
mkdir data
for class in comp.graphics sci.space; do
    mkdir "data/$class"
    find "$project/datasets/newsposts/$class" -type f | sort | sed -n 1,24p | xargs -I{} cp {} "data/$class"
done
printf 'text,label\n' >table.csv
for i in $(seq 15); do
    printf 'the orbit of moon %d,sci.space\nthe colour of pixel %d,comp.graphics\n' "$i" "$i" >>table.csv
done
settings=(
    model.max_seq_length=32 training.batch_size=8 training.epochs=1 training.learning_rate=5.0e-5
    cluster.threads_per_rank=1
)
small=("model.name=$project/datasets/vocab/newsposts" "${random_model[@]:1}" "${settings[@]}")
"$program" preprocess "${small[@]}" data.train=data --output shards >"$work/out" 2>&1
"$program" train "${small[@]}" data.train=data checkpoint.directory=run >"$work/out" 2>&1
mv run/final model

# refused RANK WHAT COMMAND...: with exit code 3 and one line that says what, and who it is for. On one
# host, what rank 0 alone meets may as well be what rank 0 alone does.
refused() {
    local rank=$1 what=$2 who=", rank [0-2] on $host" code=0
    shift 2
    [ "$rank" != 0 ] || who="($who)?"
    timeout 60 "${mpirun[@]}" -n 3 "$work/at" "$rank" "$program" "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = 3 ] || { cat "$work/out"; fail "exit code $code of $*"; }
    [ "$(grep '^mpibert: ' "$work/out" | grep -vc ' warning: ')" = 1 ] || { cat "$work/out"; fail "not one line of $*"; }
    grep -qE "^mpibert: .*$what.*$who\)$" "$work/out" ||
        { cat "$work/out"; fail "$what was not named by $*"; }
}

# What one rank does not have, and then what it has otherwise.
for rank in 0 2; do
    for data in data table.csv shards; do
        refused $rank "$data" train "${small[@]}" data.train=$data "checkpoint.directory=$work/new"
        refused $rank "$data" evaluate --model "$PWD/model" --data $data
        refused $rank "$data" predict --model "$PWD/model" --input $data --output "$work/predicted"
    done
    refused $rank table.csv train "${small[@]}" "data.train=$PWD/data" data.validation=table.csv \
        "checkpoint.directory=$work/new"
    refused $rank data preprocess "${small[@]}" data.train=data --output "$work/new"
    refused $rank table.csv preprocess "${small[@]}" data.train=table.csv --output "$work/new"
    refused $rank model train "${settings[@]}" model.name=./model "data.train=$PWD/data" \
        "checkpoint.directory=$work/new"
    refused $rank model evaluate --model ./model --data "$PWD/data"
    refused $rank model predict --model ./model --input "$PWD/data"
done

# What is there, but is another: one more text, another weight, another setting.
cp -r data table.csv shards model ../there
echo "one more,sci.space" >>../there/table.csv
cp "data/sci.space/$(ls data/sci.space | sed -n 1p)" ../there/data/sci.space/more

# damage FILE OFFSET_FROM_END: a byte of it.
damage() {
    printf '\377' | dd of="$1" bs=1 conv=notrunc seek=$(($(stat -c %s "$1") - $2)) 2>/dev/null
}
damage ../there/model/model.safetensors 2
damage "$(find ../there/shards -name '*.h5' | sed -n 1p)" 1000
printf 'training: {max_grad_norm: 1.0}\n' >config.yaml
printf 'training: {max_grad_norm: 2.0}\n' >../there/config.yaml
for data in data table.csv; do
    refused 2 "$data" train "${small[@]}" data.train=$data "checkpoint.directory=$work/new"
    refused 2 "$data" preprocess "${small[@]}" data.train=$data --output "$work/new"
    refused 2 "$data" predict --model "$PWD/model" --input $data
done
refused 2 "shards" train "${small[@]}" data.train=shards "checkpoint.directory=$work/new"
refused 2 "shards" evaluate --model "$PWD/model" --data shards
refused 2 "shards" predict --model "$PWD/model" --input shards --output "$work/predicted"
for command in "train data.train=$PWD/data checkpoint.directory=$work/new" "preprocess data.train=$PWD/data --output $work/new" \
    "evaluate --model $PWD/model --data $PWD/data"; do
    refused 2 "the configuration must be what rank 0 .*config.yaml" ${command%% *} --config config.yaml ${command#* }
done
refused 2 "the weights must be what.*model" train "${settings[@]}" model.name=./model "data.train=$PWD/data" \
    "checkpoint.directory=$work/new"
refused 2 "the weights must be what.*model" evaluate --model ./model --data "$PWD/data"

# The run directory, which only rank 0 writes: it is read when the run goes on.
"${mpirun[@]}" -n 3 "$program" train "${small[@]}" "data.train=$PWD/data" training.epochs=2 training.max_steps=2 \
    checkpoint.directory=run2 checkpoint.every_steps=1 >"$work/out" 2>&1 || fail "no run: $(cat "$work/out")"
rm -r run2/final run2/checkpoints/step-00000002
refused 2 "run2/checkpoints/step-00000001" train "${small[@]}" "data.train=$PWD/data" training.epochs=2 training.max_steps=2 \
    checkpoint.directory=run2 checkpoint.every_steps=1 "data.cache_directory=$work/cache"
