# Shared by the end-to-end tests: a scratch folder, a tiny random model, runs under MPI.
# shellcheck shell=bash

set -Eeuo pipefail
trap 'echo "FAILED: exit code $? of line $LINENO of ${BASH_SOURCE[0]}: $BASH_COMMAND" >&2' ERR

program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# mpirun of the MPI that the program was built with, for more ranks than cores: "${mpirun[@]}" -n RANKS
read -ra mpirun <<<"${MPIBERT_MPIRUN:-mpirun --oversubscribe --bind-to none}"
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

is_sanitized() {
    [[ $(ldd "$program") == *libasan* ]] # not by grep -q, which may end before ldd has: a failed pipe
}

# skip_with_sanitizers REASON: where the program was built with them.
skip_with_sanitizers() {
    ! is_sanitized || skip "$1"
}

# unless_sanitized ALL SOME: the words of ALL, or those of SOME where the program was built with
# sanitizers, which are slow and find no more where the same code runs again.
unless_sanitized() {
    if is_sanitized; then echo "$2"; else echo "$1"; fi
}

# await TEXT FILE: until the file of a job that was started holds the text, a minute at most.
await() {
    for _ in $(seq 1200); do
        grep -qsE -- "$1" "$2" && return
        sleep 0.05
    done
    [ ! -e "$work/out" ] || cat "$work/out"
    fail "waited in vain for '$1' in $2"
}

# alone COMMAND...: the program without MPI's launcher; what it says is shown where it fails.
alone() {
    "$program" "$@" >"$work/alone" 2>&1 || fail "exit code $? of $*: $(cat "$work/alone")"
}

# on N COMMAND...: the program on N ranks.
on() {
    local ranks=$1
    shift
    "${mpirun[@]}" -n "$ranks" "$program" "$@"
}

# Whether mpirun is Hydra, MPICH's.
is_hydra() {
    [[ $("${mpirun[0]}" --version 2>&1) == *HYDRA* ]]
}

# ranks_of JOB: the processes of an mpirun's ranks; Hydra has one of its own between.
ranks_of() {
    local below
    below=$(ps -o pid= --ppid "$1")
    # shellcheck disable=SC2086
    if ps -o comm= -p $below | grep -q hydra_pmi_proxy; then
        ps -o pid= --ppid $below
    else
        echo "$below"
    fi
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

# same_losses RUN RUN TOLERANCE: of run directories below "$work", step by step.
same_losses() {
    losses "$work/$1" >"$work/want"
    losses "$work/$2" >"$work/got"
    [ "$(wc -l <"$work/want")" = "$(wc -l <"$work/got")" ] || fail "$1 and $2 have other steps"
    near "$work/want" "$work/got" "$3"
}

# weights_of RUN: the file of what it ends with, below "$work".
weights_of() {
    echo "$work/$1/final/model.safetensors"
}

# logits_of MODEL: of the texts in $work/texts.txt, a number a line.
logits_of() {
    "$program" predict --model "$1" --input "$work/texts.txt" data.remove_noise=null --logits 2>/dev/null |
        sed -nE 's/.*"logits": \[([^]]*)\].*/\1/p' | tr -d ' ' | tr ',' '\n'
}

# member NAME: its number in the one JSON object of standard input.
member() {
    sed -nE "s/.*\"$1\": *(-?[0-9.e+-]+).*/\1/p"
}

# same_metrics ARGUMENT...: evaluate on 1 to 4 ranks, to the last digit the same: "$work/metrics1".
same_metrics() {
    local ranks
    for ranks in 1 2 3 4; do
        on "$ranks" evaluate "$@" cluster.threads_per_rank=1 >"$work/metrics$ranks" 2>"$work/err" ||
            fail "evaluate: $(cat "$work/err")"
        cmp "$work/metrics1" "$work/metrics$ranks" || fail "other metrics on $ranks ranks"
    done
}

# near_members WANT JSON TOLERANCE: "name value" lines beside the members of a JSON object.
near_members() {
    local name value
    while read -r name value; do
        echo "$value"
        member "$name" <"$2" >&3
    done <"$1" >"$work/want" 3>"$work/got"
    near "$work/want" "$work/got" "$3"
}

# near A B TOLERANCE: two files of numbers agree line by line, relative to the first.
near() {
    [ "$(wc -l <"$1")" = "$(wc -l <"$2")" ] || fail "$1 and $2 differ in length"
    paste "$1" "$2" | awk -v tolerance="$3" '
        { d = $1 - $2; if (d < 0) d = -d; r = $1 < 0 ? -$1 : $1
          if (!(d <= tolerance * r)) { print "line " NR ": " $1 " and " $2; bad = 1 } }
        END { exit bad }'
}
