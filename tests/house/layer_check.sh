#!/bin/sh
# The layer check finds a forbidden module, a library in the wrong module, and nothing else.
set -eu
check=$(cd "$(dirname "$0")/.." && pwd)/check_layers.sh
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/src/nn" "$root/src/io" "$root/include/mpibert/nn" "$root/jobs"

expect() {
    found=$("$check" "$root" 2>&1) || true
    [ "$found" = "$1" ] || { echo "found '$found' instead of '$1'" >&2; exit 1; }
}

printf '#include "mpibert/math/gemm.h"\n#include <stdio.h>\n' >"$root/src/nn/a.c"
printf '#include <yaml.h>\n' >"$root/src/io/b.c"
printf '#include "mpibert/train/run.h"\n' >"$root/jobs/c.c"
expect ""
printf '#include "mpibert/io/file.h"\n' >"$root/src/nn/a.c"
expect "src/nn/a.c: module nn may not include io"
printf '#  include <mpi.h>\n' >"$root/src/nn/a.c"
expect "src/nn/a.c: <mpi.h> belongs to module comm"
printf '#include "mpibert/model/model.h"\n' >"$root/include/mpibert/nn/d.h"
rm "$root/src/nn/a.c"
expect "include/mpibert/nn/d.h: module nn may not include model"
if "$check" "$root" 2>/dev/null; then
    echo "a fault did not fail the check" >&2
    exit 1
fi
