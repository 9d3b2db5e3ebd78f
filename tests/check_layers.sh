#!/bin/sh
# Fails where a module includes one that it may not know, or an outside library's header that
# belongs to another module. ARCHITECTURE.md has the same table.
#
#     tests/check_layers.sh [ROOT]
set -eu
cd "${1:-$(dirname "$0")/..}"

below_train="core math comm io text nn optim records shards encode corpus model onnx eval vectors picture
task ckpt report config step session budget saving describe"

may_include() {
    case $1 in
    core) ;;
    math | io | text) echo core ;;
    comm | nn | optim) echo core math ;;
    report) echo core io ;;
    model) echo core math nn ;;
    onnx) echo core io model ;;
    records) echo core io ;;
    shards) echo core io records ;;
    encode) echo core io text records shards ;;
    corpus) echo core comm io text records shards encode ;;
    eval) echo core math comm text model shards ;;
    vectors) echo core math io text shards model eval ;;
    picture) echo core ;;
    task) echo core io math text nn records shards model eval ;;
    ckpt) echo core io optim model ;;
    config) echo core io records model eval ;;
    step) echo core math comm nn optim shards model eval task config ;;
    session) echo core math comm io text records shards encode corpus model eval vectors task ckpt report config ;;
    budget) echo core math comm io model config step session ;;
    saving) echo core math comm io model ckpt step session ;;
    describe) echo core io shards task model ckpt report config session ;;
    train | measure | doctor) echo $below_train train ;;
    forecast) echo $below_train train measure ;;
    jobs) echo $below_train train measure doctor forecast ;;
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

modules="$below_train train measure doctor forecast jobs"

# "may MODULE OTHER..." of all modules, then "FILE HEADER OWNER" of all includes.
{
    for module in $modules; do
        echo "may $module $module $(may_include "$module" | tr '\n' ' ')"
    done
    find src include/mpibert jobs -name '*.[ch]' | sort |
        xargs grep -HE '^[[:space:]]*#[[:space:]]*include [<"]' | sed -E 's/^([^:]*):[^<"]*[<"]([^>"]+)[>"].*/\1 \2/' |
        while read -r file header; do
            echo "$file $header $(owner_of "$header")"
        done
} | awk '
    $1 == "may" {
        for (i = 3; i <= NF; i++) {
            may[$2, $i]
        }
        known[$2]
        next
    }
    function fault(what) {
        print $1 ": " what
        faults++
    }
    {
        split($1, part, "/")
        module = part[1] == "jobs" ? "jobs" : part[1] == "include" ? part[3] : part[2]
        if (!(module in known)) {
            fault("unknown module " module)
        } else if ($2 ~ /^mpibert\//) {
            split($2, part, "/")
            if (!((module, part[2]) in may)) {
                fault("module " module " may not include " part[2])
            }
        } else if ($3 != "" && $3 != module) {
            fault("<" $2 "> belongs to module " $3)
        }
    }
    END { exit faults > 0 }
' >&2
