#!/usr/bin/env bash
# Fuzzes the readers: builds the targets if needed and runs each, or those named, for so many
# seconds, as many at a time as there are cores.
#
#     tests/fuzz/run.sh SECONDS [TARGET...]
#
# Seeds are tests/fuzz/corpus/TARGET, and what earlier runs found worth keeping in
# build/fuzz/corpus/TARGET. Inputs that fail are kept as build/fuzz/findings/TARGET-*.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build/fuzz
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
shift

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz -j "$(nproc)" -- --no-print-directory >"$build/make.log" || {
    cat "$build/make.log" >&2
    exit 1
}
mkdir -p "$build/findings" "$build/logs"

memory=/dev/shm
[ -w "$memory" ] || memory=/tmp
TMPDIR=$(mktemp -d "$memory/fuzz-XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

run_target() {
    local target=$1 log=$build/logs/$1.log dictionary=tests/fuzz/dict/$1.dict verdict=passed
    local options=(-max_total_time="$seconds" -timeout=10 -print_final_stats=1
        -artifact_prefix="$build/findings/$target-")
    [ -f "$dictionary" ] && options+=(-dict="$dictionary")
    mkdir -p "$build/corpus/$target"
    "$build/tests/fuzz/fuzz_$target" "${options[@]}" "$build/corpus/$target" \
        "tests/fuzz/corpus/$target" >"$log" 2>&1 || verdict="failed, see $log"
    printf '%-16s %10s executions  %s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$verdict"
    [ "$verdict" = passed ] || {
        grep -v '^#' "$log" | tail -n 20 >&2
        return 1
    }
}

# Every target of the table in CMakeLists.txt.
all_targets() {
    sed -nE 's/^mpb_add_fuzzer\([a-z_0-9]+ ([a-z_0-9]+).*/\1/p' tests/fuzz/CMakeLists.txt
}

[ $# -gt 0 ] || mapfile -t all < <(all_targets)
[ $# -gt 0 ] || set -- "${all[@]}"
started=0
failed=0
for target in "$@"; do
    if [ "$started" -ge "$(nproc)" ]; then
        wait -n || failed=$((failed + 1))
    fi
    run_target "$target" &
    started=$((started + 1))
done
for ((i = 0; i < started && i < $(nproc); i++)); do
    wait -n || failed=$((failed + 1))
done
echo "fuzz: $((started - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
