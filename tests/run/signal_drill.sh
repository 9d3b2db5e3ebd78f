#!/usr/bin/env bash
# Interrupts a run again and again at random moments and resumes it; the weights it ends with must be
# those of a run that nobody disturbed. Not one of the tests: it takes as long as one likes.
#
#   tests/run/signal_drill.sh PROGRAM OUT [CASES] [train's arguments ...]
#
# OUT keeps the runs and what they said, and the table, a line a case, in OUT/table. `lost` are whole
# steps that the next start does again, and the seconds that they had taken.
set -u

program=$1
out=$2
cases=${3:-30}
shift $(($# < 3 ? $# : 3))
arguments=(train "$@" logging.every_steps=1)
[ $# -gt 0 ] || arguments=(train --config configs/newsposts.yaml logging.every_steps=1)
ranks=${RANKS:-2}
longest=${LONGEST:-12} # seconds to the signal: of one start in three from its beginning, else from its first step
targets=(mpirun one all)
signals=(TERM INT)
RANDOM=${SEED:-1}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mkdir -p "$out"

# start RUN SAID: $job is mpirun.
start() {
    ${MPIBERT_MPIRUN:-mpirun --oversubscribe --bind-to none} -n "$ranks" "$program" "${arguments[@]}" \
        "checkpoint.directory=$1" >"$2" 2>&1 &
    job=$!
}

# Steps of the run that metrics.jsonl has, "STEP SECONDS" a line.
steps() {
    sed -nE 's/^\{"step": ([0-9]+),.*"grad_norm".*"seconds": \{"step": ([0-9.e+-]+).*/\1 \2/p' \
        "$1/metrics.jsonl" 2>/dev/null
}

# disturb TARGET SIGNAL: once all ranks are there, whoever still is.
disturb() {
    local all one
    for _ in $(seq 200); do
        all=$(pgrep -P "$job" -x mpibert)
        [ "$(echo "$all" | wc -w)" = "$ranks" ] && break
        sleep 0.05
    done
    one=$(echo "$all" | sed -n "$((1 + RANDOM % ranks))p")
    case $1 in
    mpirun) kill "-$2" "$job" ;;
    one) kill "-$2" $one ;;
    all) kill "-$2" $all ;;
    esac 2>/dev/null
}

# await_first_step SAID: unless the job ends before.
await_first_step() {
    while ! grep -q '^Epoch |' "$1" && kill -0 "$job" 2>/dev/null; do
        sleep 0.05
    done
}

# The step of the newest checkpoint, once nobody writes one any more.
saved_step() {
    local writer
    writer=$(sed -nE 's/.*process ([0-9]+), saving.*/\1/p' "$1/.lock" 2>/dev/null)
    while [ -n "$writer" ] && kill -0 "$writer" 2>/dev/null; do
        sleep 0.05
    done
    find "$1/checkpoints" -name 'step-*' ! -name '*.partial*' 2>/dev/null | sort | tail -1 |
        sed -E 's/.*step-0*([0-9]+)$/\1/' | grep . || echo 0
}

if [ ! -d "$out/whole/final" ]; then # one of an earlier drill will do
    start "$out/whole" "$out/whole.said"
    wait "$job" || { echo "the undisturbed run failed: $(tail -1 "$out/whole.said")"; exit 1; }
fi

run=$out/run
rm -rf "$run"
equal=0
done_runs=0
printf '%4s %6s %6s %7s %5s %7s %6s %6s %10s\n' \
    case target signal after code ended done lost 'lost s' | tee "$out/table"
case=0
while [ "$case" -lt "$cases" ]; do
    target=${targets[case % 3]}
    signal=${signals[case / 3 % 2]}
    said=$out/$case.said
    delay=$(awk -v r="$RANDOM" -v l="$longest" 'BEGIN { printf "%.2f", r / 32768 * l }')
    start "$run" "$said"
    [ $((RANDOM % 3)) = 0 ] || await_first_step "$said"
    sleep "$delay"
    at=$(date +%s.%N)
    disturb "$target" "$signal"
    wait "$job"
    code=$?
    ended=$(awk -v a="$at" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    if [ "$code" = 0 ]; then # it had ended before the signal came: no case, but a comparison
        done_runs=$((done_runs + 1))
        cmp -s "$out/whole/final/model.safetensors" "$run/final/model.safetensors" &&
            equal=$((equal + 1))
        rm -rf "$run"
        continue
    fi
    steps "$run" >"$out/steps"
    last=$(tail -1 "$out/steps" | cut -d' ' -f1)
    from=$(saved_step "$run")
    printf '%4d %6s %6s %7s %5d %7s %6s %6d %10s\n' "$((case + 1))" "$target" "$signal" "$delay" \
        "$code" "$ended" "${last:-0}" "$((${last:-0} - from))" \
        "$(awk -v f="$from" '$1 > f { s += $2 } END { printf "%.1f", s }' "$out/steps")" |
        tee -a "$out/table"
    case=$((case + 1))
done

start "$run" "$out/end.said"
wait "$job" || { echo "the last start failed: $(tail -1 "$out/end.said")"; exit 1; }
done_runs=$((done_runs + 1))
cmp -s "$out/whole/final/model.safetensors" "$run/final/model.safetensors" && equal=$((equal + 1))
echo "runs that came to their end: $done_runs, with the bits of the undisturbed one: $equal" |
    tee -a "$out/table"
awk '$5 ~ /^[0-9]+$/ { n[$2 " " $3]++; codes[$2 " " $3 " " $5]++; if ($8 > 0) { lost[$2 " " $3]++; if ($9 > most) most = $9 } }
    END { for (k in codes) print "exit code", k ":", codes[k], "times"
          for (k in lost) print "steps lost", k ":", lost[k], "of", n[k]
          print "most seconds lost at once:", most + 0 }' "$out/table" | sort | tee -a "$out/table"
[ "$equal" = "$done_runs" ]
