#!/bin/sh
# Fails where source files use each other in a circle of any length, as the symbols of their objects
# tell, and names the files of one.
#
#     tests/check_circles.sh BUILD [ROOT]     e.g. build/release
set -eu
build=$1
root=${2:-$(dirname "$0")/..}

# The objects whose sources are still there, in MODULE/CMakeFiles/TARGET.dir/FILE.o.
objects() {
    {
        (cd "$root" && find src jobs -name '*.c')
        (cd "$build" && find src jobs -name '*.o')
    } | awk '
        /\.c$/ { source[$0]; next }
        { file = $0; sub(/CMakeFiles\/[^\/]*\.dir\//, "", file); sub(/\.o$/, "", file) }
        file in source'
}

# "comm/part.c comm/bell.c" for each file and one that it uses. Objects of all instruction sets count
# as one.
uses=$(objects | (cd "$build" && xargs nm -A -P -g) | awk '
    {
        at = index($0, ": ")
        file = substr($0, 1, at - 1)
        sub(/\/CMakeFiles\/[^\/]*\.dir\//, "/", file)
        sub(/\.o$/, "", file)
        parts = split(file, part, "/")
        file = part[parts - 1] "/" part[parts]
        split(substr($0, at + 2), symbol, " ")
        if (symbol[2] == "U") {
            wanted[file, symbol[1]]
        } else {
            home[symbol[1]] = file
        }
    }
    END {
        for (use in wanted) {
            split(use, part, SUBSEP)
            if (part[2] in home && home[part[2]] != part[1]) {
                print part[1], home[part[2]]
            }
        }
    }')
[ -n "$uses" ] || { echo "no object that uses another one was found below $build" >&2; exit 1; }

if ! circle=$(printf '%s\n' "$uses" | tsort 2>&1 >/dev/null); then
    echo "these files use each other in a circle:" >&2
    printf '%s\n' "$circle" | awk '/contains a loop/ { if (loops++) exit; next } { print "    " $2 }' >&2
    exit 1
fi
