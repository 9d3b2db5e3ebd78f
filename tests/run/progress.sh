#!/usr/bin/env bash
# A line moves on a terminal, alone and through mpirun, and leaves nothing behind; no file and no
# pipe ever gets a carriage return.
. "$(dirname "$0")/lib.sh"
command -v script >/dev/null || skip "script (of bsdutils) makes the terminal"

export TERM=xterm
unset CI NO_COLOR
return=$'\r'
erase=$'\r\033[K'

# Long enough for a few drawings, which are a tenth of a second apart.
settings=("${small_run[@]}" training.epochs=2)
is_sanitized ||
    settings+=("model.architecture={hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512}")
launcher="${mpirun[*]} -n 2"

# terminal NAME COMMAND: the shell's command on a terminal of 60 columns; what that got is
# $work/NAME.got, and what a person then sees $work/NAME.seen.
terminal() {
    printf 'stty cols 60 2>/dev/null || true\n%s\n' "$2" >"$work/$1.sh"
    rm -rf "$work/run"
    script -qec "bash $work/$1.sh" "$work/$1.log" >/dev/null </dev/null ||
        fail "$1: exit code $?: $(cat "$work/$1.log")"
    grep -v '^Script ' "$work/$1.log" >"$work/$1.got"
    # A row holds what was written since it was last erased; the terminal ends it with a return.
    sed -e "s/$return*\$//" -e "s/.*$return\\x1b\\[K//" "$work/$1.got" >"$work/$1.seen"
}

command_of() {
    printf '%q ' "$program" "$@" "${settings[@]}" "checkpoint.directory=$work/run"
}

# drawings NAME: how often steps were drawn.
drawings() {
    { grep -oF "${erase}step " "$work/$1.got" || true; } | wc -l
}

# moves NAME: some steps were drawn, no line reaches the last column, and nothing of them stays.
moves() {
    [ "$(drawings "$1")" -ge 2 ] || fail "$1: no line moves: $(cat -v "$work/$1.got")"
    tr "$return" '\n' <"$work/$1.got" | sed -n 's/^\x1b\[Kstep /step /p' |
        awk 'length($0) > 59 { exit 1 }' ||
        fail "$1: a line is wider than the terminal"
    ! grep -qE 'step [0-9]+/|ETA' "$work/$1.seen" || fail "$1: left behind: $(cat "$work/$1.seen")"
    grep -qE '^    2 \|  *[0-9.]+ \|' "$work/$1.seen" || fail "$1: no second row: $(cat "$work/$1.seen")"
}

# plain NAME FILE: neither return nor escape.
plain() {
    ! grep -q "[$return"$'\033]' "$2" || fail "$1: $2 holds $(cat -v "$2")"
}

terminal alone "$(command_of train)"
moves alone
terminal mpirun "$launcher $(command_of train)"
moves mpirun
# A script of the user's between launcher and program.
printf '#!/bin/sh\n"$@"\n' >"$work/wrapper"
chmod +x "$work/wrapper"
terminal wrapped "$launcher $work/wrapper $(command_of train)"
moves wrapped
# Rows go elsewhere, the line is still on the terminal.
terminal tee "$launcher $(command_of train) | tee $work/table >/dev/null"
[ "$(drawings tee)" -ge 2 ] || fail "no line beside tee: $(cat -v "$work/tee.got")"
plain tee "$work/table"
grep -q '^    2 |' "$work/table" || fail "no rows through tee"

redirections=(">$work/file 2>&1" "2>$work/file" "2>&1 | cat >$work/file")
for redirection in "${redirections[@]:0:$(unless_sanitized 3 1)}"; do
    terminal file "$launcher $(command_of train) $redirection"
    plain "mpirun $redirection" "$work/file"
    ! grep -qF "$erase" "$work/file.got" || fail "mpirun $redirection draws"
    terminal file "$(command_of train) $redirection"
    plain "$redirection" "$work/file"
done
for variable in $(unless_sanitized "TERM=dumb CI=true NO_COLOR=1" CI=true); do
    terminal asked "export $variable; $launcher $(command_of train)"
    ! grep -qF "$erase" "$work/asked.got" || fail "$variable draws"
done
terminal on "export CI=true; $launcher $(command_of train) logging.progress=on"
moves on
terminal off "$launcher $(command_of train) logging.progress=off"
! grep -qF "$erase" "$work/off.got" || fail "logging.progress=off draws"

# The other commands that take long.
"$program" train "${settings[@]}" "checkpoint.directory=$work/model" >/dev/null 2>&1
for i in $(seq 1500); do echo "text number $i of the goalie and his stick, again and again"; done \
    >"$work/texts.txt"
terminal predict "$launcher $program predict --model $work/model/final --input $work/texts.txt --output $work/p.jsonl"
grep -qF "${erase}predicting " "$work/predict.got" || fail "predict: $(cat -v "$work/predict.got")"
! grep -q predicting "$work/predict.seen" || fail "predict leaves $(cat "$work/predict.seen")"
