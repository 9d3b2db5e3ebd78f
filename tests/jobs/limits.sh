#!/usr/bin/env bash
# A process whose memory is limited works or says why not; it never hangs in a library that asks for
# memory again and again.
. "$(dirname "$0")/lib.sh"

skip_with_sanitizers "a sanitizer takes address space by the terabyte"

# within KIND KIB COMMAND...: the exit code goes to $status, 124 where it took too long.
within() {
    local kind=$1 size=$2
    shift 2
    status=0
    (ulimit "-$kind" "$size" && exec timeout 60 "$program" "$@") >"$work/out" 2>&1 || status=$?
}

for kind in v d; do
    # With 127 the libraries of MPI alone were too many, and the program has not begun.
    for size in 100000 150000 200000 250000; do
        within "$kind" "$size" predict --model "$work/none"
        [ "$status" = 127 ] || break
    done
    [ "$status" = 4 ] || fail "ulimit -$kind $size gave $status: $(cat "$work/out")"
    [ "$(wc -l <"$work/out")" = 1 ] || fail "more than a line: $(cat "$work/out")"
    figure=$(awk "BEGIN { printf \"%.1f\", $size / 1024 }")
    grep -qF "limited to $figure MiB (ulimit -$kind)" "$work/out" ||
        fail "no figure: $(cat "$work/out")"
    for size in 150000 200000 250000 300000 350000 450000 600000; do
        within "$kind" "$size" train "${small_run[@]}" training.epochs=1 \
            "checkpoint.directory=$work/run" checkpoint.resume=never
        case $status in
        0 | 4) ;;
        *) fail "ulimit -$kind $size gave $status: $(cat "$work/out")" ;;
        esac
    done
    [ "$status" = 0 ] || fail "600 MB are too little for a tiny model: $(cat "$work/out")"
done

# Started again with one thread of OpenBLAS, which some of these limits ask for, it keeps its name.
mkfifo "$work/texts"
for size in 150000 200000 250000 300000 350000 450000 600000; do
    (ulimit -v "$size" && exec "$program" tokenize --model datasets/vocab/newsposts) \
        <"$work/texts" >"$work/out" 2>&1 &
    exec 3>"$work/texts"
    for _ in $(seq 100); do # not before the program itself begins
        name=$(cat "/proc/$!/comm" 2>/dev/null) && [ "$name" != mpibert ] || break
        sleep 0.1
    done
    exec 3>&-
    wait "$!" || continue # where the limit was too low
    [ "$name" = mpibert ] || fail "with ulimit -v $size the process is called $name"
done
