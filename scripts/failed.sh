#!/usr/bin/env bash
# failed.sh RESULTS: the tests that failed, by what CTest wrote under --output-junit, with the last
# lines that each printed.
set -euo pipefail

awk '
    /<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
                   failed = 0; lines = 0 }
    /<failure/ { failed = 1 }
    /<system-out>/ { sub(/.*<system-out>/, ""); inside = 1 }
    inside { line[lines++ % 20] = $0 }
    /<\/system-out>/ { inside = 0 }
    /<\/testcase>/ && failed {
        print "\nFailed: " name
        for (i = lines > 20 ? lines - 20 : 0; i < lines; i++) {
            text = line[i % 20]
            sub(/<\/system-out>.*/, "", text)
            gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&amp;/, "\\&", text)
            print "  " text
        }
    }
' "$1"
