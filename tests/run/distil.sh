#!/usr/bin/env bash
# Students of a teacher from end to end: cut from it, of another shape, or with adaptations; the same losses
# on 1 to 4 ranks, in any way; a run resumes bit for bit; what the teacher says is computed once and kept;
# every task that has it; what does not fit is refused.
. "$(dirname "$0")/lib.sh"

# 8 steps an epoch.
steps=(training.learning_rate=1.0e-3 data.stratify=false)
cached=("data.cache_directory=$work/cache")
four_layers=("model.architecture={hidden_size: 64, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 128}")
# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${small_data[@]}" "${steps[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

train_on 2 teacher "${random_model[@]}" "${four_layers[@]}" training.epochs=4 training.deterministic=true
taught=("model.teacher=$work/teacher" "${cached[@]}")
student=("model.name=$work/teacher" "model.keep_layers=[0, 2]" "${taught[@]}")

# --- the same in any way. Sums in another order, 16 steps: 1e-4 of a loss; bf16 has 8 bits: 2e-2.
train_on 1 one "${student[@]}"
train_on 2 two "${student[@]}" cluster.shard_optimizer=true
train_on 3 three "${student[@]}" cluster.overlap=false
train_on 4 four "${student[@]}" training.batch_size=8 training.gradient_accumulation_steps=2
for run in two three; do
    same_losses one $run 1e-4
done
# Other micro-batches drop other elements out, so the losses of one and four are not compared.
[ "$(losses "$work/four" | wc -l)" = 16 ] || fail "$(cat "$work/four.out")"
train_on 2 short "${student[@]}" training.precision=bf16
same_losses one short 2e-2
[ "$(losses "$work/one" | sort -u | wc -l)" -gt 12 ] || fail "nothing is learned"

# --- final/ is an ordinary smaller model
grep -q '| Layers: 2 of 4' "$work/one.out" || fail "$(grep Layers "$work/one.out")"
grep -q '"num_hidden_layers": 2' "$work/one/final/config.json" || fail "$(cat "$work/one/final/config.json")"
alone inspect "$work/one/final"
same_metrics --model "$work/one" --data datasets/newsposts

# --- the teacher is asked once, on however many ranks, where products are the same, as they are where runs
# are deterministic; what is damaged is made again
exact=("${student[@]}" training.deterministic=true)
rm "$work"/cache/taught-*.h5
train_on 2 asked "${exact[@]}"
grep -q '^Teacher: .*; ran once, without dropout, on [0-9]* sequences' "$work/asked.out" ||
    fail "$(cat "$work/asked.out")"
train_on 1 kept "${exact[@]}"
grep -q '^Teacher: .*; what it says of the texts is in' "$work/kept.out" || fail "$(cat "$work/kept.out")"
train_on 1 kept-short "${exact[@]}" training.precision=bf16
[ "$(echo "$work"/cache/taught-*.h5 | wc -w)" = 2 ] || fail "$(ls "$work/cache")" # bf16 has its own
rm "$work"/cache/taught-*.h5
train_on 1 kept "${exact[@]}" checkpoint.resume=never
for ranks in 1 2 4; do
    for file in "$work"/cache/taught-*.h5; do
        printf 'x' | dd of="$file" bs=1 seek=2000 conv=notrunc status=none
    done
    train_on $ranks damaged-$ranks "${exact[@]}"
    grep -q 'warning: .*it is computed again' "$work/damaged-$ranks.err" || fail "$(cat "$work/damaged-$ranks.err")"
    cmp "$(weights_of kept)" "$(weights_of damaged-$ranks)" || fail "other weights on $ranks ranks"
done

# --- with tokens on disk
alone preprocess "${small_run[@]}" "${steps[@]}" --output "$work/shards/train" --split train
alone preprocess "${small_run[@]}" "${steps[@]}" --output "$work/shards/validation" --split validation
shards=("data.train=$work/shards/train" "data.validation=$work/shards/validation"
    data.max_samples=null data.remove_noise=null)
train_on 2 disk "${exact[@]}" "${shards[@]}" data.streaming=true "data.cache_directory=$work/disk-cache"
train_on 1 memory "${exact[@]}" "${shards[@]}" data.streaming=false "data.cache_directory=$work/disk-cache"
grep -q 'what it says of the texts' "$work/memory.out" || fail "$(cat "$work/memory.out")"
cmp "$(weights_of disk)" "$(weights_of memory)" || fail "other weights with tokens on disk"

# --- stopped and continued, bit for bit, on other ranks too
train_on 1 whole "${exact[@]}" checkpoint.every_steps=5 checkpoint.keep=9
mkdir -p "$work/again/checkpoints"
cp -r "$work/whole/checkpoints/step-00000005" "$work/again/checkpoints/"
train_on 4 again "${exact[@]}" cluster.shard_optimizer=true
cmp "$(weights_of whole)" "$(weights_of again)" || fail "other weights"
cmp "$(weights_of whole)" "$(weights_of kept)" || fail "a run with checkpoints has other weights"

# --- a teacher without weight is none; one with all of it leaves nothing to the labels' smoothing and weights
cut=("model.name=$work/teacher" "model.keep_layers=[0, 2]" training.deterministic=true)
train_on 1 none "${cut[@]}"
train_on 1 light "${cut[@]}" "${taught[@]}" model.distillation.weight=0
cmp "$(weights_of none)" "$(weights_of light)" || fail "a teacher without weight makes a difference"
train_on 1 heavy "${cut[@]}" "${taught[@]}" model.distillation.weight=1
train_on 1 smoothed "${cut[@]}" "${taught[@]}" model.distillation.weight=1 training.label_smoothing=0.2 \
    training.class_weights=balanced
cmp "$(weights_of heavy)" "$(weights_of smoothed)" || fail "smoothing acts on the teacher's part"
! cmp -s "$(weights_of heavy)" "$(weights_of kept)" || fail "the weight makes no difference"

# --- students of another shape, in part, with adaptations
train_on 2 wide "${random_model[@]}" "${taught[@]}"
train_on 2 top "${student[@]}" model.trainable=top:1
train_on 2 probe "${student[@]}" model.trainable=head training.deterministic=true
train_on 1 probe-again "${student[@]}" model.trainable=head training.deterministic=true \
    "data.cache_directory=$work/probe-cache"
cmp "$(weights_of probe)" "$(weights_of probe-again)" || fail "the frozen encoder's rows reach the teacher"
train_on 2 adapted "model.name=$work/teacher" "${taught[@]}" "model.lora={rank: 4}"
train_on 2 adapter-taught "model.name=$work/teacher" "model.keep_layers=[1]" "${cached[@]}" \
    "model.teacher=$work/adapted/final-adapter"
train_on 2 bottled "model.name=$work/teacher" "${taught[@]}" "model.adapter={kind: pfeiffer, size: 8}"
train_on 2 bottle-taught "model.name=$work/teacher" "model.keep_layers=[1]" "${cached[@]}" \
    "model.teacher=$work/bottled/final-adapter"
# The merged model says the same to rounding: 1e-4 of a loss.
train_on 2 merged-taught "model.name=$work/teacher" "model.keep_layers=[1]" "${cached[@]}" \
    "model.teacher=$work/adapted/final"
same_losses adapter-taught merged-taught 1e-4

# --- every other task
for task in $(unless_sanitized "entities scores topics choices coherence" "entities choices"); do
    for step in teacher student; do
        way=("${random_model[@]}")
        [ $step = teacher ] || way=("model.name=$work/$task-teacher" "model.keep_layers=[1]" "model.teacher=$work/$task-teacher")
        for ranks in 1 3; do
            [ $step = student ] || [ $ranks = 3 ] || continue
            run=$task-$step
            [ $step = teacher ] || run=$run-$ranks
            on $ranks train --config configs/$task.yaml "${way[@]}" training.epochs=1 training.learning_rate=1.0e-3 \
                "checkpoint.directory=$work/$run" "data.cache_directory=$work/$task-cache" \
                cluster.threads_per_rank=1 logging.every_steps=1 >"$work/$run.out" 2>"$work/$run.err" ||
                fail "$run: $(cat "$work/$run.err")"
        done
    done
    same_losses $task-student-1 $task-student-3 1e-4
done

# refuses CODE MESSAGE SETTING...
refuses() {
    local want=$1 message=$2 status ranks
    shift 2
    for ranks in 1 2; do
        status=0
        on $ranks train "${small_data[@]}" "${steps[@]}" "checkpoint.directory=$work/refused" "$@" \
            >"$work/alone" 2>&1 || status=$?
        [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
        grep -qF "$message" "$work/alone" || fail "$* says $(cat "$work/alone")"
        [ "$(grep '^mpibert: train: ' "$work/alone" | grep -vc ' warning: ')" = 1 ] || fail "$(cat "$work/alone")"
        [ ! -e "$work/refused/final" ] || fail "$* has trained"
    done
}
refuses 3 'nowhere/at-all' "${random_model[@]}" model.teacher=nowhere/at-all
refuses 3 'the teacher is a model of model.task token, one of classification was expected' \
    "${random_model[@]}" "model.teacher=$work/entities-teacher"
refuses 3 "the teacher's vocabulary is another one than the student's" "${random_model[@]}" \
    model.teacher=tests/golden/model/bert
mkdir -p "$work/others"
cp -r datasets/newsposts/* "$work/others"
first=$(ls "$work/others" | head -1)
mv "$work/others/$first" "$work/others/another"
refuses 3 "of the data, the same was expected" "${random_model[@]}" "${taught[@]}" "data.train=$work/others"
rm -r "$work/others/another"
refuses 3 'the teacher has 4 outputs, 3 were expected' "${random_model[@]}" "${taught[@]}" \
    "data.train=$work/others"
refuses 2 'model.keep_layers names layer 4, the model has layers 0 to 3' "model.name=$work/teacher" \
    "model.keep_layers=[0, 4]"
refuses 2 'model.keep_layers has layer 1 behind layer 1' "model.name=$work/teacher" "model.keep_layers=[1, 1]"
refuses 2 'model.keep_layers has layer 0 behind layer 2' "model.name=$work/teacher" "model.keep_layers=[2, 0]"
refuses 2 "model.keep_layers is '-1', a list of layers was expected" "model.name=$work/teacher" \
    "model.keep_layers=[-1]"
refuses 2 'model.keep_layers is a list' "model.name=$work/teacher" "model.keep_layers=[]"
refuses 2 'model.keep_layers cuts a model that is there' "${random_model[@]}" "model.keep_layers=[0]"
refuses 2 'model.keep_layers is given beside model.lora or model.adapter' "model.name=$work/teacher" "model.keep_layers=[0]" \
    "model.lora={rank: 4}"
refuses 2 'model.distillation is given without model.teacher' "${random_model[@]}" model.distillation.weight=0.3
refuses 2 "model.distillation.temperature is '0'" "${random_model[@]}" "${taught[@]}" \
    model.distillation.temperature=0
refuses 2 "model.distillation.weight is '1.5'" "${random_model[@]}" "${taught[@]}" model.distillation.weight=1.5
for task in mlm pretraining qa; do
    refuses 2 "a model of model.task $task does not learn from one" "${random_model[@]}" "${taught[@]}" \
        model.task=$task data.train=datasets/text
done

# --- another teacher than the checkpoint's is another run
mkdir -p "$work/other/checkpoints"
cp -r "$work/whole/checkpoints/step-00000005" "$work/other/checkpoints/"
status=0
"$program" train "${small_data[@]}" "${steps[@]}" "checkpoint.directory=$work/other" "${exact[@]}" \
    "model.teacher=$work/adapted" >"$work/alone" 2>&1 || status=$?
[ "$status" = 2 ] || fail "exit code $status: $(cat "$work/alone")"
grep -q 'teacher is ' "$work/alone" || fail "$(cat "$work/alone")"

# --- a job's plan counts the teacher
plan() {
    "$program" plan "${small_data[@]}" "${steps[@]}" "checkpoint.directory=$work/plan" --gflops 50 --json "$@" \
        >"$work/plan" 2>"$work/err" || fail "plan: $(cat "$work/err")"
}
plan "${cut[@]}"
[ "$(member teacher_bytes <"$work/plan")" = 0.0 ] || [ "$(member teacher_bytes <"$work/plan")" = 0 ] || fail "$(cat "$work/plan")"
plan "${student[@]}"
for name in teacher_bytes teaching_seconds; do
    awk -v value="$(member $name <"$work/plan")" 'BEGIN { exit !(value > 0) }' || fail "plan: no $name: $(cat "$work/plan")"
done
"$program" plan "${small_data[@]}" "${steps[@]}" "checkpoint.directory=$work/plan" --gflops 50 "${student[@]}" \
    >"$work/plan" 2>"$work/err" || fail "plan: $(cat "$work/err")"
grep -q '^Teacher: ' "$work/plan" || fail "$(cat "$work/plan")"
