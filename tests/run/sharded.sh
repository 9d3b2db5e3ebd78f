#!/usr/bin/env bash
# Ranks that share the optimizer out train to the bits of ranks that do not, save together, and go on
# on any other number of ranks; signals, failures and kills leave whole checkpoints only.
. "$(dirname "$0")/lib.sh"

tolerance=1e-4 # float rounding of sums over other numbers of ranks, grown over 20 steps
sharded=(cluster.shard_optimizer=true)
settings=("${small_run[@]}" checkpoint.every_steps=4 checkpoint.keep=100 "data.cache_directory=$work/cache")

train() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$work/$run" "$@" >"$work/out" 2>&1
}

# same_model RUN RUN: to the last bit.
same_model() {
    cmp "$work/$1/final/model.safetensors" "$work/$2/final/model.safetensors" || fail "other weights in $2"
}

# only_whole RUN: nothing half-written lies there.
only_whole() {
    [ -z "$(find "$work/$1" -name '*.partial*' -o -name '*.tmp-*' -o -name 'words-*')" ] ||
        fail "something half-written stays: $(find "$work/$1")"
}

for ranks in $(unless_sanitized "1 2 3 4" "1 2 3"); do
    train "$ranks" "whole$ranks" cluster.shard_optimizer=false
    train "$ranks" "sharded$ranks" "${sharded[@]}"
    same_model "whole$ranks" "sharded$ranks"
    cmp "$work/whole$ranks/best/model.safetensors" "$work/sharded$ranks/best/model.safetensors" ||
        fail "another best model on $ranks ranks"
    only_whole "sharded$ranks"
done
[ "$(ls "$work"/sharded3/checkpoints/step-00000008/optimizer-*)" = "$(
    printf "$work/sharded3/checkpoints/step-00000008/optimizer-0000%d-of-00003.h5\n" 0 1 2
)" ] || fail "not a file a rank"
[ ! -e "$work"/sharded1/checkpoints/step-00000008/optimizer-00000-of-00001.h5 ] ||
    fail "one rank shares nothing out"

# go_on RANKS RUN FROM STEP [SETTING]: takes RUN up from a checkpoint of FROM.
go_on() {
    local ranks=$1 run=$2 from=$3 step=$4
    shift 4
    mkdir -p "$work/$run/checkpoints"
    cp -r "$work/$from/checkpoints/step-0000000$step" "$work/$run/checkpoints/"
    train "$ranks" "$run" "$@"
    grep -q "going on after step $step" "$work/out" || { cat "$work/out"; fail "did not go on"; }
}

# From the files of as many owners, of others, of none, and to none: the moments are the same.
go_on 3 again sharded3 8 "${sharded[@]}"
same_model sharded3 again
go_on 3 begin_sharing whole3 8 "${sharded[@]}"
same_model sharded3 begin_sharing
go_on 3 end_sharing sharded3 8
same_model sharded3 end_sharing

# 2 -> 3 -> 1 -> 4 ranks.
go_on 3 chain sharded2 4 "${sharded[@]}"
for next in "1 8" "4 12"; do
    read -r ranks step <<<"$next"
    rm -rf "$work/chain/final"
    for later in "$work"/chain/checkpoints/step-*; do
        [ "${later##*-}" -le "$step" ] || rm -rf "$later"
    done
    train "$ranks" chain "${sharded[@]}"
    grep -q "going on after step $step" "$work/out" || { cat "$work/out"; fail "did not go on"; }
done
losses "$work/whole1" | tail -n 4 >"$work/want"
losses "$work/chain" | tail -n 4 >"$work/have"
near "$work/want" "$work/have" "$tolerance" || fail "other losses after 2, 3, 1 and 4 ranks"

# LAMB's trust ratios need the norms of tensors that all ranks have parts of.
train 1 lamb1 training.optimizer=lamb
lamb_ranks=$(unless_sanitized "2 3 4" 3)
for ranks in $lamb_ranks; do
    train "$ranks" "lamb$ranks" training.optimizer=lamb "${sharded[@]}"
done
train 3 lamb_whole3 training.optimizer=lamb cluster.shard_optimizer=false
same_model lamb_whole3 lamb3
go_on 3 lamb_again lamb3 8 training.optimizer=lamb "${sharded[@]}"
same_model lamb3 lamb_again
go_on 3 lamb_end_sharing lamb3 8 training.optimizer=lamb
same_model lamb3 lamb_end_sharing
losses "$work/lamb1" >"$work/want"
for ranks in $lamb_ranks; do
    losses "$work/lamb$ranks" >"$work/have"
    near "$work/want" "$work/have" "$tolerance" || fail "other losses by LAMB on $ranks ranks"
done

# A part that is gone, or of another step, is no checkpoint.
mkdir -p "$work/damaged/checkpoints"
cp -r "$work"/sharded2/checkpoints/step-0000000[48] "$work/damaged/checkpoints/"
cp "$work"/damaged/checkpoints/step-0000000{4,8}/optimizer-00001-of-00002.h5
train 2 damaged "${sharded[@]}"
grep -q 'warning: checkpoint passed over: .*optimizer-00001-of-00002.h5' "$work/out" || fail "no warning"
grep -q 'going on after step 4' "$work/out" || fail "did not go on from the older one"
same_model sharded2 damaged

# Asked to end, mpirun ends its ranks a second later; killed, nothing of the job is left at once. The
# ranks' children write the checkpoint nevertheless, all of the same step.
settings+=("model.architecture={hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512}"
    training.epochs="$(unless_sanitized 6 4)" checkpoint.every_steps=100000)
ranks=3
train $ranks larger "${sharded[@]}"
for run in ask kill; do
    "${mpirun[@]}" -n $ranks "$program" train "${settings[@]}" "${sharded[@]}" \
        "checkpoint.directory=$work/$run" >"$work/out" 2>&1 &
    job=$!
    await grad_norm "$work/$run/metrics.jsonl"
    if [ "$run" = ask ]; then
        kill -TERM "$job"
    else
        # shellcheck disable=SC2046
        kill -TERM $(ranks_of "$job")
        # Until every rank has a child that saves the step that rank 0 tells: the parts of the others
        # show it.
        for _ in $(seq 1000); do
            ls "$work/$run"/checkpoints/step-*/manifest.json >/dev/null 2>&1 && break
            step=$(sed -n '/saving step/{s/.*saving step \([0-9]*\) .*/\1/p;q}' "$work/out")
            [ -n "$step" ] &&
                [ "$(find "$work/$run"/checkpoints/step-"$(printf %08d "$step")"* -name 'words-*.h5' | wc -l)" \
                    = $((ranks - 1)) ] && break
            sleep 0.02
        done
        # shellcheck disable=SC2046
        kill -KILL $(ranks_of "$job") "$job" || true # a rank may just have ended
    fi
    wait "$job" || true
    train $ranks "$run" "${sharded[@]}"
    grep -q 'going on after step' "$work/out" || { cat "$work/out"; fail "$run did not go on"; }
    same_model larger "$run"
    only_whole "$run"
done
