#!/usr/bin/env bash
# How a run ends, and what happens to one that has ended.
. "$(dirname "$0")/lib.sh"

settings=("${small_run[@]}" training.scheduler=constant training.learning_rate=1.0e-3
          checkpoint.keep=100 training.eval_strategy=steps training.eval_every_steps=1)
run=$work/run

listing() {
    (cd "$run" && find . ! -name .lock -printf '%p %y %T@\n' | sort)
}

# Both models are announced with their values, as metrics.jsonl has them.
alone train "${settings[@]}" training.epochs=1 "checkpoint.directory=$run"
grep -qE "^Best: $run/best \(step [0-9]+, accuracy 0\.[0-9]{4}\)$" "$work/alone" ||
    fail "best/ is not announced: $(cat "$work/alone")"
grep -qE "^Model: $run/final \(step 8, accuracy 0\.[0-9]{4}\)$" "$work/alone" ||
    fail "final/ is not announced: $(cat "$work/alone")"
said=$(sed -nE 's/^Model: .*accuracy ([0-9.]+)\)$/\1/p' "$work/alone")
logged=$(sed -nE 's/.*"eval_accuracy": *([0-9.]+).*/\1/p' "$run/metrics.jsonl" | tail -1)
awk -v a="$said" -v b="$logged" 'BEGIN { exit !(a - b < 5e-5 && b - a < 5e-5) }' ||
    fail "$said was said of final/, $logged was measured"

# The same command again: one line, nothing is rewritten, the models are named.
listing >"$work/before"
alone train "${settings[@]}" training.epochs=1 "checkpoint.directory=$run"
grep -q 'the run is finished after step 8 ' "$work/alone" || fail "not said to be finished"
grep -q 'raise training.epochs' "$work/alone" || fail "no way to more epochs is named"
grep -q "^Model: $run/final (step 8, accuracy $said)$" "$work/alone" || fail "no model is named"
listing | diff "$work/before" - || fail "a finished run was changed"

# final/ is made where it is missing, or where it is another model than the run's.
cp "$run/final/model.safetensors" "$work/final"
rm -r "$run/final"
alone train "${settings[@]}" training.epochs=1 "checkpoint.directory=$run"
cmp "$work/final" "$run/final/model.safetensors" || fail "another final/"
! cmp -s "$work/final" "$run/best/model.safetensors" || fail "best/ is final/: this test shows nothing"
rm -r "$run/final"
cp -r "$run/best" "$run/final"
alone train "${settings[@]}" training.epochs=1 "checkpoint.directory=$run"
cmp "$work/final" "$run/final/model.safetensors" || fail "another model passed for final/"

# At a constant rate more epochs go on, to the same weights as if they had been asked for at once.
alone train "${settings[@]}" training.epochs=2 "checkpoint.directory=$run"
grep -q 'going on after step 8 of 16' "$work/alone" || fail "did not go on: $(cat "$work/alone")"
alone train "${settings[@]}" training.epochs=2 "checkpoint.directory=$work/whole"
cmp "$work/whole/final/model.safetensors" "$run/final/model.safetensors" ||
    fail "other weights than those of two epochs at once"
diff <(losses "$work/whole") <(losses "$run") || fail "another log than that of two epochs at once"

# A head that starts at random is said to once: a resumed run loads it.
for label in a b; do
    mkdir -p "$work/two/$label"
    for i in $(seq 20); do echo "text $i" >"$work/two/$label/$i"; done
done
head=("${small_data[@]}" "model.name=$run/final" "data.train=$work/two" data.max_samples=
      training.epochs=1 checkpoint.every_steps=1 "checkpoint.directory=$work/head")
alone train "${head[@]}"
grep -q 'at random' "$work/alone" || fail "not said to start at random: $(cat "$work/alone")"
rm -r "$work/head/final" "$work/head/checkpoints/step-00000002"
alone train "${head[@]}"
grep -q 'going on after step 1 of 2' "$work/alone" || fail "did not go on: $(cat "$work/alone")"
! grep -q 'at random' "$work/alone" || fail "a head that is loaded is said to start at random"

# load_best_model_at_end, in the section where transformers has it: final/ is best/.
best=("${settings[@]}" training.epochs=2 training.load_best_model_at_end=true
      training.metric_for_best_model=loss training.learning_rate=3.0e-2)
alone train "${best[@]}" "checkpoint.directory=$work/best"
cmp "$work/best/best/model.safetensors" "$work/best/final/model.safetensors" || fail "final/ is not best/"
! cmp -s "$work/best/checkpoints/step-00000016/model.safetensors" \
    "$work/best/final/model.safetensors" || fail "the last step is the best: this test shows nothing"
step=$(sed -nE 's/^Best: .*\(step ([0-9]+), .*/\1/p' "$work/alone")
grep -q "^Model: $work/best/final (step $step, loss " "$work/alone" || fail "$(cat "$work/alone")"
alone train "${best[@]}" "checkpoint.directory=$work/best"
grep -q 'the run is finished' "$work/alone" || fail "not finished: $(cat "$work/alone")"

# A run that starts anew is not mistaken for the one before.
alone train "${settings[@]}" training.epochs=1 checkpoint.every_steps=4 checkpoint.keep=1 \
    checkpoint.resume=never "checkpoint.directory=$run"
[ "$(ls "$run/checkpoints")" = step-00000008 ] || fail "left: $(ls "$run/checkpoints")"

# Steps that are asked for instead of epochs make as many of these as it takes.
alone train "${settings[@]}" training.epochs=1 training.max_steps=16 "checkpoint.directory=$work/steps"
cmp "$work/whole/final/model.safetensors" "$work/steps/final/model.safetensors" ||
    fail "other weights after as many steps as two epochs have"
code=0
"$program" train "${settings[@]}" training.max_steps=1000000000000 "checkpoint.directory=$work/endless" \
    >"$work/out" 2>&1 || code=$?
[ "$code" = 2 ] || fail "a run without end: exit code $code"
grep -q 'training.max_steps is 1000000000000, which takes 125000000000 epochs of this training set' "$work/out" ||
    fail "a run without end: $(cat "$work/out")"
