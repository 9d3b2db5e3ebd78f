#!/usr/bin/env bash
# host.sh NAME STATE SHARED...: the first process of a host, in namespaces of its own (cluster.sh
# makes them). It gives the host its name and its private files; the host lives as long as it does.
set -euo pipefail
name=$1 state=$2
shared=("${@:2}")
aside=$state/mounts/$name

# fresh FOLDER OPTIONS: an empty file system on FOLDER, with nothing but what is shared.
fresh() {
    local folder=$1 path
    mount -n -t tmpfs -o "$2" "$name" "$aside"
    for path in "${shared[@]}"; do
        case $path in
        "$folder"/*)
            mkdir -p "$aside${path#"$folder"}"
            mount -n --bind "$path" "$aside${path#"$folder"}"
            ;;
        esac
    done
    mount -n --move "$aside" "$folder"
}

# The network that /sys shows is that of the process that mounts it; control groups stay, if any.
fresh_sys() {
    if [ ! -d /sys/fs/cgroup ]; then
        mount -n -t sysfs sysfs /sys
        return
    fi
    mount -n --rbind /sys/fs/cgroup "$aside"
    mount -n -t sysfs sysfs /sys
    mount -n --move "$aside" /sys/fs/cgroup
}

# This process's numbers, from the machine inwards.
while read -r key value; do
    [ "$key" != NSpid: ] || read -ra numbers <<<"$value"
done </proc/self/status

hostname "$name"
mount -n -t proc proc /proc
mkdir -p "$aside"
fresh_sys
fresh /run mode=755
fresh /dev/shm mode=1777
mount -n --bind "$state/hosts" /etc/hosts
if [ -d "$state/slurm" ]; then
    mount -n --bind "$state/slurm" /etc/slurm
fi
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
ip link set lo up
fresh /tmp mode=1777

# pid on the machine, pid on the head, network namespace
echo "${numbers[0]} ${numbers[1]} $(readlink /proc/self/ns/net)" >"$state/running/.$name"
mv "$state/running/.$name" "$state/running/$name"
# As the first process, bash also reaps what others leave behind.
while :; do
    sleep 3600
done
