#!/usr/bin/env bash
# run.sh PYTHON PROGRAM: every comparison with Python's libraries, as many at a time as there are
# processors, each one's output in one piece; ends with a count line.
# MPIBERT_PARITY_EVERY=1 compares the tokenizer and answers on everything instead of a sample.
set -u
export python=$1
export program=$2
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export logs

export HF_HUB_OFFLINE=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# All code points and texts take an hour, and so do all answers; every 17th of them, or few, minutes.
options() {
    case $1 in
    tokenizer_parity.py) echo "--every ${MPIBERT_PARITY_EVERY:-17}" ;;
    questions_parity.py) [ "${MPIBERT_PARITY_EVERY:-17}" = 1 ] && echo --all ;;
    esac
    case $1 in
    minilm_parity.py | shards_parity.py | exported_parity.py | tags_parity.py | \
        questions_parity.py | words_parity.py | onnx_parity.py | embed_parity.py)
        [ -d models/minilm ] && echo "--model $PWD/models/minilm"
        ;;
    esac
}

# compare SCRIPT: its last line tells how it ended.
compare() {
    local name
    name=$(basename "$1")
    # shellcheck disable=SC2046
    "$python" "$1" --program "$program" $(options "$name") >"$logs/$name" 2>&1
    case $? in
    0) echo "passed: $name" ;;
    77) echo "skipped: $name" ;;
    *) echo "FAILED: $name" ;;
    esac >>"$logs/$name"
    cat "$logs/$name"
}
export -f options compare

# The one that takes longest begins.
longest=$(dirname "$0")/tokenizer_parity.py
scripts=("$longest")
for script in "$(dirname "$0")"/*_parity.py; do
    [ "$script" = "$longest" ] || scripts+=("$script")
done
printf '%s\0' "${scripts[@]}" |
    xargs -0 --max-args=1 --max-procs="$(nproc)" bash -c 'compare "$1"' compare

# count WORD: the comparisons that ended so; what left no such line failed.
count() { tail -qn1 "$logs"/* | grep -c "^$1: "; }
passed=$(count passed) skipped=$(count skipped)
failed=$((${#scripts[@]} - passed - skipped))
echo "parity: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
