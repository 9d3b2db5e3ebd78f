#!/usr/bin/env bash
# Signals end a run with exit code 75 after a valid checkpoint, whoever gets them; the same command
# continues it.
. "$(dirname "$0")/lib.sh"

settings=("${small_run[@]}" training.epochs="$(unless_sanitized 40 8)" checkpoint.every_steps=100000)
# Steps long enough for the run to last beyond the second that mpirun waits.
larger="model.architecture={hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512}"
on_two=("${mpirun[@]}" -n 2)

# ended JOB CODE...: waits for it; the code must be one of these.
ended() {
    local status=0 code
    wait "$1" || status=$?
    for code in "${@:2}"; do
        [ "$status" != "$code" ] || return 0
    done
    cat "$work/out"
    fail "exit code $status instead of ${*:2}"
}

# What mpirun may say of ranks that ended with 75 after a signal: Hydra sometimes loses it, and
# Open MPI never says so where the signal asked itself to end.
passed_on=(75) asked_to_end=(1)
if is_hydra; then
    passed_on=(75 0) asked_to_end=(75 0)
fi

# saved RUN: it stopped after a step, said once, with a checkpoint and nothing half-written.
saved() {
    [ "$(grep -c 'stopped by a signal after step' "$work/out")" = 1 ] || fail "not said once"
    ls "$1"/checkpoints/step-*/manifest.json >/dev/null || fail "no checkpoint"
    [ -z "$(find "$1/checkpoints" -name '*.partial*')" ] || fail "something half-written stayed"
}

# go_on RUN [WHOLE]: the same command, at once, goes on to the end that the undisturbed run WHOLE had.
go_on() {
    on 2 train "${settings[@]}" "checkpoint.directory=$1" >"$work/out2" 2>&1
    grep -q 'going on after step' "$work/out2" || { cat "$work/out2"; fail "did not go on"; }
    cmp "${2-$work/whole}/final/model.safetensors" "$1/final/model.safetensors" ||
        fail "other weights"
}

# start RUN: on two ranks; $job is mpirun.
start() {
    "${on_two[@]}" "$program" train "${settings[@]}" "checkpoint.directory=$1" >"$work/out" 2>&1 &
    job=$!
    await grad_norm "$1/metrics.jsonl"
}

on 2 train "${settings[@]}" "checkpoint.directory=$work/whole" >"$work/out" 2>&1

# SIGUSR1 to mpirun reaches all ranks.
start "$work/run"
kill -USR1 "$job"
ended "$job" "${passed_on[@]}"
saved "$work/run"
mkdir "$work/run/checkpoints/step-00000001.partial-7"
go_on "$work/run"
[ ! -e "$work/run/checkpoints/step-00000001.partial-7" ] || fail "step-00000001.partial-7 stays"

# So does SIGUSR1 to a batch script of docs/signals.md, which waits until all is saved: its lines from
# the trap to the exit code, with this run in the place of theirs.
sed -nE "/^    trap /,/^    code=/s/^    //p" docs/signals.md |
    sed 's|^mpirun .*|"$@" \&|' >"$work/script"
echo 'exit $code' >>"$work/script"
grep -q '^"$@" &$' "$work/script" || fail "no script in docs/signals.md: $(cat "$work/script")"
bash "$work/script" "${on_two[@]}" "$program" train "${settings[@]}" \
    "checkpoint.directory=$work/script_run" >"$work/out" 2>&1 &
job=$!
await grad_norm "$work/script_run/metrics.jsonl"
kill -USR1 "$job"
ended "$job" "${passed_on[@]}"
saved "$work/script_run"

# Asked to end, mpirun ends its ranks a second later and says 1, whatever they said: the checkpoint
# is there nevertheless, and who starts again at once waits for it.
settings+=("$larger" training.epochs="$(unless_sanitized 20 5)")
on 2 train "${settings[@]}" "checkpoint.directory=$work/larger" >"$work/out" 2>&1
for signal in $(unless_sanitized "TERM INT" TERM); do
    start "$work/launcher$signal"
    kill "-$signal" "$job"
    ended "$job" "${asked_to_end[@]}"
    go_on "$work/launcher$signal" "$work/larger"
done
unset 'settings[-1]' 'settings[-1]'

# Even where nothing of the job is left a moment later.
start "$work/killed"
kill -TERM $(ranks_of "$job")
for _ in $(seq 200); do
    grep -q 'saving step' "$work/out" && break
    sleep 0.02
done
kill -KILL $(ranks_of "$job") "$job"
wait "$job" || true
go_on "$work/killed"

# While a model is validated, too, which is done again when the run is taken up.
{
    echo text,label
    awk -v count="$(unless_sanitized 20000 2000)" 'BEGIN { for (i = 0; i < count; i++) print "the puck went into the net behind the goalie,sport\nthe engine of this car needs oil and water,cars" }'
} >"$work/validation.csv"
head -n 161 "$work/validation.csv" >"$work/training.csv"
validating=("${random_model[@]}" "data.train=$work/training.csv" "data.validation=$work/validation.csv"
    training.epochs=2 logging.every_steps=1 checkpoint.every_steps=100000 cluster.threads_per_rank=1)
on 2 train "${validating[@]}" "checkpoint.directory=$work/validated" >"$work/rows" 2>&1
"${on_two[@]}" "$program" train "${validating[@]}" "checkpoint.directory=$work/validating" \
    >"$work/out" 2>&1 &
job=$!
await '"step": 10,' "$work/validating/metrics.jsonl"
kill -TERM $(ranks_of "$job")
await 'saving step 10 ' "$work/out"
kill -KILL $(ranks_of "$job") "$job"
wait "$job" || true
grep -q '"accuracy"' "$work/validating/metrics.jsonl" && fail "the signal came after validation"
on 2 train "${validating[@]}" "checkpoint.directory=$work/validating" >"$work/out2" 2>&1
grep -q 'going on after step 10 of 20' "$work/out2" || { cat "$work/out2"; fail "did not go on"; }
cmp "$work/validated/final/model.safetensors" "$work/validating/final/model.safetensors" ||
    fail "other weights"
cmp "$work/validated/best/model.safetensors" "$work/validating/best/model.safetensors" ||
    fail "another best model"
diff <(grep '% |' "$work/rows") <(grep '% |' "$work/out2") || fail "other rows"

# Every signal that users, shells and batch systems send, to a run without MPI's launcher. `env`
# gives back what a shell takes from its background jobs.
for signal in $(unless_sanitized "INT TERM HUP QUIT USR1 USR2 XCPU" XCPU); do
    env --default-signal "$program" train "${settings[@]}" "checkpoint.directory=$work/$signal" \
        >"$work/out" 2>&1 &
    job=$!
    await grad_norm "$work/$signal/metrics.jsonl"
    kill "-$signal" "$job"
    ended "$job" 75
    saved "$work/$signal"
done

# What the process was started to ignore stays ignored. (UCX, below MPICH, wants SIGHUP for itself.)
env --ignore-signal=HUP UCX_DEBUG_SIGNO=0 "$program" train "${settings[@]}" training.epochs=400 \
    "checkpoint.directory=$work/nohup" >"$work/out" 2>&1 &
job=$!
await grad_norm "$work/nohup/metrics.jsonl"
kill -HUP "$job"
before=$(wc -l <"$work/nohup/metrics.jsonl")
for _ in $(seq 100); do
    [ "$(wc -l <"$work/nohup/metrics.jsonl")" -gt $((before + 5)) ] && break
    sleep 0.1
done
kill -TERM "$job"
ended "$job" 75
[ "$(wc -l <"$work/nohup/metrics.jsonl")" -gt $((before + 2)) ] || fail "stopped by an ignored signal"

# To one rank alone, whichever: all stop after the same step.
for rank in $(unless_sanitized "0 1" 1); do
    cat >"$work/one" <<EOF
[ "\${OMPI_COMM_WORLD_RANK-\$PMI_RANK}" = $rank ] && echo \$\$ >"$work/pid"
exec "$program" train "\$@"
EOF
    rm -f "$work/pid"
    "${on_two[@]}" sh "$work/one" "${settings[@]}" "checkpoint.directory=$work/one$rank" \
        >"$work/out" 2>&1 &
    job=$!
    await grad_norm "$work/one$rank/metrics.jsonl"
    kill -TERM "$(cat "$work/pid")"
    ended "$job" "${passed_on[@]}"
    saved "$work/one$rank"
done

# Before the first step there is nothing to save: the run ends at once, though much is to be read.
{
    echo text,label
    awk -v count="$(unless_sanitized 500000 50000)" 'BEGIN { for (i = 0; i < count; i++) print "the puck went in,sport\nthe engine needs oil,cars" }'
} >"$work/long.csv"
env --default-signal "$program" train "${random_model[@]}" "data.train=$work/long.csv" \
    "checkpoint.directory=$work/early" >"$work/out" 2>&1 &
job=$!
await '' "$work/early/.lock"
kill -TERM "$job"
ended "$job" 75
grep -q 'mpibert: train: stopped by a signal before the first step' "$work/out" || fail "not said"
[ ! -e "$work/early/metrics.jsonl" ] || fail "training had begun"
