#!/usr/bin/env bash
# mpibert doctor over hosts: healthy ones, and one of them broken in one way after the other, which is
# named with its host and the remedy.
. "$(dirname "$0")/lib.sh"

skew_clock=$(realpath "$2")
start_cluster --hosts 3 --cpus "$(nproc)" --rate 600 --slurm

# doctor COMMAND...: what it prints goes to $work/out, the exit code to $code. One start in a hundred
# of Open MPI 4.1 over TCP crashes on a busy machine, with any settings; it is made again.
doctor() {
    for _ in 1 2 3; do
        code=0
        cluster "$@" >"$work/out" 2>"$work/err" || code=$?
        grep -q 'Signal: Segmentation fault' "$work/err" || return 0
    done
}
on_hosts=(mpirun -n 3)

# found CODE SEVERITY CHECK TEXT REMEDY
found() {
    local line
    line=$(grep -n "^$2  *$3  *.*$4" "$work/out" | head -n 1 | cut -d: -f1) || true
    [ -n "$line" ] || fail "no '$2 $3 $4' in: $(cat "$work/out" "$work/err")"
    sed -n "$((line + 1))p" "$work/out" | grep -q "^  *remedy: .*$5" ||
        fail "no remedy '$5' below '$4': $(cat "$work/out")"
    [ "$code" = "$1" ] || { [ "$1" = 1 ] && [ "$code" = 4 ]; } || fail "$3 gave $code instead of $1"
}

# fine CHECK TEXT
fine() {
    grep -q "^ok  *$1  *.*$2" "$work/out" || fail "$1 is not fine: $(cat "$work/out" "$work/err")"
}

# Healthy, as far as hosts are concerned; this machine may have reasons of its own for advice.
mkdir "$work/data"
echo text >"$work/data/a.txt"
for _ in 1 2 3; do # a busy machine makes links differ
    doctor run head srun "--mpi=$pmi" --nodes=3 --ntasks=3 --cpu-bind=none "$program" doctor \
        --data "$work/data" "checkpoint.directory=$work/run" "data.cache_directory=$work/cache"
    grep -q '^ok  *links' "$work/out" && break
done
[ "$code" -le 1 ] || fail "healthy hosts gave $code: $(cat "$work/out" "$work/err")"
fine start '3 ranks on 3 hosts'
fine reading "all hosts read $work/data"
fine writing "all hosts write to $work/run, $work/cache"
fine clock 'agree'
fine addresses 'no two hosts'
fine transport 'nothing keeps MPI'
fine links 'Gb/s each way'

# Started by a launcher that MPI does not know.
for kind in none pmi2 pmix; do
    [ "$kind" != "$pmi" ] || continue
    doctor run head srun --mpi="$kind" --nodes=3 --ntasks=3 "$program" doctor
    found 4 fail start '3 processes were started' "srun --mpi=$pmi -n 3 mpibert"
    [ "$(grep -c '^fail' "$work/out")" = 1 ] || fail "not said once: $(cat "$work/out")"
done

# One host's link does a tenth of what those of the others do.
cluster run node1 tc qdisc replace dev eth0 root tbf rate 60mbit burst 65536 limit 262144
doctor "${on_hosts[@]}" "$program" doctor
found 1 advice links 'messages of this host take 0\.[0-2].*(host node1)' 'without it'
cluster rate 600

# Folders that are there, but not on each host or not the same.
cluster run node0 mkdir /tmp/data
doctor "${on_hosts[@]}" "$program" doctor --data /tmp/data "checkpoint.directory=/tmp/run"
found 4 fail reading '/tmp/data is missing (hosts node1, node2)' 'that all hosts mount'
found 4 fail writing "/tmp/run is another folder than rank 0's" 'that all hosts mount'

# A clock that is wrong.
doctor "${on_hosts[@]}" env "LD_PRELOAD=$skew_clock" SKEW_HOST=node2 SKEW_SECONDS=90 \
    "$program" doctor
found 1 advice clock 'the clock is [89][0-9.]* s ahead of that of host node0 (host node2)' NTP

# A container's /dev/shm, on one host of two ranks each, of which MPICH needs 11 MiB to start.
cluster run node1 mount -o remount,size=16m /dev/shm
doctor mpirun --slots 2 -n 6 "$program" doctor
found 1 advice 'shared memory' 'free in /dev/shm.*(host node1)\|refused memory to share' \
    '--shm-size'
