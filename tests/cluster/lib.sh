# For drills on the test cluster; with everything of run/lib.sh. A drill is
#
#     . "$(dirname "$0")/../cluster/lib.sh"
#     start_cluster --hosts 2
#     cluster mpirun -n 2 "$program" train "${small_run[@]}" "checkpoint.directory=$work/run"
#
# $work is shared by all hosts; /tmp, /run and /dev/shm are each host's own. The cluster ends with
# the drill.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../run/lib.sh"
cluster_script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/cluster.sh
case $program in /*) ;; *) program=$PWD/$program ;; esac

# How Slurm, and a launcher within its jobs, start this program's MPI.
pmi=pmix
job_launcher="mpirun --bind-to none"
if "$program" --version | grep -q '^MPICH'; then
    pmi=pmi2
    job_launcher=$MPIBERT_MPIRUN
fi

# cluster COMMAND...: of this drill's own cluster.
cluster() {
    "$cluster_script" --name "drill-$$" "$@"
}

end_cluster() {
    if [ -d "$(cluster state)" ]; then
        cluster down
    fi
    rm -rf "$work"
}

# Clusters of drills that were killed.
end_orphans() {
    local folder
    for folder in "${TMPDIR:-/tmp}"/mpibert-cluster-drill-*; do
        [ ! -d "$folder" ] || kill -0 "${folder##*-}" 2>/dev/null ||
            "$cluster_script" --name "drill-${folder##*-}" down
    done
}

# start_cluster OPTION...: of `cluster.sh up`; where it cannot be, the drill is skipped.
start_cluster() {
    skip_with_sanitizers "drills of many hosts run with the release build"
    end_orphans
    trap end_cluster EXIT
    local code=0
    cluster up --share "$work" "$@" || code=$?
    [ "$code" = 0 ] || exit "$code"
}
