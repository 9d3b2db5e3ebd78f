#!/usr/bin/env bash
# Sets up like quickstart.sh, then runs every test. Tests that need data which is not there report
# themselves as skipped.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/setup.sh

set_up
fetch_minilm || echo "No pretrained model: the tests that need one are skipped."

say "Testing"
ctest --preset release --timeout 900 "$@"
