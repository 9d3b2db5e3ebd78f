#!/usr/bin/env bash
# mpibert doctor on this machine as it is, and on set-ups that are broken on purpose: the trap is
# named, the remedy stands below it, and the exit code tells how bad it is.
. "$(dirname "$0")/lib.sh"

cores=$(nproc)
core=$(taskset -cp $$ | sed -E 's/.*: ([0-9]+).*/\1/')
case $(ldd "$program") in *libasan*) sanitized=1 ;; *) sanitized= ;; esac
clean_variables=(OMP_NUM_THREADS OPENBLAS_CORETYPE HDF5_USE_FILE_LOCKING)
unset "${clean_variables[@]}"

# doctor [COMMAND...]: what it prints goes to $work/out, the exit code to $code.
doctor() {
    code=0
    timeout 100 "$@" >"$work/out" 2>"$work/err" || code=$?
}

# found CODE SEVERITY CHECK TEXT REMEDY: the last one found this, and its exit code is CODE or, of
# advice, a worse one that this machine has a reason of its own for.
found() {
    local line
    line=$(grep -n "^$2  *$3  *.*$4" "$work/out" | head -n 1 | cut -d: -f1) || true
    [ -n "$line" ] || fail "no '$2 $3 $4' in: $(cat "$work/out" "$work/err")"
    sed -n "$((line + 1))p" "$work/out" | grep -q "^  *remedy: .*$5" ||
        fail "no remedy '$5' below '$4': $(cat "$work/out")"
    [ "$code" = "$1" ] || { [ "$1" = 1 ] && [ "$code" = 4 ]; } || fail "$3 gave $code instead of $1"
}

# As it is: every check has its say once, in both forms, and nothing is left behind.
mkdir "$work/runs"
for ranks in 1 2; do
    doctor "${mpirun[@]}" -n "$ranks" "$program" doctor --data datasets/newsposts \
        "checkpoint.directory=$work/runs/new" "data.cache_directory=$work/runs"
    [ "$code" -le 1 ] || fail "this machine: $code: $(cat "$work/out" "$work/err")"
    [ "$(grep -c '^ok ' "$work/out")" -ge 12 ] || fail "few checks: $(cat "$work/out")"
    grep -q "^ok  *start  *$ranks rank" "$work/out" || fail "no ranks: $(cat "$work/out")"
    grep -q "^ok  *writing  *all hosts write to .*/runs/new" "$work/out" || fail "no folder"
    [ -z "$(ls -A "$work/runs")" ] || fail "left behind: $(ls -A "$work/runs")"
done
doctor "$program" doctor --json
python3 - "$work/out" <<'END' || fail "JSON: $(cat "$work/out")"
import json, sys
found = json.load(open(sys.argv[1]))
assert found["severity"] in ("ok", "advice"), found
assert all(set(f) == {"check", "severity", "found", "where", "remedy"} for f in found["findings"])
assert len({f["check"] for f in found["findings"]}) == 19
END

# Processes that do not meet: the first one alone tells it.
doctor env SLURM_NTASKS=4 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 "$program" doctor
found 4 fail start '4 processes were started (SLURM_STEP_NUM_TASKS)' 'srun --mpi=pmi[x2] -n 4'
[ "$(cat "$work/err")" = "mpibert: doctor: a job would fail: 1 finding (machine)" ] ||
    fail "said: $(cat "$work/err")"
doctor env SLURM_NTASKS=4 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=2 "$program" doctor
[ ! -s "$work/out" ] && [ ! -s "$work/err" ] || fail "process 2 said it too: $(cat "$work/out")"
doctor env SLURM_NTASKS=4 "$program" doctor
found 1 advice start '4 tasks were granted (SLURM_NTASKS)' 'one process a task'

# Cores and threads.
if [ "$cores" -gt 1 ]; then
    doctor taskset -c "$core" "$program" doctor
    found 1 advice binding "$((cores - 1)) of the host's $cores cores stay idle" 'without taskset'
    doctor "${mpirun[0]}" --bind-to core -n 1 "$program" doctor
    found 1 advice binding 'a rank was given 1 (host ' '--bind-to none'
    doctor "$program" doctor cluster.threads_per_rank=1
    found 1 advice threads '1 thread a rank leaves cores idle' 'threads_per_rank=auto'
fi
doctor "$program" doctor "cluster.threads_per_rank=$((cores + 1))"
found 1 advice threads "$((cores + 1)) threads a rank are more than its $cores" 'threads_per_rank=auto'
doctor env OMP_NUM_THREADS=$((cores + 3)) "$program" doctor
found 1 advice threads "OMP_NUM_THREADS=$((cores + 3)) means nothing" 'unset OMP_NUM_THREADS'
doctor "${mpirun[@]}" -n $((cores + 1)) "$program" doctor
found 1 advice threads "$((cores + 1)) ranks share the $cores core" 'as many ranks as cores'

# Weak kernels, as the library would take them on a CPU that it does not know.
if OPENBLAS_CORETYPE=Prescott "$program" --version | grep -q 'OpenBLAS.*Prescott' &&
    grep -q avx2 /proc/cpuinfo; then
    doctor env OPENBLAS_CORETYPE=Prescott "$program" doctor
    found 1 advice kernels 'Prescott kernels are far too weak' 'OPENBLAS_CORETYPE='
fi

# Folders.
doctor "$program" doctor --data "$work/none"
found 4 fail reading "$work/none is missing" 'correct the path'
doctor "$program" doctor checkpoint.directory=/proc/runs
found 4 fail writing '/proc/runs cannot be written: ' 'a folder that all hosts may write to'

# Limits.
doctor bash -c 'ulimit -n 40; exec "$@"' - "$program" doctor
found 4 fail limits '40 open files are allowed' 'ulimit -n 1024'
doctor bash -c 'ulimit -f 100000; exec "$@"' - "$program" doctor
found 1 advice limits 'files may have' 'ulimit -f unlimited'
if [ -z "$sanitized" ]; then
    doctor bash -c 'ulimit -v 1500000; exec "$@"' - "$program" doctor
    found 1 advice memory 'a rank (ulimit -v' 'ulimit -v unlimited'
    doctor bash -c 'ulimit -v 600000; exec "$@"' - "$program" doctor
    found 4 fail memory 'a rank (ulimit -v' 'ulimit -v unlimited'
fi

# A container's /dev/shm, in a mount namespace of its own.
if unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016
    doctor unshare --mount bash -c 'mount -t tmpfs -o size=8m none /dev/shm && exec "$@"' - \
        "${mpirun[@]}" -n 2 "$program" doctor
    if is_hydra; then # MPICH does not start with so little
        found 4 fail 'shared memory' '8.0 MiB free in /dev/shm are too little' '--shm-size'
    else
        found 1 advice 'shared memory' 'free in /dev/shm' '--shm-size'
    fi
    # shellcheck disable=SC2016
    doctor unshare --mount bash -c 'mount -t tmpfs -o ro none "$1" && shift && exec "$@"' - \
        "$work/runs" "$program" doctor "checkpoint.directory=$work/runs"
    found 4 fail writing 'Read-only file system' 'a folder that all hosts may write to'
fi

# The command line is checked like any other.
refuses 2 "did you mean --data" doctor --dat x
refuses 2 "training.epoch" doctor training.epoch=3
