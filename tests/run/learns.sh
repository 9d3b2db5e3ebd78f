#!/usr/bin/env bash
# The model that quickstart falls back to learns the project's own corpus: at least 90 % on posts it never saw.
. "$(dirname "$0")/lib.sh"

on 2 train --config configs/newsposts_random.yaml "checkpoint.directory=$work/run" >"$work/table" 2>&1 ||
    fail "$(cat "$work/table")"

last=$(grep -E '^ +[0-9]+ \|' "$work/table" | tail -1)
awk -v row="$last" 'BEGIN { n = split(row, cells, "|"); exit !(n == 4 && cells[4] + 0 >= 90) }' ||
    fail "the last row of the table is '$last'"
