# Shared by the end-to-end tests: a scratch folder, a tiny random model, runs under MPI.
# shellcheck shell=bash

set -Eeuo pipefail
trap 'echo "FAILED: exit code $? of line $LINENO of ${BASH_SOURCE[0]}: $BASH_COMMAND" >&2' ERR

program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export HWLOC_HIDE_ERRORS=2 # a container may lack /sys, which each rank would tell

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# skip REASON: ends the test as skipped; the end of test.sh says why.
skip() {
    echo "SKIPPED: $*"
    exit 77
}

# skip_with_sanitizers REASON: where the program was built with them.
skip_with_sanitizers() {
    case $(ldd "$program") in
    *libasan*) skip "$1" ;;
    esac
}

# alone COMMAND...: the program without MPI's launcher; what it says is shown where it fails.
alone() {
    "$program" "$@" >"$work/alone" 2>&1 || fail "exit code $? of $*: $(cat "$work/alone")"
}

# on N COMMAND...: the program on N ranks.
on() {
    local ranks=$1
    shift
    mpirun --oversubscribe --bind-to none -n "$ranks" "$program" "$@"
}

# Settings of a small random model on the project's own corpus; one word a setting.
random_model=(
    model.name=datasets/vocab/newsposts model.initialize=random
    "model.architecture={hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128}"
)
small_data=(
    model.max_seq_length=64
    data.train=datasets/newsposts "data.remove_noise=[headers, footers, quotes]"
    training.batch_size=16 training.epochs=2 training.learning_rate=5.0e-5
    data.max_samples=160 logging.every_steps=1 cluster.threads_per_rank=1
)
small_run=("${random_model[@]}" "${small_data[@]}")

# The losses of a run's steps, one a line.
losses() {
    sed -nE '/"grad_norm"/s/.*"loss": *([-+.0-9eE]+).*/\1/p' "$1/metrics.jsonl"
}

# near A B TOLERANCE: two files of numbers agree line by line, relative to the first.
near() {
    [ "$(wc -l <"$1")" = "$(wc -l <"$2")" ] || fail "$1 and $2 differ in length"
    paste "$1" "$2" | awk -v tolerance="$3" '
        { d = $1 - $2; if (d < 0) d = -d; r = $1 < 0 ? -$1 : $1
          if (!(d <= tolerance * r)) { print "line " NR ": " $1 " and " $2; bad = 1 } }
        END { exit bad }'
}
