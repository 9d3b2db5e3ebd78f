#!/usr/bin/env bash
# run.sh PYTHON PROGRAM: every comparison with Python's libraries; ends with a count line.
# MPIBERT_PARITY_EVERY=1 compares the tokenizer on everything instead of a sample.
set -u
python=$1
program=$2
passed=0 failed=0 skipped=0
here=$(dirname "$0")

export HF_HUB_OFFLINE=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# All code points and texts take an hour; every 17th of them minutes.
options() {
    case $1 in
    tokenizer_parity.py) echo "--every ${MPIBERT_PARITY_EVERY:-17}" ;;
    minilm_parity.py | shards_parity.py | exported_parity.py | chunks_parity.py) [ -d models/minilm ] && echo "--model $PWD/models/minilm" ;;
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
