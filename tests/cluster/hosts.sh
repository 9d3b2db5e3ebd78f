#!/usr/bin/env bash
# The cluster itself: hosts of their own that can be cut off, killed and started, and leave nothing.
. "$(dirname "$0")/lib.sh"

# What a cluster could leave behind.
traces() {
    ip -brief link | awk '{ print $1 }'
    sort /proc/mounts
    find /sys/fs/cgroup -type d 2>/dev/null | sort
    find /dev/shm /run "${TMPDIR:-/tmp}" -maxdepth 1 -name "*cluster-drill-$$*" | sort
    pgrep -f "mpibert-cluster-drill-$$" || :
}

# reaches FROM TO: who has no such service refuses it at once.
reaches() {
    local said
    said=$(cluster run "$1" timeout 2 bash -c "exec 3<>/dev/tcp/$2/9" 2>&1) || :
    [[ $said == *refused* ]]
}

# rates HOST INTERFACE
rates() {
    cluster run "$1" tc qdisc show dev "$2" | sed -nE 's/.* rate ([^ ]+) .*/\1/p'
}

traces >"$work/before"
start_cluster --hosts 3 --rate 500

[ "$(cluster run node1 hostname)" = node1 ] || fail "a host has another name"
cluster run node0 touch /tmp/mine /dev/shm/mine /run/mine "$work/ours"
cluster run node1 test -e "$work/ours" || fail "what is shared is not seen"
[ -z "$(cluster run node1 find /tmp /dev/shm /run -maxdepth 1 -name mine)" ] || fail "hosts share /tmp"
[ ! -e /dev/shm/mine ] || fail "a host writes to the machine's memory"
[ "$(cluster run node2 pwd)" = "$PWD" ] || fail "a command runs in another folder"
[ "$(cluster run node0 nproc)" = 1 ] || fail "a host has more than one core"
[ "$(cluster run node0 sh -c 'ls /proc | grep -c "^[0-9]"')" -lt 9 ] || fail "a host sees others' processes"
[ "$(rates node0 eth0) $(rates head node0)" = "500Mbit 500Mbit" ] || fail "the link has no rate"
cluster rate none
[ -z "$(rates node0 eth0)$(rates head node0)" ] || fail "the link still has a rate"
cluster up 2>/dev/null && fail "it starts twice"

code=0
cluster run node0 sh -c 'exit 7' || code=$?
[ "$code" = 7 ] || fail "exit code 7 arrives as $code"
code=0
timeout 1 "$cluster_script" --name "drill-$$" run node0 sh -c 'trap "exit 5" TERM; sleep 60 & wait' || code=$?
cluster run node0 pgrep sleep -a | grep -q 'sleep 60' || fail "the command was not there"
cluster run node0 pkill -f 'sleep 60'
[ "$code" = 124 ] || fail "a signal is not passed on"

cluster mpirun -n 3 sh -c 'hostname' | sort >"$work/out"
printf 'node%s\n' 0 1 2 | diff - "$work/out" >&2 || fail "not a rank on each host"

reaches node0 node1 || fail "hosts do not reach each other"
cluster cut node1
reaches node0 node1 && fail "the link is not cut"
cluster mend node1
reaches node0 node1 || fail "the link is not mended"
cluster kill node1
cluster run node1 true 2>/dev/null && fail "the host is not dead"
reaches node0 node1 && fail "a dead host answers"
cluster start node1
reaches node0 node1 || fail "the host is not back"

# One whose head was killed is in nobody's way.
pkill -KILL -f "host.sh head $(cluster state) "
cluster up --hosts 1
cluster run node0 true
cluster down
traces | diff "$work/before" - >&2 || fail "it leaves something behind"
