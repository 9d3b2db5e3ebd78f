#!/bin/sh
# Fails where a module includes one that it may not know, or an outside library's header that
# belongs to another module. ARCHITECTURE.md has the same table.
#
#     tests/check_layers.sh [ROOT]
set -eu
cd "${1:-$(dirname "$0")/..}"

may_include() {
    case $1 in
    core) ;;
    math | comm | io | text) echo core ;;
    nn | optim) echo core math ;;
    data) echo core comm io text ;;
    report) echo core io ;;
    model) echo core math nn ;;
    eval) echo core comm data model ;;
    ckpt) echo core io optim model ;;
    train | measure) echo core math comm io text nn optim data model eval ckpt report train ;;
    jobs) echo core math comm io text nn optim data model eval ckpt report train measure ;;
    *) echo "unknown module $1" >&2 && exit 2 ;;
    esac
}

owner_of() {
    case $1 in
    mpi.h) echo comm ;;
    cblas.h) echo math ;;
    hdf5.h | yaml.h | jansson.h | zip.h | zlib.h | lzma.h | curl/* | openssl/*) echo io ;;
    utf8proc.h) echo text ;;
    esac
}

modules_in() { sed -nE 's|^[[:space:]]*#[[:space:]]*include "mpibert/([a-z0-9]+)/.*|\1|p' "$1" | sort -u; }
libraries_in() { sed -nE 's|^[[:space:]]*#[[:space:]]*include [<"]([^>"]+)[>"].*|\1|p' "$1"; }

module_of() {
    case $1 in
    jobs/*) echo jobs ;;
    *) echo "$1" | sed -E 's#^(src|include/mpibert)/([^/]+)/.*#\2#' ;;
    esac
}

faults=0
fault() {
    echo "$1: $2" >&2
    faults=$((faults + 1))
}

files=$(find src include/mpibert jobs -name '*.[ch]' | sort)
for file in $files; do
    module=$(module_of "$file")
    allowed=" $module $(may_include "$module" | tr '\n' ' ')"
    for other in $(modules_in "$file"); do
        case $allowed in
        *" $other "*) ;;
        *) fault "$file" "module $module may not include $other" ;;
        esac
    done
    for header in $(libraries_in "$file"); do
        owner=$(owner_of "$header")
        if [ -n "$owner" ] && [ "$owner" != "$module" ]; then
            fault "$file" "<$header> belongs to module $owner"
        fi
    done
done
[ "$faults" -eq 0 ] || exit 1
