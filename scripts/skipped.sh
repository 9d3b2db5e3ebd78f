#!/usr/bin/env bash
# skipped.sh RESULTS: the tests that CTest skipped, by what it wrote under --output-junit, and the
# reason that each printed as "SKIPPED: reason".
set -euo pipefail

awk '
    /<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
                   skipped = 0; reason = "it does not say why" }
    /<skipped/ { skipped = 1 }
    /SKIPPED: / { reason = $0; sub(/.*SKIPPED: /, "", reason); sub(/<\/system-out>.*/, "", reason) }
    /<\/testcase>/ && skipped { if (!count++) print "\nSkipped:"; print "  " name ": " reason }
' "$1"
