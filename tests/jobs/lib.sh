# Shared by the tests of the commands.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../run/lib.sh"

# refuses CODE TEXT ARGUMENT...: the exit code, nothing on standard output, and one line on
# standard error that holds TEXT.
refuses() {
    local code=$1 text=$2 found=0
    shift 2
    "$program" "$@" >"$work/out" 2>"$work/err" || found=$?
    [ "$found" = "$code" ] || fail "$* gave $found instead of $code: $(cat "$work/err")"
    [ ! -s "$work/out" ] || fail "$* printed: $(head -n 3 "$work/out")"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "$* said more than a line: $(cat "$work/err")"
    grep -qF -- "$text" "$work/err" || fail "$* said '$(cat "$work/err")' instead of '$text'"
}
