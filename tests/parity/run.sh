#!/usr/bin/env bash
# run.sh PYTHON PROGRAM: every comparison with Python's libraries; ends with a count line.
# MPIBERT_PARITY_EVERY=1 compares the tokenizer and answers on everything instead of a sample.
set -u
python=$1
program=$2
passed=0 failed=0 skipped=0
here=$(dirname "$0")

export HF_HUB_OFFLINE=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# All code points and texts take an hour, and so do all answers; every 17th of them, or few, minutes.
options() {
    case $1 in
    tokenizer_parity.py) echo "--every ${MPIBERT_PARITY_EVERY:-17}" ;;
    questions_parity.py) [ "${MPIBERT_PARITY_EVERY:-17}" = 1 ] && echo --all ;;
    esac
    case $1 in
    minilm_parity.py | shards_parity.py | exported_parity.py | tags_parity.py | \
        questions_parity.py | words_parity.py)
        [ -d models/minilm ] && echo "--model $PWD/models/minilm"
        ;;
    esac
}

for script in "$here"/*_parity.py; do
    # shellcheck disable=SC2046
    "$python" "$script" --program "$program" $(options "$(basename "$script")")
    case $? in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) && echo "skipped: $(basename "$script")" ;;
    *) failed=$((failed + 1)) && echo "FAILED: $(basename "$script")" ;;
    esac
done
echo "parity: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
