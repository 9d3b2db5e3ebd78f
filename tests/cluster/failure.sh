#!/usr/bin/env bash
# Over hosts, a rank that is stopped, or whose host is cut off or gone, ends the job and is named, under
# mpirun and srun; and files that are on one host only are told of with rank and host.
. "$(dirname "$0")/lib.sh"

start_cluster --hosts 3 --slurm
silence=6
run=("${small_run[@]}" training.epochs=100000 "cluster.silence_seconds=$silence")
srun=(cluster run head srun "--mpi=$pmi" -N 3 -n 3)

# lives NODE: whether a rank does.
lives() {
    cluster run "$1" pgrep -x mpibert >/dev/null 2>&1
}

# start NAME LAUNCHER...: until a validation is told, and the others have heard that each rank trains.
start() {
    local name=$1
    shift
    "$@" "$program" train "${run[@]}" "checkpoint.directory=$work/$name" >"$work/$name.out" 2>&1 &
    job=$!
    for _ in $(seq 600); do
        ! grep -qsE '^ *2 \|' "$work/$name.out" || {
            sleep 2
            return 0
        }
        sleep 0.1
    done
    fail "$name did not start: $(cat "$work/$name.out")"
}

# named NAME RANK NODE...: within a minute the ranks of these other nodes have left and named it.
named() {
    local name=$1 rank=$2 node began=$SECONDS
    shift 2
    for node in "$@"; do
        while lives "$node"; do
            [ $((SECONDS - began)) -lt 60 ] || fail "$name: $node goes on: $(tail "$work/$name.out")"
            sleep 0.5
        done
    done
    local line="^mpibert: train: rank $rank on node$rank has not been heard of for [0-9]+ s, last while (training|validating|saving) after step"
    for _ in $(seq 300); do # srun passes on what ranks wrote after they have left
        ! grep -qE "$line" "$work/$name.out" || return 0
        sleep 0.1
    done
    tail -n 20 "$(cluster state)"/log/slurm* >&2
    fail "$name: nobody was named: $(tail "$work/$name.out")"
}

# A stopped process ends as well, though nothing else runs on its host.
start stopped "${srun[@]}"
cluster run node1 pkill -STOP -x mpibert
named stopped 1 node0 node1 node2
wait "$job" || true

# A cut of seconds is waited for.
start cut cluster mpirun -n 3
cluster cut node0
sleep 2
cluster mend node0
sleep 6
lives node1 || fail "a short cut ended the job: $(tail "$work/cut.out")"
cluster cut node0
named cut 0 node1 node2
for _ in $(seq 200); do # who is cut off leaves by itself
    lives node0 || break
    sleep 0.1
done
! lives node0 || fail "the rank that is cut off goes on"
cluster mend node0
kill -KILL "$job" 2>/dev/null || true # mpirun itself may wait for a quarter of an hour
wait "$job" || true

# Each host has a /tmp of its own.
cluster run node0 cp -r datasets/newsposts /tmp/posts
code=0
timeout 60 "$cluster_script" --name "drill-$$" mpirun -n 3 "$program" train "${small_run[@]}" data.train=/tmp/posts \
    "checkpoint.directory=$work/views" >"$work/views.out" 2>&1 || code=$?
[ "$code" = 3 ] || fail "data on one host alone: exit code $code: $(cat "$work/views.out")"
grep -qE '^mpibert: train: .*\(/tmp/posts, rank [12] on node[12]\)$' "$work/views.out" ||
    fail "data on one host alone: $(cat "$work/views.out")"

start gone "${srun[@]}"
cluster kill node1
named gone 1 node0 node2
