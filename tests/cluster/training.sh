#!/usr/bin/env bash
# Training over 1, 2 and 4 hosts gives the same weights and validations, and sends what a ring would.
. "$(dirname "$0")/lib.sh"

start_cluster --hosts 4

# Texts of a few words, so that nearly all gradients are those of the layers.
words=(space moon orbit goal ice team)
for ((i = 0; i < 240; i++)); do
    text=
    for ((k = 0; k < 30; k++)); do
        text+=" ${words[(i * 7 + k * k) % 6]}"
    done
    echo "{\"text\": \"$text\", \"label\": \"class $((i % 2))\"}"
done >"$work/texts.jsonl"

hidden=128 layers=4 labels=2 positions=512
run=(
    model.name=datasets/vocab/newsposts model.initialize=random
    "model.architecture={hidden_size: $hidden, num_hidden_layers: $layers, num_attention_heads: 4, intermediate_size: $((4 * hidden))}"
    model.max_seq_length=32 "data.train=$work/texts.jsonl"
    training.epochs=1 training.batch_size=16 training.learning_rate=1.0e-4 logging.every_steps=1
    cluster.threads_per_rank=1
)

# sent HOSTS: by each so far, in bytes without headers: 66 a packet, and nothing else in receipts,
# whose number depends on how busy the hosts are.
sent() {
    local host
    for ((host = 0; host < $1; host++)); do
        paste <(cluster bytes "node$host") <(cluster packets "node$host") |
            awk '{ print $1 - 66 * $3 }'
    done
}

# train HOSTS NAME SETTING...: says how many bytes each host has sent.
train() {
    local hosts=$1 name=$2 before
    shift 2
    before=$(sent "$hosts")
    cluster mpirun -n "$hosts" "$program" train "${run[@]}" "checkpoint.directory=$work/$name" "$@" \
        >"$work/$name.out" 2>&1 || fail "$name: $(cat "$work/$name.out")"
    paste <(echo "$before") <(sent "$hosts") | awk '{ print $2 - $1 }'
}

validations() {
    sed -nE 's/.*"eval_loss": *([-+.0-9eE]+).*/\1/p' "$work/$1/metrics.jsonl"
}

# Only the order of sums differs: rounding of floats, grown over twelve steps.
for hosts in 1 2 4; do
    train $hosts "hosts$hosts" training.eval_strategy=steps training.eval_every_steps=4 >/dev/null
    losses "$work/hosts$hosts" >"$work/losses$hosts"
    validations "hosts$hosts" >"$work/validations$hosts"
done
[ "$(wc -l <"$work/validations1")" = 3 ] || fail "not three validations"
for hosts in 2 4; do
    near "$work/losses1" "$work/losses$hosts" 1e-5 || fail "losses on 1 and $hosts hosts differ"
    near "$work/validations1" "$work/validations$hosts" 1e-5 ||
        fail "validations on 1 and $hosts hosts differ"
done

# weights NAME: of the run's final model, one a line, without the header of the file.
weights() {
    local file=$work/$1/final/model.safetensors header
    header=$(od -An -tu8 -N8 "$file")
    od -v -An -w4 -tf4 -j $((8 + header)) "$file"
}

for hosts in 2 4; do
    paste <(weights hosts1) <(weights "hosts$hosts") | awk '
        { d = $1 - $2; sum += d * d; all += $1 * $1 }
        END { print "weights differ by " sqrt(sum / all); exit !(NR > 1e6 && sum < 1e-12 * all) }' ||
        fail "the weights of 1 and $hosts hosts differ"
done

# What a ring sends a rank and step: 2 (N - 1) / N of the gradients, here those of eight words and all
# other parameters. Ten steps more send ten times that more, with a few messages beside. A shared
# optimizer sends gradients to owners and weights back.
gradients=$((layers * (12 * hidden * hidden + 13 * hidden) + (8 + positions + 2 + 2) * hidden +
    hidden * hidden + hidden + labels * (hidden + 1)))
for how in "2 false" "4 false" "2 true" "4 true"; do
    read -r hosts shared <<<"$how"
    for steps in 2 12; do
        train "$hosts" "bytes$hosts-$steps-$shared" training.eval_strategy=no "training.max_steps=$steps" \
            "cluster.shard_optimizer=$shared" >"$work/sent$steps"
    done
    ring=$((10 * 4 * 2 * (hosts - 1) * gradients / hosts))
    paste "$work/sent2" "$work/sent12" | awk -v ring=$ring '
        { ratio = ($2 - $1) / ring; print "node" NR - 1 " sends " ratio " times the bytes of a ring"
          if (!(ratio > 0.95 && ratio < 1.05)) bad = 1 }
        END { exit bad }' || fail "$hosts hosts send other amounts than a ring"
done
