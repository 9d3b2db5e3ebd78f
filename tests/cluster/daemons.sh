# The Slurm of a test cluster; part of cluster.sh, whose variables and functions it uses.
# shellcheck shell=bash
# shellcheck disable=SC2154

# write_slurm_conf KEY=VALUE...: these instead of what stands here.
write_slurm_conf() {
    local key pair
    declare -A settings=(
        [ClusterName]=mpibert [SlurmctldHost]=head [SlurmUser]=root
        [StateSaveLocation]=$state/slurmctld [SlurmdSpoolDir]=/run/slurmd
        [SlurmctldPidFile]=/run/slurmctld.pid [SlurmdPidFile]=/run/slurmd.pid
        [SlurmctldLogFile]=$state/log/slurmctld [SlurmdLogFile]=$state/log/slurmd-%n
        # A requeued job waits for its old credential to expire, two minutes as Slurm comes.
        [AuthType]=auth/munge [AuthInfo]=cred_expire=5
        # No groups of processes, no accounting: a container has neither.
        [ProctrackType]=proctrack/linuxproc [TaskPlugin]=task/none
        [JobAcctGatherType]=jobacct_gather/none
        [AccountingStorageType]=accounting_storage/none
        [SelectType]=select/cons_tres [SelectTypeParameters]=CR_CPU
        [SlurmdParameters]=config_overrides # nodes count cores that they do not see
        [SchedulerParameters]=sched_interval=5,bf_interval=5
        [MpiDefault]=none [JobRequeue]=1 [ReturnToService]=2
        [SlurmdTimeout]=30 [KillWait]=10
    )
    for pair in "$@"; do
        settings[${pair%%=*}]=${pair#*=}
    done
    for key in "${!settings[@]}"; do
        echo "$key=${settings[$key]}"
    done
    echo "NodeName=node[0-$(($(<"$state/nodes") - 1))] CPUs=$(<"$state/cpus") State=UNKNOWN"
    echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}

# prepare_slurm KEY=VALUE...: what its daemons read.
prepare_slurm() {
    mkdir "$state/slurm" "$state/slurmctld"
    dd if=/dev/urandom of="$state/munge.key" bs=1024 count=1 status=none
    write_slurm_conf "$@" >"$state/slurm/slurm.conf"
}

# serve HOST: starts munge and Slurm's daemon there, if the cluster has Slurm.
serve() {
    [ -d "$state/slurm" ] || return 0
    # shellcheck disable=SC2016
    (on "$1" bash -euc '
        install -d -o munge -g munge /run/munge
        install -o munge -m 400 "$0/munge.key" /run/munge/key
        cd /
        setpriv --reuid munge --regid munge --clear-groups munged --key-file=/run/munge/key \
            --log-file=/run/munge/log --pid-file=/run/munge/pid --seed-file=/run/munge/seed
        if [ "$(hostname)" = head ]; then slurmctld; else slurmd; fi' "$state") \
        >>"$state/log/$1" 2>&1 </dev/null || fail "$1 serves no Slurm: $(tail -n 1 "$state/log/$1")"
}

all_idle() {
    [ "$(on head sinfo --noheader --states=idle --format=%D 2>/dev/null)" = "$(<"$state/nodes")" ]
}
