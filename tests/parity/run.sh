#!/usr/bin/env bash
# run.sh PYTHON PROGRAM: every comparison with Python's libraries; ends with a count line.
set -u
python=$1
program=$2
passed=0 failed=0 skipped=0
here=$(dirname "$0")

export HF_HUB_OFFLINE=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
for script in "$here"/*_parity.py; do
    "$python" "$script" --program "$program"
    case $? in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) && echo "skipped: $(basename "$script")" ;;
    *) failed=$((failed + 1)) && echo "FAILED: $(basename "$script")" ;;
    esac
done
echo "parity: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
