#!/usr/bin/env bash
# One call after the other that writes, syncs, renames, closes, makes or removes something fails once:
# the command ends with 4 and a line that names the file, or with 0 and the right bytes. Afterwards
# the same command ends as if nothing had been.
#
# Takes some of the calls; with FAILED_CALLS=all every one (an hour).
. "$(dirname "$0")/lib.sh"

library=$2
skip_with_sanitizers "the sanitizer has to be loaded first"
sample=${FAILED_CALLS:-6}
area=$work/area # what is written counts here alone

train=(
    "${random_model[@]}" model.max_seq_length=32 data.train=datasets/newsposts
    training.batch_size=16 training.epochs=2 training.learning_rate=1.0e-3 data.max_samples=40
    cluster.threads_per_rank=1 logging.every_steps=1
)
texts=$work/texts.csv
printf 'text,label\nthe puck slid over the ice,a\na telescope saw a comet,b\nprice of oil,a\n' >"$texts"
gzip -k "$texts"
"$program" train "${train[@]}" "checkpoint.directory=$work/model" >/dev/null 2>&1
model=$work/model/final

# The jobs: each writes below $area only. RANKS may be empty: without MPI's launcher.
launch() {
    if [ "${ranks:-1}" = 1 ]; then
        "$@"
    else
        "${mpirun[@]}" -n "$ranks" "$@"
    fi
}
train() {
    launch "$@" train "${train[@]}" "data.cache_directory=$area/cache" \
        "checkpoint.directory=$area/run" checkpoint.keep=1
}
sharded() {
    launch "$@" train "${train[@]}" cluster.shard_optimizer=true \
        "data.cache_directory=$area/cache" "checkpoint.directory=$area/run" checkpoint.keep=1
}
preprocess() {
    launch "$@" preprocess "${train[@]}" --output "$area/shards"
}
packed() {
    launch "$@" preprocess "${random_model[@]}" model.max_seq_length=32 "data.train=$texts.gz" \
        data.format=csv --output "$area/shards"
}
predict() {
    launch "$@" predict --model "$model" --input "$texts" --output "$area/predictions.jsonl"
}
evaluate() {
    launch "$@" evaluate --model "$model" --data datasets/newsposts data.max_samples=40 \
        --output "$area/metrics.json"
}
export_onnx() {
    "$@" export --model "$model" --format onnx --output "$area/model.onnx"
}
export_hf() {
    rm -rf "$area/exported" # a folder that holds files is refused
    "$@" export --model "$model" --format hf --output "$area/exported"
}
fetch() {
    "$@" fetch "$model" --output "$area/fetched"
}

# What counts of a folder: names and bytes, without what tells of the moment.
fingerprint() {
    (cd "$1" && find . -type f ! -name .lock ! -name metrics.jsonl ! -name config.yaml | sort |
        xargs -r sha256sum)
    (cd "$1" && find . -name metrics.jsonl -exec sed -nE \
        '/"grad_norm"/s/.*("loss": *[-+.0-9eE]+).*/\1/p' {} +)
}

# The name of the file that a call is about, without what is put behind it for the moment.
final_name() {
    sed -E 's/ \(deleted\)$//; s/\.tmp-[-0-9]+$//; s/\.partial(-[0-9]+)?$//' <<<"$1"
}

count() {
    outcomes[$1]=$((${outcomes[$1]:-0} + 1))
}

# What the area has more, and what it lacks, than the clean run left.
surplus() { comm -23 <(fingerprint "$area" | sort) <(sort "$work/$1.clean"); }
missing() { comm -13 <(fingerprint "$area" | sort) <(sort "$work/$1.clean"); }

# is_right JOB CALL: the area holds what the clean run left; more only where a removal failed.
is_right() {
    [ -z "$(missing "$1")" ] || return 1
    [ "$2" = unlink ] || [ "$2" = rmdir ] || [ -z "$(surplus "$1")" ]
}

# fail_one JOB RANK NUMBER ERROR
fail_one() {
    local job=$1 rank=$2 number=$3 error=$4 code=0 name path what
    rm -rf "$area" "$work/log" && mkdir "$area"
    $job env "LD_PRELOAD=$library" "FAIL_CALLS_BELOW=$area/" "FAIL_CALLS_LOG=$work/log" \
        "FAIL_CALLS_RANK=$rank" "FAIL_CALLS_AT=$number" "FAIL_CALLS_ERROR=$error" "$program" \
        >"$work/out" 2>"$work/err" || code=$?
    count "$code"
    # Ranks share their work as they come to it: which call it was shows afterwards.
    read -r name path < <(sed -n "s/^$rank $number //p" "$work/log") || true
    what="$job, ${ranks:-1} ranks: call $number of rank $rank, $name of $path, error $error"
    if [ "$code" = 0 ]; then
        is_right "$job" "$name" || complain "$what: ended well with other bytes"
    elif [ "$code" != 4 ]; then
        complain "$what: exit code $code: $(cat "$work/err")"
    elif [ "$(grep '^mpibert: ' "$work/err" | grep -cF "$(final_name "$path")")" != 1 ]; then
        complain "$what: no line, or more, with the file's name: $(cat "$work/err")"
    fi
    $job "$program" >"$work/out" 2>"$work/err" || complain "$what: then refused: $(cat "$work/err")"
    # Between the last checkpoint and the removal of the older ones, these stay.
    [ -z "$(missing "$job")$(surplus "$job" | grep -v ' \./run/checkpoints/step-[0-9]*/')" ] ||
        is_right "$job" "$name" ||
        complain "$what: then other bytes: $(missing "$job"; surplus "$job")"
}

complain() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

# The calls of a clean run, "RANK NUMBER NAME PATH" a line.
count_calls() {
    local job=$1
    rm -rf "$area" && mkdir "$area"
    rm -f "$work/$job.log"
    $job "$program" >"$work/out" 2>"$work/err" || fail "$job: $(cat "$work/err")"
    fingerprint "$area" >"$work/$job.clean"
    rm -rf "$area" && mkdir "$area"
    $job env "LD_PRELOAD=$library" "FAIL_CALLS_BELOW=$area/" "FAIL_CALLS_LOG=$work/$job.log" \
        "$program" >"$work/out" 2>"$work/err"
    fingerprint "$area" | cmp - "$work/$job.clean" || fail "$job: two clean runs differ"
    [ -s "$work/$job.log" ] || fail "$job: no call was counted"
}

# "RANK NUMBER ERROR" a line: every call with EIO or ENOSPC, every write cut short as well; or some of
# these, evenly spread, from a place that differs from job to job.
chosen_calls() {
    awk '{ print $1, $2, NR % 2 ? 5 : 28 } $3 ~ /write$/ { print $1, $2, 0 }' "$work/$1.log" \
        >"$work/$1.calls"
    if [ "$sample" = all ]; then
        cat "$work/$1.calls"
    else
        awk -v total="$(wc -l <"$work/$1.calls")" -v wanted="$sample" \
            '(NR + total) % int((total + wanted - 1) / wanted) == 0' "$work/$1.calls"
    fi
}

# What cannot be removed after the work is done is a warning: the first and the last such call of a job.
try_clean_up() {
    local job=$1 rank number name path
    while read -r rank number name path; do
        rm -rf "$area" && mkdir "$area"
        $job env "LD_PRELOAD=$library" "FAIL_CALLS_BELOW=$area/" "FAIL_CALLS_AT=$number" \
            FAIL_CALLS_ERROR=13 "$program" >"$work/out" 2>"$work/err" ||
            complain "$job: exit code $? where $name of $path fails: $(cat "$work/err")"
        [ "$(grep -c "^mpibert: .*: warning: .*: cannot remove: Permission denied ($area/" \
            "$work/err")" = 1 ] || complain "$job: no warning, or more, of $path: $(cat "$work/err")"
    done < <(awk '$3 == "unlink" || $3 == "rmdir" { print }' "$work/$job.log" | sed -n '1p;$p')
}

failures=0
runs=0
declare -A outcomes=()
try_job() {
    local job=$1 rank number error
    count_calls "$job"
    while read -r rank number error; do
        fail_one "$job" "$rank" "$number" "$error" </dev/null
        runs=$((runs + 1))
    done < <(chosen_calls "$job")
    echo "$job, ${ranks:-1} ranks: $(wc -l <"$work/$job.log") calls; so far $runs runs, exit codes:" \
        "$(for code in "${!outcomes[@]}"; do echo -n " $code: ${outcomes[$code]}"; done)"
}

for ranks in ${FAILED_CALLS_RANKS:-1 2}; do
    for job in ${FAILED_CALLS_JOBS:-train sharded preprocess packed predict evaluate fetch export_onnx export_hf}; do
        case $ranks-$job in
        1-sharded) continue ;; # the same as train
        1-* | *-train | *-sharded | *-preprocess) ;;
        *) continue ;;
        esac
        try_job "$job"
        [ "$ranks" = 2 ] || try_clean_up "$job"
    done
done
[ "$failures" = 0 ] || fail "$failures of $runs"
