#!/usr/bin/env bash
# plan: what it says of a job is what the job says of itself, and what it refuses.
. "$(dirname "$0")/lib.sh"

# plan ARGUMENT...: into $work/json.
plan() {
    "$program" plan --json --gflops 50 "$@" >"$work/json" 2>"$work/err" ||
        fail "exit code $? of plan $*: $(cat "$work/err")"
    [ "$(wc -l <"$work/json")" = 1 ] || fail "plan --json is not one line"
}

# figure PATH: a number of the last plan, as in memory_per_rank.bytes.
figure() {
    python3 - "$work/json" "$1" <<'PYTHON'
import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2].split("."):
    value = value[name]
print(value)
PYTHON
}

# Three epochs of one step, so that what it takes is short; on several ranks their parts differ.
tiny=("${random_model[@]}" data.train=datasets/newsposts data.max_samples=40 training.batch_size=8
    training.epochs=2 training.max_steps=1 cluster.threads_per_rank=1)

# agree RANKS CONFIG SETTING...: with the run's own lines. MPI and its buffers are known to some MiB only.
agree() {
    local ranks=$1 config=$2 steps epoch
    shift 2
    rm -rf "$work/run"
    on "$ranks" train --config "$config" "${tiny[@]}" "checkpoint.directory=$work/run" "$@" \
        >"$work/out" 2>"$work/err" || fail "training: $(cat "$work/err")"
    plan --config "$config" --ranks "$ranks" "${tiny[@]}" "checkpoint.directory=$work/run" "$@"
    read -r steps epoch < <(sed -nE 's/^Steps: +([0-9]+).* ([0-9]+) an epoch.*/\1 \2/p' "$work/out")
    [ "$(figure run.steps)" = "$steps.0" ] && [ "$(figure run.steps_per_epoch)" = "$epoch.0" ] ||
        fail "$ranks ranks: not $steps steps, $epoch an epoch: $(cat "$work/json")"
    grep -q "^Data: *$(figure data.train_sequences | cut -d. -f1) training + \
$(figure data.validation_sequences | cut -d. -f1) validation " "$work/out" ||
        fail "$ranks ranks: other data: $(cat "$work/json" "$work/out")"
    awk -v bytes="$(figure memory_per_rank.bytes)" -v part="$(figure memory_per_rank.activation_bytes)" '
        /^Memory:/ {
            found = $2 * ($3 == "GiB" ? 1024 : 1)
            split($0, parts, "activations ")
            split(parts[2], activations, " ")
            if (activations[2] !~ /^MiB/) activations[1] /= 1024 * 1024
        }
        END {
            mebibyte = 1024 * 1024
            slack = bytes / mebibyte - found
            difference = part / mebibyte - activations[1]
            exit !(slack < 12 && slack > -12 && difference < 0.06 && difference > -0.06)
        }' "$work/out" ||
        fail "$ranks ranks: another memory: $(grep Memory "$work/out") $(cat "$work/json")"
}
skip_memory=no
case $(ldd "$program") in
*libasan*) skip_memory=yes ;; # its own memory is more than the program's
esac
if [ "$skip_memory" = no ]; then
    agree 1 configs/newsgroups4.yaml
    agree 2 configs/bert_finetune_config.yaml
    agree 3 configs/newsgroups4.yaml
    agree 2 configs/newsgroups4.yaml training.deterministic=true
    agree 4 configs/bert_finetune_config.yaml
fi

# The checkpoint and the model of the last run, to the bytes of what the formats add.
if [ "$skip_memory" = no ]; then
    checkpoint=$(du -sb "$work"/run/checkpoints/step-* | cut -f1)
    awk -v said="$(figure disk.checkpoint_bytes)" -v is="$checkpoint" \
        'BEGIN { exit !(said > 0.95 * is && said < 1.05 * is) }' ||
        fail "a checkpoint has $checkpoint bytes: $(cat "$work/json")"
fi

# Eight lines of a length, all words masked: the FLOPs of each, counted by hand as measure/flops.h has
# them, with a decoder over the masked rows, at 50 GFLOP/s, and 16 bytes a weight at 10 GB/s.
printf 'the first day of the year was cold and the last one was warm\n%.0s' {1..8} >"$work/lines.txt"
plan "${random_model[@]}" --ranks 1 model.task=mlm "data.train=$work/lines.txt" \
    "data.validation=$work/lines.txt" data.line_by_line=true training.mlm_probability=1 \
    training.batch_size=8 "checkpoint.directory=$work/words"
awk -v s="$(figure data.mean_length)" -v floats="$(figure step.summed_floats)" \
    -v compute="$(figure step.compute)" -v validating="$(figure run.validating_seconds)" \
    -v times="$(figure run.validations)" -v V="$(wc -l <datasets/vocab/newsposts/vocab.txt)" '
    BEGIN {
        H = 64; F = 128; L = 2; N = 8; r = s - 2
        whole = s * (8*H*H + 4*H*F) + 4*s*s*H
        last = 4*s*H*H + r * (4*H*H + 4*H*F) + 4*r*s*H
        one = (L - 1) * whole + last + r * (2*H*H + 2*H*V)
        trained = 3 * N * one / 50e9 + 16 * floats / 10e9
        validated = times * N * one / 50e9
        exit !(s > 14 && compute > 0.999999 * trained && compute < 1.000001 * trained &&
            validating > 0.999999 * validated && validating < 1.000001 * validated)
    }' || fail "masked words take otherwise: $(cat "$work/json")"
[ "$(figure step.used_words)" = "$(wc -l <datasets/vocab/newsposts/vocab.txt).0" ] ||
    fail "the decoder reads other words than all: $(cat "$work/json")"

# data.max_*_samples limit texts, whose chunks are dealt and validated.
chunks=("${tiny[@]}" model.max_seq_length=32 data.long_documents=chunk data.max_train_samples=20
    data.max_validation_samples=5 "checkpoint.directory=$work/chunks")
on 2 train "${chunks[@]}" >"$work/out" 2>"$work/err" || fail "training: $(cat "$work/err")"
plan --ranks 2 "${chunks[@]}"
read -r train validation < <(sed -nE 's/.*chunks: ([0-9]+) of training, ([0-9]+) of validation.*/\1 \2/p' \
    "$work/out")
[ "$train" -gt 20 ] && [ "$validation" -gt 5 ] || fail "no chunks: $(cat "$work/out")"
[ "$(figure data.train_sequences)" = "$train.0" ] &&
    [ "$(figure data.validation_sequences)" = "$validation.0" ] &&
    [ "$(figure run.steps_per_epoch)" = "$(((train + 7) / 8)).0" ] ||
    fail "not $train and $validation chunks: $(cat "$work/json")"

# What is cut is what preprocess says, from text and from its shards.
"$program" preprocess "${tiny[@]}" --output "$work/shards" 2>"$work/err"
cuts=$(sed -nE 's/.* ([0-9]+ of [0-9]+) texts were cut.*/\1/p' "$work/err")
[ -n "$cuts" ] || fail "preprocess cut nothing: $(cat "$work/err")"
for data in datasets/newsposts "$work/shards"; do
    "$program" plan --gflops 50 "${tiny[@]}" data.train="$data" >"$work/text" 2>/dev/null
    grep -q "^Cut: *$cuts texts were cut" "$work/text" || fail "not $cuts: $(cat "$work/text")"
done
grep -q "^Time: .* = steps " "$work/text" || fail "no time: $(cat "$work/text")"

# Of many texts a sample is read; their number, and that of the steps, is not guessed.
awk 'BEGIN { print "text,label"; for (i = 0; i < 60000; i++) print "a post about " i ",class" i % 3 }' \
    >"$work/many.csv"
plan "${random_model[@]}" data.train="$work/many.csv" training.batch_size=16 training.epochs=1
[ "$(figure sampled)" = True ] && [ "$(figure data.texts)" = 60000.0 ] &&
    [ "$(figure run.steps)" = 3000.0 ] || fail "another sample: $(cat "$work/json")"

# Nothing is written.
mkdir "$work/empty"
plan "${tiny[@]}" checkpoint.directory="$work/empty/run"
[ -z "$(ls -A "$work/empty")" ] || fail "plan wrote: $(ls -A "$work/empty")"

# Slower links take longer, bytes are those of the ring, and the limit is judged.
nodes=("${tiny[@]}" training.max_steps=null --ranks 4 --nodes 4)
plan "${nodes[@]}" --network 100Gb
fast=$(figure step.seconds)
plan "${nodes[@]}" --network 100Mb
awk -v fast="$fast" -v slow="$(figure step.seconds)" -v bytes="$(figure step.bytes_per_node)" \
    -v floats="$(figure step.summed_floats)" \
    'BEGIN { exit !(slow > fast && bytes > 5.99 * floats && bytes < 6.01 * floats) }' ||
    fail "not slower, or other bytes: $(cat "$work/json")"
plan "${nodes[@]}" --network 100Mb cluster.gradient_dtype=bf16
awk -v bytes="$(figure step.bytes_per_node)" -v floats="$(figure step.summed_floats)" \
    'BEGIN { exit !(bytes > 2.99 * floats && bytes < 3.01 * floats) }' ||
    fail "bf16 is not half: $(cat "$work/json")"
hides=$(figure step.hidden)
update=$(figure step.update)
plan "${nodes[@]}" --network 100Mb cluster.shard_optimizer=true
awk -v whole="$update" -v part="$(figure step.update)" \
    'BEGIN { exit !(part > 0.249 * whole && part < 0.251 * whole) }' ||
    fail "a sharded update is not a quarter: $(cat "$work/json")"
# 48 bytes a weight instead of 36, and the words that a step does not use.
plan "${nodes[@]}" --network 100Mb training.optimizer=lamb
awk -v adamw="$update" -v lamb="$(figure step.update)" 'BEGIN { exit !(lamb > 1.333 * adamw) }' ||
    fail "LAMB's update takes no longer: $(cat "$work/json")"
plan "${nodes[@]}" --network 100Mb cluster.overlap=false --time 1
awk -v with="$hides" -v without="$(figure step.hidden)" 'BEGIN { exit !(with > 1e-6 && without < 1e-9) }' ||
    fail "overlap hides nothing, or its absence something: $(cat "$work/json")"
[ "$(figure run.time_limit_seconds)" = 60.0 ] || fail "another limit: $(cat "$work/json")"
for limit in 90=5400 01:30=90 01:00:00=3600 2-12=216000 1-00:30=88200 1-01:01:01=90061; do
    plan "${tiny[@]}" --time "${limit%=*}"
    [ "$(figure run.time_limit_seconds)" = "${limit#*=}.0" ] || fail "$limit: $(cat "$work/json")"
done

# What a step takes elsewhere is taken at its word.
plan_elsewhere() {
    "$program" plan --json --seconds-per-step 2 "${tiny[@]}" >"$work/json"
}
plan_elsewhere
awk -v compute="$(figure step.compute)" -v update="$(figure step.update)" \
    'BEGIN { exit !(compute + update > 1.999 && compute + update < 2.001) }' ||
    fail "not 2 s: $(cat "$work/json")"

# Measured here, where nothing is said.
"$program" plan --json "${tiny[@]}" >"$work/json"
[ "$(figure speed_measured_here)" = True ] || fail "not measured: $(cat "$work/json")"

# What does not fit is told after the forecast, with what would.
status=0
"$program" plan --gflops 50 "${tiny[@]}" --node-memory 20MiB >"$work/text" 2>"$work/err" || status=$?
[ "$status" = 4 ] && grep -q "DOES NOT FIT" "$work/text" &&
    grep -q "^mpibert: plan: the job would not fit: .*--node-memory" "$work/err" ||
    fail "exit code $status: $(cat "$work/text" "$work/err")"

refuses 2 "--ranks is '0', a whole number from 1" plan "${tiny[@]}" --ranks 0
refuses 2 "at most --ranks (2)" plan "${tiny[@]}" --ranks 2 --nodes 3 --network 10Gb
# A question with its choices is one example: 76 of them in 10 steps.
plan "${random_model[@]}" model.task=choice data.train=datasets/choices/train.jsonl \
    data.text_column=context data.text_column_b=question training.batch_size=8
awk -v rate="$(figure step.examples_per_second)" -v seconds="$(figure step.seconds)" \
    'BEGIN { examples = rate * seconds; exit !(examples > 7.59 && examples < 7.61) }' ||
    fail "choices count as examples: $(cat "$work/json")"

refuses 2 "--network was expected with it" plan "${tiny[@]}" --ranks 4 --nodes 2
refuses 2 "--network is 'fast'" plan "${tiny[@]}" --network fast
refuses 2 "--latency is 'long'" plan "${tiny[@]}" --latency long
refuses 2 "--gflops is '-1'" plan "${tiny[@]}" --gflops -1
refuses 2 "one of them was expected" plan "${tiny[@]}" --gflops 1 --seconds-per-step 1
refuses 2 "--node-memory is 'much'" plan "${tiny[@]}" --node-memory much
for limit in 0 1:2:3:4 04:00h -1 1-2-3 "" 1- :5; do
    refuses 2 "--time" plan "${tiny[@]}" "--time=$limit"
done
refuses 2 "1, 2, 4 or 8 ranks were expected" plan "${tiny[@]}" --ranks 3 training.deterministic=true
refuses 2 "did you mean --network" plan "${tiny[@]}" --netwrok 10Gb
refuses 2 "did you mean" plan "${tiny[@]}" training.epoch=3
refuses 2 "there is nothing to train on" plan "${random_model[@]}"
refuses 2 "no/such.yaml" plan --config no/such.yaml
refuses 3 "no/such" plan "${random_model[@]}" data.train=no/such
