#!/bin/sh
# The header check finds names without the prefix and functions that do not say who calls them, and
# nothing else.
set -eu
check=$(cd "$(dirname "$0")/.." && pwd)/check_headers.sh
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
header=include/mpibert/a/a.h
mkdir -p "$root/include/mpibert/a"

expect() {
    printf '#pragma once\n\n%b' "$2" >"$root/$header"
    found=$("$check" "$root" 2>&1) || true
    [ "$found" = "$1" ] || { echo "found '$found' instead of '$1' in: $2" >&2; exit 1; }
}

expect "" '/* Things. Local. */\n\n#define MPB_X(a) \\\\\n    a\n\nenum { MPB_A = 1, MPB_B };\n\n/* Makes. */\nint mpb_make(int x,\n             int y);\nvoid mpb_drop(void);\n'
expect "" '/* Things. */\n\ntypedef struct mpb_t {\n    int other; /* (local) */\n} mpb_t;\n\n/* A pair. Collective. */\nint mpb_begin(const mpb_t *t);\nvoid mpb_end(mpb_t *t);\n'
expect "$header:8: \`mpb_two\` is said to be neither collective nor local" \
    '/* Things. */\n\n/* One. Local. */\nint mpb_one(void);\n\nvoid mpb_two(void);\n'
expect "$header:8: \`mpb_two\` is said to be neither collective nor local" \
    '/* Things. */\n\n/* One. Collective. */\nstatic inline int mpb_one(int x) { return x; }\n/* Two, locally known. */\nint mpb_two(void);\n'
expect "$header:5: \`make\` lacks the prefix mpb_" '/* Local. */\n\nint make(void);\n'
expect "$header:7: \`things\` lacks the prefix mpb_" '/* Local. */\n\ntypedef struct things {\n    int x;\n} things;\n'
expect "$header:5: \`ONE\` lacks the prefix MPB_" '/* Local. */\n\nenum { MPB_ZERO = 0, ONE = 1 };\n'
expect "$header:5: \`COUNT\` lacks the prefix MPB_" '/* Local. */\n\n#define COUNT 3\n'
if "$check" "$root" 2>/dev/null; then
    echo "a fault did not fail the check" >&2
    exit 1
fi
