#!/usr/bin/env bash
# What quickstart.sh and test.sh are made of.
. "$(dirname "$0")/../run/lib.sh"

case $program in /*) ;; *) program=$PWD/$program ;; esac

# README's mpirun runs in a container, as root and on one core. (Open MPI itself may be elsewhere.)
# shellcheck disable=SC2016
env -i "PATH=$PATH" "HOME=$HOME" taskset -c "$(taskset -cp $$ | sed -E 's/.*: ([0-9]+).*/\1/')" \
    bash -c '. scripts/open_mpi.sh && mpirun -n 3 "$1" --version' - "$program" \
    >"$work/out" 2>"$work/err" || fail "mpirun on one core: $(cat "$work/err")"
[ "$(grep -c '^mpibert ' "$work/out")" = 3 ] || fail "not three ranks: $(cat "$work/out")"

# What a command says goes to a file, and its end is shown where it fails, with its exit code.
mkdir "$work/project"
cp -r scripts "$work/project"
cat >"$work/project/parts.sh" <<'SCRIPT'
. scripts/setup.sh
nproc() { echo 4; }
plan install build
begin_part "First"
quietly fine echo much
begin_part "Second"
quietly wrong sh -c 'seq 100; exit 7' || echo "gave $?"
SCRIPT
(cd "$work/project" && bash -eu parts.sh) >"$work/out" 2>"$work/err"
cat >"$work/want" <<'END'

== 1 of 2: First (about 60 s, 2 min to the end)
done in 0 s

== 2 of 2: Second (about 60 s, 60 s to the end)
gave 7
END
diff "$work/want" "$work/out" >&2 || fail "the parts of a script"
[ "$(head -n 1 "$work/err")" = 81 ] || fail "not the last lines of a log: $(cat "$work/err")"
grep -q 'exit code 7; all it said is in build/log/wrong.log' "$work/err" || fail "no log is named"
[ "$(cat "$work/project/build/log/fine.log")" = much ] || fail "the log lacks what was said"

# The reasons of skipped tests, from what CTest itself wrote.
mkdir "$work/tests"
cat >"$work/tests/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.22)
project(skips NONE)
enable_testing()
add_test(NAME one.told COMMAND sh -c "echo SKIPPED: no hub; exit 77")
add_test(NAME two.runs COMMAND sh -c "echo fine")
add_test(NAME three.silent COMMAND sh -c "exit 77")
set_tests_properties(one.told two.runs three.silent PROPERTIES SKIP_RETURN_CODE 77)
END
cmake -S "$work/tests" -B "$work/tests/build" >/dev/null
ctest --test-dir "$work/tests/build" --output-junit "$work/tests.xml" >/dev/null
scripts/skipped.sh "$work/tests.xml" >"$work/out"
printf '\nSkipped:\n  one.told: no hub\n  three.silent: it does not say why\n' >"$work/want"
diff "$work/want" "$work/out" >&2 || fail "the skipped tests"
