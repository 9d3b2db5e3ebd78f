#!/usr/bin/env bash
# Sets up like quickstart.sh, then runs every test. Tests that need what is not there are skipped,
# and the end says why.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/setup.sh

plan install build_all fetch test

begin_part "Installing what the program and its tests need"
install_packages "${packages[@]}" python3
install_packages "${cluster_packages[@]}" || echo "No test cluster: its drills are skipped."

begin_part "Building the program and its tests"
build release

begin_part "Getting a pretrained model"
fetch_minilm || echo "No pretrained model: the tests that need one are skipped."

begin_part "Testing"
mkdir -p build/log
code=0
ctest --preset release --parallel 2 --timeout 900 --output-junit "$PWD/build/log/tests.xml" "$@" || code=$?
scripts/skipped.sh build/log/tests.xml
scripts/failed.sh build/log/tests.xml
exit "$code"
