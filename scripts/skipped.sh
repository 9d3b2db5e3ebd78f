#!/usr/bin/env bash
# skipped.sh BUILD: the tests that CTest last skipped there, and the reason that each printed as
# "SKIPPED: reason".
set -euo pipefail

awk '
    / Testing: / { name = $3; reason = "it does not say why" }
    /^SKIPPED: / { reason = substr($0, length("SKIPPED: ") + 1) }
    /^Test Skipped\.$/ { if (!count++) print "\nSkipped:"; print "  " name ": " reason }
' "$1/Testing/Temporary/LastTest.log"
