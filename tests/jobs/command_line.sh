#!/usr/bin/env bash
# Help and version work everywhere; every mistake on the command line is one line and exit code 2.
. "$(dirname "$0")/lib.sh"

"$program" --help >"$work/help"
for command in fetch tokenize preprocess train evaluate predict embed inspect bench; do
    grep -q "^  $command " "$work/help" || fail "--help lacks $command"
    "$program" "$command" --help >"$work/out" 2>"$work/err"
    grep -q "^usage: mpibert $command" "$work/out" || fail "$command --help has no usage"
    [ ! -s "$work/err" ] || fail "$command --help wrote to standard error"
    "$program" help "$command" >"$work/same"
    cmp -s "$work/out" "$work/same" || fail "help $command is not $command --help"
done
# Where to begin: the table of README.md, whose configurations are there.
sed -nE 's/^  (.*[^ ]) +configs\/([a-z_]+\.yaml) +(.*)$/\1 | \2 | \3/p' "$work/help" >"$work/begin"
sed -nE 's/^\| ([^|]*) \| `configs\/([^`]*)` \| `[a-z]*` \| ([^|]*) \|$/\1 | \2 | \3/p' README.md |
    diff "$work/begin" - >&2 || fail "README.md begins otherwise than --help"
while IFS='|' read -r _ config _; do
    [ -f "configs/${config// /}" ] || fail "--help names configs/$config, which is not there"
done <"$work/begin"
"$program" help >"$work/out"
cmp -s "$work/help" "$work/out" || fail "help is not --help"
"$program" --version >"$work/version"
for what in "mpibert [0-9]" HDF5 libyaml Jansson libcurl; do
    grep -q "^$what" "$work/version" || fail "--version lacks $what"
done

refuses 2 "mpibert: a command was expected, mpibert --help lists them (command line)"
refuses 2 "mpibert: unknown command trian, did you mean train? (command line)" trian
refuses 2 "mpibert: unknown command xyzzy, mpibert --help lists them (command line)" xyzzy
refuses 2 "mpibert: unknown command trian, did you mean train? (command line)" help trian
refuses 2 "mpibert: help: unexpected argument 'predict' (command line)" help train predict
refuses 2 "mpibert: inspect: unknown option --jsno, did you mean --json? (command line)" \
    inspect --jsno
refuses 2 "mpibert: inspect: --json takes no value (command line)" inspect --json=yes
refuses 2 "mpibert: inspect: unexpected argument 'b' (command line)" inspect a b
refuses 2 "mpibert: train: --config needs a value (command line)" train --config
refuses 2 "mpibert: train: --config has an empty value (command line)" train --config=
refuses 2 "mpibert: train: --config is given twice (command line)" train --config=a --config b
refuses 2 "mpibert: inspect: --json is given twice (command line)" inspect --json a --json
refuses 2 "mpibert: train: unexpected argument 'epochs'" train epochs
refuses 2 "did you mean training.epochs? (command line)" train training.epocs=3
refuses 2 "no/such.yaml" train --config no/such.yaml
refuses 2 "data.train" train training.epochs=1
refuses 2 "--output DIR is needed" preprocess --config configs/newsposts.yaml
refuses 2 "--split is 'half', allowed are all, train, validation, test (command line)" \
    preprocess --output x --split half
touch "$work/same"
ln "$work/same" "$work/link"
refuses 2 "--output is the file of --input, another one was expected ($work/link)" \
    predict --model no/such --input "$work/same" --output "$work/link"

# What is no line could pass for another one of a log or a list.
forged=$'x\nmpibert: all is well'
for option in --model --input --output; do
    refuses 2 "$option is 'x?mpibert: all is well', a name without line breaks" \
        predict "$option=$forged"
done
refuses 2 "NAME is 'x?mpibert: all is well', a name without line breaks" fetch "$forged"
for key in "data: {train" "checkpoint: {directory" "model: {name"; do
    echo "$key: \"x\\nmpibert: all is well\"}" >"$work/forged.yaml"
    refuses 2 "is 'x?mpibert: all is well', a text without line breaks" \
        train --config "$work/forged.yaml"
done

# All wrong keys at once: the first as ever, the others below it.
printf 'training:\n  epocs: 3\n  batch_size: many\n' >"$work/wrong.yaml"
code=0
"$program" train --config "$work/wrong.yaml" logging.evry_steps=1 >"$work/out" 2>"$work/err" || code=$?
[ "$code" = 2 ] || fail "three wrong keys gave $code instead of 2"
cat >"$work/want" <<END
mpibert: train: unknown key training.epocs, did you mean training.epochs? ($work/wrong.yaml, line 2)
    training.batch_size is 'many', a whole number from 1 to 1000000 was expected ($work/wrong.yaml, line 3)
    unknown key logging.evry_steps, did you mean logging.every_steps? (command line)
END
diff "$work/want" "$work/err" >&2 || fail "three wrong keys are not told together"

# A result that cannot be written is not success.
code=0
"$program" --help >/dev/full 2>"$work/err" || code=$?
[ "$code" = 4 ] || fail "a full disk gave $code instead of 4"

# Two ranks say a thing once.
code=0
on 2 train training.epocs=3 >"$work/out" 2>"$work/err" || code=$?
[ "$code" = 2 ] || fail "two ranks gave $code instead of 2"
[ "$(grep -c '^mpibert: ' "$work/err")" = 1 ] || fail "two ranks said: $(cat "$work/err")"
