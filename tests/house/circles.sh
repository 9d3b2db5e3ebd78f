#!/bin/sh
# No source files use each other in a circle, and the check finds one where there is one.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
"$tests/check_circles.sh" "$MPIBERT_BUILD"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
objects=$work/src/ring/CMakeFiles/mpb_ring.dir
mkdir -p "$objects" "$work/src/ring" "$work/jobs"
compile() {
    echo "$2" >"$work/src/ring/$1.c"
    "${CC:-cc}" -c -o "$objects/$1.c.o" "$work/src/ring/$1.c"
}

compile a 'int b(void); int a(void) { return b(); }'
compile b 'int c(void); int b(void) { return c(); }'
compile c 'int c(void) { return 0; }'
"$tests/check_circles.sh" "$work" "$work"
compile c 'int a(void); int c(void) { return a(); }'
if "$tests/check_circles.sh" "$work" "$work" 2>"$work/said"; then
    echo "a circle did not fail the check" >&2
    exit 1
fi
for file in a b c; do
    grep -qx "    ring/$file.c" "$work/said" || { cat "$work/said" >&2; exit 1; }
done

# What is left of a file that is gone counts no more.
rm "$work/src/ring/b.c"
"$tests/check_circles.sh" "$work" "$work"
