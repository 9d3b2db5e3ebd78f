#!/usr/bin/env bash
# Runs that train a part of the model: what is frozen stays as it was; the losses are the same on 1 to 4
# ranks, however sums are made and the optimizer is shared out; a run resumes bit for bit, across an
# unfreezing too; what is frozen takes no room; what does not fit is refused.
. "$(dirname "$0")/lib.sh"

# 8 steps an epoch.
steps=(training.epochs=3 training.learning_rate=1.0e-3 data.stratify=false)
gradual=(model.trainable=head "model.unfreeze_schedule={1: top:1, 2: all}")
# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${small_run[@]}" "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- the same on any number of ranks, in any way. Sums in another order, 24 steps: 1e-4 of a loss.
check_way() {
    local name=$1
    shift
    train_on 1 "$name-1" "$@"
    train_on 2 "$name-2" cluster.shard_optimizer=true "$@"
    train_on 3 "$name-3" cluster.shard_optimizer=true cluster.overlap=false "$@"
    train_on 4 "$name-4" "$@"
    for ranks in 2 3 4; do
        same_losses "$name-1" "$name-$ranks" 1e-4
    done
    [ "$(losses "$work/$name-1" | sort -u | wc -l)" -gt 12 ] || fail "$name learns nothing"
}
check_way head model.trainable=head
check_way gradual "${gradual[@]}"
if ! is_sanitized; then
    check_way top model.trainable=top:1
    check_way bitfit model.trainable=bitfit
    check_way named "model.trainable=[encoder.layer.0, LayerNorm]"
    check_way lamb training.optimizer=lamb "${gradual[@]}"
    check_way parts training.batch_size=8 training.gradient_accumulation_steps=2 "${gradual[@]}"
fi

# bf16 has 8 bits: 2e-2 of a loss.
train_on 2 short training.precision=bf16 "${gradual[@]}"
same_losses gradual-1 short 2e-2

# --- what is frozen takes no room
bytes_of() {
    stat -c %s "$work/$1"/checkpoints/step-00000024/training_state.h5
}
train_on 1 all
[ "$(bytes_of head-1)" -lt $(("$(bytes_of all)" / 20)) ] || fail "moments of what is frozen"
grep -q '| Trained: 260$' "$work/head-1.out" || fail "$(grep Parameters "$work/head-1.out")"
! grep -q 'Trained:' "$work/all.out" || fail "$(grep Parameters "$work/all.out")"

# --- stopped and continued, bit for bit: before, at and after an unfreezing, on other ranks too
train_on 1 whole checkpoint.every_steps=4 checkpoint.keep=9 training.deterministic=true "${gradual[@]}"
for step in 4 8 12 16; do
    name=again-$step
    mkdir -p "$work/$name/checkpoints"
    cp -r "$work/whole/checkpoints/$(printf 'step-%08d' $step)" "$work/$name/checkpoints/"
    if [ $step = 12 ]; then
        train_on 4 $name training.deterministic=true cluster.shard_optimizer=true "${gradual[@]}"
    else
        train_on 1 $name training.deterministic=true "${gradual[@]}"
    fi
    cmp "$(weights_of whole)" "$(weights_of $name)" || fail "other weights from step $step on"
done
mkdir -p "$work/shared/checkpoints"
train_on 2 shares checkpoint.every_steps=4 checkpoint.keep=9 cluster.shard_optimizer=true "${gradual[@]}"
cp -r "$work/shares/checkpoints/step-00000012" "$work/shared/checkpoints/"
train_on 2 shared cluster.shard_optimizer=true "${gradual[@]}"
cmp "$(weights_of shares)" "$(weights_of shared)" || fail "other weights where moments are shared out"

# --- what is never trained lies on disk once, whoever writes; what has been damaged is written anew
frozen_file=model-00001-of-00002.safetensors
files_of() { # RUN: the different files of frozen weights in its checkpoints
    stat -c %i "$work/$1"/checkpoints/*/$frozen_file | sort -u | wc -l
}
train_on 1 kept checkpoint.every_steps=4 checkpoint.keep=9 model.trainable=top:1
train_on 3 kept-shares checkpoint.every_steps=4 checkpoint.keep=9 model.trainable=top:1 cluster.shard_optimizer=true
for run in kept kept-shares; do
    [ "$(ls -d "$work/$run"/checkpoints/* | wc -l)" = 6 ] || fail "$(ls "$work/$run/checkpoints")"
    [ "$(files_of $run)" = 1 ] || fail "$run keeps what is frozen $(files_of $run) times"
done
[ ! -e "$work/all/checkpoints/step-00000024/$frozen_file" ] || fail "a file of what is frozen, where nothing is"
mkdir -p "$work/torn/checkpoints"
cp -r "$work/kept/checkpoints/step-00000004" "$work/kept/checkpoints/step-00000008" "$work/torn/checkpoints/"
printf 'x' | dd of="$work/torn/checkpoints/step-00000008/$frozen_file" bs=1 seek=9000 conv=notrunc status=none
train_on 1 torn checkpoint.every_steps=4 checkpoint.keep=9 model.trainable=top:1
grep -q "warning: .*$frozen_file" "$work/torn.err" || fail "$(cat "$work/torn.err")"
cmp "$(weights_of kept)" "$(weights_of torn)" || fail "other weights"
alone inspect "$work/torn/checkpoints/step-00000024" >"$work/inspected" || fail "$(cat "$work/inspected")"

# --- a frozen encoder runs once, and its outputs are kept for the next run; where tokens stay on disk it
# runs in every epoch, with the same weights
probe=(model.trainable=head "data.cache_directory=$work/cache" training.deterministic=true)
train_on 2 probe "${probe[@]}"
grep -q '^Encoder: frozen; ran once, without dropout, on 160 sequences' "$work/probe.out" ||
    fail "$(cat "$work/probe.out")"
train_on 1 probe-again "${probe[@]}"
grep -q '^Encoder: frozen; what it makes of the texts is in' "$work/probe-again.out" ||
    fail "$(cat "$work/probe-again.out")"
for file in "$work"/cache/encoded-*.h5; do
    printf 'x' | dd of="$file" bs=1 seek=2000 conv=notrunc status=none
done
train_on 1 probe-damaged "${probe[@]}"
[ "$(grep -c 'warning: .*it is computed again' "$work/probe-damaged.err")" = 2 ] ||
    fail "$(cat "$work/probe-damaged.err")"
alone preprocess "${small_run[@]}" "${steps[@]}" --output "$work/shards/train" --split train
alone preprocess "${small_run[@]}" "${steps[@]}" --output "$work/shards/validation" --split validation
shards=("data.train=$work/shards/train" "data.validation=$work/shards/validation"
    data.max_samples=null data.remove_noise=null)
train_on 2 probe-disk "${probe[@]}" "${shards[@]}" data.streaming=true
train_on 4 probe-shards "${probe[@]}" "${shards[@]}" data.streaming=false
cmp "$(weights_of probe-disk)" "$(weights_of probe-shards)" || fail "other weights where the encoder runs once"
grep -q 'tokens stay on disk: the frozen encoder runs in every epoch' "$work/probe-disk.err" ||
    fail "$(cat "$work/probe-disk.err")"
for run in probe-again probe-damaged; do
    cmp "$(weights_of probe)" "$(weights_of $run)" || fail "$run: other weights"
done
# Of other heads, too: rows of words, and of all tokens.
for task in entities questions; do
    on 3 train --config configs/$task.yaml "${random_model[@]}" model.trainable=head training.epochs=2 \
        training.learning_rate=1.0e-3 "checkpoint.directory=$work/$task" cluster.threads_per_rank=1 \
        >"$work/$task.out" 2>"$work/$task.err" || fail "$task: $(cat "$work/$task.err")"
    grep -q '^Encoder: frozen; ran once' "$work/$task.out" || fail "$(cat "$work/$task.out")"
done

# refuses CODE MESSAGE SETTING...
refuses() {
    local want=$1 message=$2 status=0
    shift 2
    "$program" train "${small_run[@]}" "${steps[@]}" "checkpoint.directory=$work/refused" "$@" \
        >"$work/alone" 2>&1 || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
    grep -qF "$message" "$work/alone" || fail "$* says $(cat "$work/alone")"
    [ "$(grep '^mpibert: train: ' "$work/alone" | grep -vc ' warning: ')" = 1 ] || fail "$(cat "$work/alone")"
    [ ! -e "$work/refused/final" ] || fail "$* has trained"
}
refuses 2 'top:7 was asked for, the model has 2 layers (model.trainable)' model.trainable=top:7
refuses 2 "'encoder.layr.1' names no tensor" "model.trainable=[encoder.layr.1]"
refuses 2 'are trained together or not at all' "model.trainable=[query]"
refuses 2 "model.trainable is 'hed', all, head, bitfit, top:N or a list" model.trainable=hed
refuses 2 "model.trainable is 'top:0'" model.trainable=top:0
refuses 2 'model.trainable is a list' "model.trainable=[]"
refuses 2 'which was trained before' "model.unfreeze_schedule={1: head}"
refuses 2 'after epoch 2 nothing is unfrozen' model.trainable=head \
    "model.unfreeze_schedule={1: top:1, 2: top:1}"
refuses 2 'unfreezes after epoch 3, training.epochs is 3' model.trainable=head \
    "model.unfreeze_schedule={3: all}"
refuses 2 "'0' stands for epochs in model.unfreeze_schedule" "model.unfreeze_schedule={0: head}"
refuses 2 "a map of epochs to what is trained" model.unfreeze_schedule=all

# --- another part than the checkpoint's is another run
status=0
"$program" train "${small_run[@]}" "${steps[@]}" "checkpoint.directory=$work/head-1" \
    >"$work/alone" 2>&1 || status=$?
[ "$status" = 2 ] || fail "exit code $status: $(cat "$work/alone")"
grep -q 'model.trainable' "$work/alone" || fail "$(cat "$work/alone")"

# --- what a job takes is told before, and is less
for way in all head; do
    "$program" plan "${small_run[@]}" "${steps[@]}" model.trainable=$way "checkpoint.directory=$work/plan" \
        --gflops 50 --json >"$work/plan-$way" 2>"$work/err" || fail "plan: $(cat "$work/err")"
done
for name in parameter_bytes activation_bytes checkpoint_bytes compute update summed_floats; do
    awk -v all="$(member $name <"$work/plan-all")" -v head="$(member $name <"$work/plan-head")" \
        'BEGIN { exit !(head < 0.75 * all) }' || fail "plan: $name is not less where the head alone is trained"
done
