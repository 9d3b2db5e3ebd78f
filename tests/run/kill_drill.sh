#!/usr/bin/env bash
# Kills, or stops, a run at random moments and takes it up again, half of the times on another number
# of ranks: its end must be that of a run that nobody disturbed, bit for bit on as many ranks and with
# training.deterministic, otherwise to rounding; and nothing may be left behind.
#
#   tests/run/kill_drill.sh PROGRAM [ROUNDS [OUT]]
#
# Two rounds are a test; the table, a line a round, goes to standard output and OUT/table. `ended` is
# how many seconds after the kill the last process of the job was gone. SEED=N draws other moments,
# SETTINGS="cluster.shard_optimizer=true ..." adds settings.
set -Eeuo pipefail
trap 'echo "FAILED: exit code $? of line $LINENO: $BASH_COMMAND" >&2' ERR

program=$(realpath "$1")
rounds=${2:-2}
case $(ldd "$program") in
*libasan*) echo "SKIPPED: no rank may be slower than the silence that this drill allows" && exit 77 ;;
esac

# A /dev/shm of its own shows what is left there, among other people's jobs.
if [ -z "${DRILL_SHM-}" ]; then
    if unshare --mount true 2>/dev/null; then
        DRILL_SHM=own exec unshare --mount bash -c 'mount -t tmpfs -o size=1g none /dev/shm && exec "$@"' - "$0" "$@"
    fi
    DRILL_SHM=shared
fi

out=${3:-$(mktemp -d)}
[ -n "${3-}" ] || trap 'rm -rf "$out"' EXIT
rm -rf "$out/tmp" && mkdir -p "$out/tmp"
export TMPDIR=$out/tmp MPIBERT_DRILL=$out # for what MPI writes; by which processes are found
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 HWLOC_HIDE_ERRORS=2
read -ra mpirun <<<"${MPIBERT_MPIRUN:-mpirun --oversubscribe --bind-to none}"
RANDOM=${SEED:-1}
usual=2 # ranks
silence=5
settings=(
    model.name=datasets/vocab/newsposts model.initialize=random
    "model.architecture={hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128}"
    model.max_seq_length=64 data.train=datasets/newsposts "data.remove_noise=[headers, footers, quotes]"
    data.max_samples=160 training.batch_size=16 training.epochs=12 training.learning_rate=5.0e-5
    checkpoint.every_steps=4 logging.every_steps=1 cluster.threads_per_rank=1
    "cluster.silence_seconds=$silence" "data.cache_directory=$out/cache"
)
read -ra more <<<"${SETTINGS-}"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# start RANKS RUN MODE: $job is the launcher.
start() {
    "${mpirun[@]}" -n "$1" "$program" train "${settings[@]}" "${more[@]}" "checkpoint.directory=$2" \
        "training.deterministic=$3" >"$2.out" 2>&1 &
    job=$!
}

# Processes of the drill's jobs.
processes() {
    local pid
    for pid in $(pgrep -x mpibert || true); do
        if grep -qzx "MPIBERT_DRILL=$out" "/proc/$pid/environ" 2>/dev/null; then
            echo "$pid"
        fi
    done
}

# Waits until the file holds the text, or the job has ended.
await() {
    until grep -qs "$1" "$2" || ! kill -0 "$job" 2>/dev/null; do
        sleep 0.02
    done
}

# What stands between a run and its end: kills or stops what the round is about.
disturb() {
    local all
    mapfile -t all < <(processes)
    [ "${#all[@]}" -gt 0 ] || return 0
    case $1 in
    one) kill -KILL "${all[RANDOM % ${#all[@]}]}" ;;
    all) kill -KILL "${all[@]}" ;;
    launcher) kill -KILL "$job" ;;
    saving) # the first rank, as soon as something is half-written
        for _ in $(seq 2000); do
            ! compgen -G "$run/checkpoints/*partial*" >/dev/null || break
            sleep 0.001
        done
        kill -KILL "${all[0]}"
        ;;
    stop) kill -STOP "${all[RANDOM % ${#all[@]}]}" ;;
    esac 2>/dev/null || true # the run may have ended
}

# weights RUN: of the final model, one a line, without the header of the file.
weights() {
    local file=$1/final/model.safetensors header
    header=$(od -An -tu8 -N8 "$file")
    od -v -An -w4 -tf4 -j $((8 + header)) "$file"
}

# Steps of AdamW enlarge rounding: the distance is told, and must be small beside what was learnt.
near() {
    paste <(weights "$1") <(weights "$2") | awk '
        { d = $1 - $2; sum += d * d; all += $1 * $1 }
        END { d = sqrt(sum / all); printf "%.1e", d; exit !(NR > 1e5 && d < 1e-4) }'
}

# Names in the run directory; of files that each rank has, one.
files() {
    (cd "$1" && find . | sed -E 's/-[0-9]+-of-[0-9]+//' | sort -u)
}

for mode in false true; do
    start $usual "$out/whole-$mode" $mode
    wait "$job" || fail "the undisturbed run: $(tail -3 "$out/whole-$mode.out")"
done

kinds=(one all launcher saving stop)
printf '%5s %8s %13s %6s %6s %6s %6s %s\n' round kill deterministic after code ended ranks end | tee "$out/table"
for ((round = 1; round <= rounds; round++)); do
    run=$out/run
    rm -rf "$run" "$run.out"
    kind=${kinds[(round - 1) % 5]}
    mode=false ranks=$usual
    if ((round % 2 == 0)); then
        ranks=$((1 + 2 * (RANDOM % 2))) # 1 or 3
        ((round % 4 != 0)) || mode=true
        [ "$mode" = false ] || ranks=4
    fi
    start $usual "$run" $mode
    await '^Epoch |' "$run.out"
    delay=$(awk -v r=$RANDOM 'BEGIN { printf "%.2f", 3 * r / 32768 }')
    sleep "$delay"
    disturb "$kind"
    began=$(date +%s.%N)
    code=0
    wait "$job" || code=$?
    for _ in $(seq 1200); do
        [ -n "$(processes)" ] || break
        sleep 0.05
    done
    [ -z "$(processes)" ] || fail "processes are left: $(processes)"
    ended=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    cp "$run.out" "$out/killed-$round.out"
    start "$ranks" "$run" $mode
    wait "$job" || fail "round $round: the next start: $(tail -3 "$run.out")"
    if [ "$ranks" = $usual ] || [ $mode = true ]; then
        cmp -s "$out/whole-$mode/final/model.safetensors" "$run/final/model.safetensors" ||
            fail "round $round: other bits after $kind"
        end="equal bits"
    else
        end="off by $(near "$out/whole-$mode" "$run")" || fail "round $round: other weights: $end"
    fi
    printf '%5d %8s %13s %6s %6d %6s %6d %s\n' "$round" "$kind" $mode "$delay" "$code" "$ended" "$ranks" "$end" |
        tee -a "$out/table"
    # Nobody is left to tidy up Open MPI's own files where its mpirun was killed.
    [ "$kind" != launcher ] || rm -rf "$out"/tmp/ompi.*
    [ "$kind" != launcher ] || [ $DRILL_SHM = shared ] || rm -f /dev/shm/vader_segment.*
    diff <(files "$out/whole-$mode") <(files "$run") || fail "round $round: the run directory holds other files"
    [ -z "$(ls -A "$out/tmp")" ] || fail "round $round: left among temporary files: $(ls "$out/tmp")"
    [ $DRILL_SHM = shared ] || [ -z "$(ls -A /dev/shm)" ] || fail "round $round: left in /dev/shm: $(ls /dev/shm)"
done
