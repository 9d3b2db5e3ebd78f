# What the batch scripts share. They find it below the folder from which they are submitted, the
# project's, or below $MPIBERT_HOME.
#
#   MPIBERT            the program [build/release/mpibert of the project]
#   MPIBERT_LAUNCH     how ranks are started ["srun --mpi=pmix"]; "mpirun --bind-to none" is the other
#                      way, for an MPI that knows no PMIx of this Slurm
#   MPIBERT_REQUEUES   how often a job starts itself again [100]; 0: never
# shellcheck shell=bash

set -uo pipefail

program=${MPIBERT:-$home/build/release/mpibert}
read -ra launcher <<<"${MPIBERT_LAUNCH:-srun --mpi=pmix}"

say() {
    echo "$(date '+%F %T') $*"
}

# ---- Where and with what the job runs

# A core dump of each rank helps nobody, and fills the disk; fast networks pin memory.
prepare() {
    [ -x "$program" ] || {
        say "there is no $program: build it, or set MPIBERT=PATH"
        exit 2
    }
    ulimit -c 0
    ulimit -S -l "$(ulimit -H -l)" -n "$(ulimit -H -n)" 2>/dev/null || :
    say "job ${SLURM_JOB_ID:-?}, start $((${SLURM_RESTART_COUNT:-0} + 1)), on ${SLURM_JOB_NODELIST:-?}"
}

# launch ARGUMENT...: on all ranks of the job.
launch() {
    local threads=${SLURM_CPUS_PER_TASK:-} command=("${launcher[@]}")
    case ${command[0]} in
    *srun)
        # srun does not take the job's number of cores a rank by itself any more. Neighbours share a
        # node, and the cores of a rank a socket; one rank that fails ends the others.
        export SRUN_CPUS_PER_TASK=${threads:-1}
        command+=(--kill-on-bad-exit=1 --distribution=block:block)
        ;;
    *)
        export SLURM_WHOLE=1 # mpirun's daemons would get a core each
        # Else mpirun waits for a host that is gone for a quarter of an hour (docs/failures.md).
        export OMPI_MCA_oob_tcp_keepalive_time="${OMPI_MCA_oob_tcp_keepalive_time:-10}" \
            OMPI_MCA_oob_tcp_keepalive_intvl="${OMPI_MCA_oob_tcp_keepalive_intvl:-5}" \
            OMPI_MCA_oob_tcp_keepalive_probes="${OMPI_MCA_oob_tcp_keepalive_probes:-3}"
        ;;
    esac
    command+=("$program" "$@")
    [[ -z $threads || " $*" == *" cluster.threads_per_rank="* ]] ||
        command+=("cluster.threads_per_rank=$threads")
    exec "${command[@]}"
}

# ---- Starting again

# The job's name for scontrol: a task of an array goes by its place, never by its own number.
job_name() {
    if [ -n "${SLURM_ARRAY_JOB_ID:-}" ]; then
        echo "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    else
        echo "${SLURM_JOB_ID:-}"
    fi
}

# The run has stopped with all work saved: Slurm starts this very job again.
start_again() {
    local most=${MPIBERT_REQUEUES:-100} starts=${SLURM_RESTART_COUNT:-0}
    if [ "$starts" -ge "$most" ]; then
        say "not started again: $starts times were enough (MPIBERT_REQUEUES)"
    elif ! command -v scontrol >/dev/null; then
        say "not started again: there is no scontrol on this node; slurm/chain.sh submits the next starts beforehand"
    else
        say "starts again: scontrol requeue $(job_name)" # which may end this script at once
        scontrol requeue "$(job_name)" || say "not started again"
    fi
}

# run ARGUMENT...: the program to its end; $code is its exit code. $asked is set when Slurm has asked
# the job to stop (--signal=B:USR1@...).
# shellcheck disable=SC2034 # both are for the scripts
run() {
    local child='' early='' result interrupted=yes
    code=0
    asked=
    trap 'asked=yes interrupted=yes; if [ -n "$child" ]; then kill -USR1 "$child"; else early=yes; fi' USR1
    (launch "$@") &
    child=$!
    [ -z "$early" ] || kill -USR1 "$child"
    while [ -n "$interrupted" ]; do # by the signal, which ends a wait and no child
        interrupted=
        result=0
        wait "$child" || result=$?
        [ "$result" = 127 ] || code=$result # 127: it was waited for already
    done
    trap - USR1
    say "exit code $code"
}
