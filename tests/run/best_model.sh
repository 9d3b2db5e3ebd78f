#!/usr/bin/env bash
# Validation every few steps, early stopping and the best model, as transformers' users write them, by
# any metric of a task or the loss, whichever direction is better, on any number of ranks and where
# the run is stopped and resumed.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task
# Tasks share texts and vocabulary; a third of them is validated.
for task in multilabel regression; do
    head -n 16 $golden/$task/data.jsonl >"$work/$task.train.jsonl"
    tail -n 8 $golden/$task/data.jsonl >"$work/$task.val.jsonl"
done
for part in train val; do # texts with an even first word are "even"
    sed -E 's/"label": \["even".*\]/"label": "even"/; s/"label": \[.*\]/"label": "odd"/' \
        "$work/multilabel.$part.jsonl" >"$work/classification.$part.jsonl"
done

# train_on RANKS TASK RUN SETTING...
train_on() {
    local ranks=$1 task=$2 run=$3 model=$2
    shift 3
    [ "$task" = classification ] && model=multilabel
    on "$ranks" train "model.name=$golden/$model" "model.task=$task" model.max_seq_length=24 \
        "data.train=$work/$task.train.jsonl" "data.validation=$work/$task.val.jsonl" \
        per_device_eval_batch_size=4 training.batch_size=8 num_train_epochs=60 \
        lr_scheduler_type=constant eval_strategy=steps eval_steps=3 early_stopping_patience=4 \
        load_best_model_at_end=true save_steps=3 save_total_limit=99 cluster.threads_per_rank=1 \
        "checkpoint.directory=$work/$run" "$@" >"$work/$run.out" 2>"$work/$run.err" ||
        fail "$run: $(cat "$work/$run.err")"
}

# validations RUN METRIC: "step value" lines
validations() {
    sed -nE "s/.*\"step\": ([0-9]+),.*\"eval_$2\": ([^,}]+).*/\1 \2/p" "$work/$1/metrics.jsonl"
}

# ends_as_it_should RUN METRIC SIGN: the run ends where transformers' EarlyStoppingCallback ends it:
# after 4 validations in a row that are not better (SIGN 1: greater, -1: smaller) than the best.
ends_as_it_should() {
    local run=$1 metric=$2 sign=$3 want found
    validations "$run" "$metric" >"$work/validations"
    want=$(awk -v sign="$sign" '
        stopped { print "goes on"; exit }
        NR == 1 || sign * $2 > sign * best { best = $2; step = $1; stale = 0; next }
        ++stale == 4 { stopped = 1; last = $1 }
        END { printf "%d %d %.4f\n", last, step, best }' "$work/validations")
    found=$(sed -nE "s/^Best: .* \(step ([0-9]+), $metric (.*)\)$/\1 \2/p" "$work/$run.out")
    [ "$(tail -n 1 "$work/validations" | cut -d ' ' -f 1) $found" = "$want" ] ||
        fail "$run: best and last are $found, not $want: $(cat "$work/validations")"
    [ "$(sed -nE 's/^Model: .* \(step ([0-9]+),.*/\1/p' "$work/$run.out")" = "${found% *}" ] ||
        fail "$run: $(grep ^Model: "$work/$run.out")"
    cmp "$work/$run/best/model.safetensors" "$work/$run/final/model.safetensors" ||
        fail "$run: final/ is not best/"
    "$program" evaluate --model "$work/$run/best" --data "$work/${run%%-*}.val.jsonl" 2>/dev/null |
        sed -nE "s/.*\"$metric\": *([^,}]+).*/\1/p" >"$work/got"
    awk -v step="${found% *}" '$1 == step { print $2 }' "$work/validations" >"$work/want"
    near "$work/want" "$work/got" 1e-5 # batches of another size: floats of other sums
}

# task, rate, metric as it is written, its name, direction
while read -r task rate written metric sign greater <&3; do
    for ranks in 1 2 3; do
        run=$task-$metric-$ranks
        train_on "$ranks" "$task" "$run" "learning_rate=$rate" "metric_for_best_model=$written" \
            "greater_is_better=$greater"
        ends_as_it_should "$run" "$metric" "$sign"
    done
    # Taken up again from each fourth checkpoint, it ends in the same place with the same bits.
    checkpoints=("$work/$run"/checkpoints/step-*)
    for ((i = 0; i < ${#checkpoints[@]}; i += 4)); do
        mkdir -p "$work/again/checkpoints"
        cp -r "${checkpoints[i]}" "$work/again/checkpoints/"
        cp -r "$work/$run/best" "$work/$run/metrics.jsonl" "$work/again/"
        train_on 3 "$task" again "learning_rate=$rate" "metric_for_best_model=$written"
        cmp "$work/$run/final/model.safetensors" "$work/again/final/model.safetensors" ||
            fail "$run, taken up from ${checkpoints[i]}: another model"
        diff <(validations "$run" "$metric") <(validations again "$metric") ||
            fail "$run, taken up from ${checkpoints[i]}: other validations"
        rm -rf "$work/again"
    done
done 3<<'END'
classification 5.0e-3 eval_loss loss -1 false
multilabel 1.0e-2 samples_f1 samples_f1 1 true
regression 3.0e-2 eval_mse mse -1 false
regression 3.0e-2 spearman spearman 1 auto
END
