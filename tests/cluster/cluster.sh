#!/usr/bin/env bash
# Hosts as namespaces of this machine, joined by a network of their own; see README.md.
set -euo pipefail

usage() {
    cat <<'END'
usage: cluster.sh [--name NAME] COMMAND

  up [--hosts N] [--cpus N] [--rate MBIT] [--share FOLDER]... [--slurm [--set KEY=VALUE]...]
                       starts hosts node0 to node(N-1) [2], each on N cores [1] of this machine,
                       and a host "head" on all of them; with --slurm a Slurm over them
  down                 ends them and all that runs on them
  run HOST COMMAND...  as on that host, in the same folder; passes on signals and the exit code
  mpirun [--slots N] ARGUMENT...
                       on the head, over all nodes with N ranks each [1]
  rate MBIT|none       what each node's link carries, each way
  cut HOST, mend HOST  takes the node's link down, silently for the others; and up again
  kill HOST            the node is gone at once, silently for the others
  start HOST           starts it again
  bytes HOST, packets HOST
                       that the node has sent and received so far
  state                the folder of the cluster's files: log/ has what its daemons say

Exit code 77: there can be no such cluster here, for the reason that is printed.
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=${here%/tests/cluster}
# shellcheck source=tests/cluster/daemons.sh
. "$here/daemons.sh"

fail() {
    echo "cluster.sh: $*" >&2
    exit 1
}

cannot() {
    echo "SKIPPED: no test cluster: $*"
    exit 77
}

# until_true SECONDS COMMAND...: tries it again and again.
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# ---- One host

# running HOST: the number of its first process on this machine. Fails where there is none.
running() {
    local pid network
    read -r pid _ network 2>/dev/null <"$state/running/$1" || return 1
    # The number may be another process's by now.
    [ "$(readlink "/proc/$pid/ns/net")" = "$network" ] && echo "$pid"
}

need() {
    running "$1" >/dev/null || fail "$1 is not running in cluster $name"
}

# enter PID COMMAND...: replaces this process by the command beside the first process of a host.
enter() {
    local cores
    cores=$(sed -n 's/^Cpus_allowed_list:\s*//p' "/proc/$1/status")
    # bash leaves SIGINT and SIGQUIT ignored in what it starts aside.
    # shellcheck disable=SC2016
    exec ${session:+setsid} taskset -c "$cores" nsenter --target "$1" --all -- env --default-signal=INT,QUIT \
        bash -c 'cd "$0" && exec "$@"' "$PWD" "${@:2}"
}

# on HOST COMMAND...: likewise, from outside.
on() {
    local pid
    pid=$(running "$1")
    enter "$pid" "${@:2}"
}

# network_of HOST COMMAND...: only the network is the host's.
network_of() {
    nsenter --target "$(running "$1")" --net -- "${@:2}"
}

# mend NODE: who found the other one missing would believe it for some seconds more.
mend() {
    network_of head ip link set "$1" up
    network_of head ip neigh flush all
    network_of "$1" ip neigh flush all
}

# cores_of NODE: its share of this machine's cores, as a list.
cores_of() {
    local part count i all=() list=()
    for part in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
        mapfile -t -O "${#all[@]}" all < <(seq "${part%-*}" "${part#*-}")
    done
    count=$(<"$state/cpus")
    for ((i = 0; i < count; i++)); do
        list+=("${all[(${1#node} * count + i) % ${#all[@]}]}")
    done
    (IFS=, && echo "${list[*]}")
}

booted() {
    [ -e "$state/running/$1" ] || [ ! -d "/proc/$2" ]
}

# boot HOST LAUNCHER...: its first process. The head's lies around those of the nodes: they end with it.
boot() {
    local host=$1 log=$state/log/$1 shared
    shift
    rm -f "$state/running/$host"
    mapfile -t shared <"$state/shared"
    setsid "$@" unshare --net --uts --ipc --mount --pid --fork --kill-child \
        "$here/host.sh" "$host" "$state" "${shared[@]}" </dev/null >"$log" 2>&1 &
    disown
    until_true 20 booted "$host" $! || :
    running "$host" >/dev/null || fail "$host does not start: $(tail -n 1 "$log")"
}

# link NODE: to the bridge of the head.
link() {
    local node=$1 number=${1#node}
    network_of head ip link add "$node" type veth peer name eth0 \
        address "02:00:00:00:00:$(printf %02x $((number + 1)))" netns "$(running "$node")"
    network_of head ip link set "$node" master bridge up
    network_of "$node" ip address add "10.0.0.$((number + 1))/24" dev eth0
    network_of "$node" ip link set eth0 up
    limit "$node" "$(<"$state/rate")"
}

# limit NODE MBIT|none
limit() {
    limit_end "$1" eth0 "$2"
    limit_end head "$1" "$2"
}

# limit_end HOST INTERFACE MBIT|none: what it sends. The bucket holds 2 ms, the queue 20 ms.
limit_end() {
    local burst queue
    if [ "$3" = none ]; then
        network_of "$1" tc qdisc delete dev "$2" root 2>/dev/null || :
        return
    fi
    burst=$(($3 * 250)) queue=$(($3 * 2500))
    network_of "$1" tc qdisc replace dev "$2" root tbf rate "${3}mbit" \
        burst "$((burst > 65536 ? burst : 65536))" limit "$((queue > 262144 ? queue : 262144))"
}

# start NODE
start() {
    boot "$1" taskset -c "$(cores_of "$1")" nsenter --target "$(running head)" --pid
    link "$1"
    serve "$1"
}

# The head holds the network's bridge.
start_head() {
    boot head
    network_of head ip link add bridge type bridge
    network_of head ip address add 10.0.0.254/24 dev bridge
    network_of head ip link set bridge up
    serve head
}

is_gone() {
    [ ! -d "/proc/$1" ]
}

# end HOST: at once, with all of its processes.
end() {
    local pid
    pid=$(running "$1") || return 0
    kill -KILL "$pid"
    until_true 20 is_gone "$pid" || fail "$1 does not end (process $pid)"
    rm -f "$state/running/$1"
}

# fell NODE: nobody is told, since the link goes first.
fell() {
    network_of head ip link set "$1" down
    end "$1"
    network_of head ip link delete "$1" 2>/dev/null || : # connections may keep it for a while
}

# ---- All hosts

nodes() {
    seq -f 'node%.0f' 0 $(($(<"$state/nodes") - 1))
}

check_machine() {
    local program missing=() said
    [ "$(id -u)" = 0 ] || cannot "it takes root"
    for program in "$@"; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    [ ${#missing[@]} = 0 ] || cannot "missing are ${missing[*]}"
    said=$(unshare --net --uts --ipc --mount --pid --fork sh -euc '
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        ip link add end0 type veth peer name end1
        ip link add bridge0 type bridge
        tc qdisc add dev end0 root tbf rate 1mbit burst 65536 limit 262144' 2>&1) ||
        cannot "no namespaces, virtual networks or rates: $(tail -n 1 <<<"$said")"
}

write_hosts() {
    local node
    echo 127.0.0.1 localhost
    echo 10.0.0.254 head
    for node in $(nodes); do
        echo "10.0.0.$((${node#node} + 1)) $node"
    done
}

up() {
    local hosts=2 cpus=1 rate=none slurm=no shared=("$project") settings=() node
    while [ $# -gt 0 ]; do
        case $1 in
        --hosts) hosts=${2:?} && shift ;;
        --cpus) cpus=${2:?} && shift ;;
        --rate) rate=${2:?} && shift ;;
        --share) shared+=("$(realpath "${2:?}")") && shift ;;
        --set) settings+=("${2:?}") && shift ;;
        --slurm) slurm=yes ;;
        *) fail "up does not know '$1'" ;;
        esac
        shift
    done
    check_machine ip tc unshare nsenter taskset setsid
    [ $slurm = no ] || check_machine munged slurmctld slurmd sinfo srun setpriv
    ! running head >/dev/null || fail "cluster $name is up already ($state)"
    rm -rf --one-file-system "$state" # of one that was killed
    mkdir "$state" "$state/running" "$state/log" "$state/mounts"
    trap '[ $? = 0 ] || { down; }' EXIT
    echo "$hosts" >"$state/nodes"
    echo "$cpus" >"$state/cpus"
    echo "$rate" >"$state/rate"
    printf '%s\n' "${shared[@]}" >"$state/shared"
    write_hosts >"$state/hosts"
    printf '#!/bin/sh\nexec "%s" --name "%s" rsh "$@"\n' "$here/cluster.sh" "$name" >"$state/rsh"
    chmod +x "$state/rsh"
    [ $slurm = no ] || prepare_slurm "${settings[@]}"
    start_head
    for node in $(nodes); do
        start "$node"
    done
    [ $slurm = no ] || until_true 60 all_idle || fail "Slurm's nodes are not idle, see $state/log"
}

down() {
    [ -d "$state" ] || fail "no cluster $name is up ($state)"
    end head
    rm -rf --one-file-system "$state"
}

# ---- Work on hosts

# run HOST COMMAND...
run() {
    local child signal code
    need "$1"
    if [ -t 0 ]; then
        on "$@"
    fi
    # In a session of its own, a signal to all of this process's group comes once only.
    session=own on "$@" <&0 &
    child=$!
    for signal in HUP INT QUIT TERM USR1 USR2; do
        # shellcheck disable=SC2064
        trap "pkill -$signal -P $child || :" "$signal"
    done
    code=0
    wait "$child" || code=$?
    while kill -0 "$child" 2>/dev/null; do # a signal came
        code=0
        wait "$child" || code=$?
    done
    return "$code"
}

# rsh NODE LINE: what mpirun calls on the head.
rsh() {
    local pid
    read -r _ pid _ <"$state/running/$1"
    enter "$pid" sh -c "${*:2}"
}

# mpirun_over [--slots N] ARGUMENT...: by the launcher that a build was told to use, if there is one.
mpirun_over() {
    local slots=1 launcher
    if [ "${1:-}" = --slots ]; then
        slots=$2
        shift 2
    fi
    nodes | sed "s/$/ slots=$slots/" >"$state/open_mpi_hosts$slots"
    nodes | sed "s/$/:$slots/" >"$state/mpich_hosts$slots"
    # shellcheck source=scripts/open_mpi.sh
    . "$project/scripts/open_mpi.sh"
    export OMPI_MCA_plm_rsh_agent=$state/rsh OMPI_MCA_plm_rsh_no_tree_spawn=1
    export OMPI_MCA_orte_default_hostfile=$state/open_mpi_hosts$slots
    export OMPI_MCA_hwloc_base_binding_policy=none # nodes are bound to their cores already
    export HYDRA_LAUNCHER=rsh HYDRA_LAUNCHER_EXEC=$state/rsh HYDRA_HOST_FILE=$state/mpich_hosts$slots
    read -ra launcher <<<"${MPIBERT_MPIRUN:-mpirun}"
    run head "${launcher[@]}" "$@"
}

rate() {
    local node
    echo "$1" >"$state/rate"
    for node in $(nodes); do
        ! running "$node" >/dev/null || limit "$node" "$1"
    done
}

main() {
    name=default
    if [ "${1:-}" = --name ]; then
        name=$2
        shift 2
    fi
    state=${TMPDIR:-/tmp}/mpibert-cluster-$name
    local command=${1:-}
    [ $# = 0 ] || shift
    case $command in
    up | down) "$command" "$@" ;;
    run) run "${@:?}" ;;
    mpirun) need head && mpirun_over "$@" ;;
    rsh) rsh "$@" ;;
    rate) need head && rate "${1:?}" ;;
    cut) need "${1:?}" && network_of head ip link set "$1" down ;;
    mend) need "${1:?}" && mend "$1" ;;
    kill) need "${1:?}" && fell "$1" ;;
    start) need head && ! running "${1:?}" >/dev/null && start "$1" ;;
    bytes) need "${1:?}" && awk '$1 == "eth0:" { print $10, $2 }' "/proc/$(running "$1")/net/dev" ;;
    packets) need "${1:?}" && awk '$1 == "eth0:" { print $11, $3 }' "/proc/$(running "$1")/net/dev" ;;
    state) echo "$state" ;;
    *) usage && [ "$command" = --help ] || exit 2 ;;
    esac
}

main "$@"
