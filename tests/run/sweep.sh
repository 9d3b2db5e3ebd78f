#!/usr/bin/env bash
# train --sweep gives the runs that each setting and seed alone gives, stops the settings that do worst,
# and goes on where it was stopped.
. "$(dirname "$0")/lib.sh"

settings=(training.epochs=3 checkpoint.keep=1)
for setting in "${small_run[@]}"; do # but for what is the sweep's
    [[ $setting == training.learning_rate=* || $setting == training.epochs=* ]] || settings+=("$setting")
done
export OPENBLAS_CORETYPE=Prescott # so slow that all starts choose our own products

cat >"$work/ways.yaml" <<'END'
ways:
  full: {training.learning_rate: [5.0e-5, 2.0e-3]}
  probe: {model.trainable: head, training.learning_rate: 1.0e-2}
  lora: {model.lora: {rank: 4, targets: [query, value]}, training.learning_rate: 5.0e-3}
seeds: [1, 2]
halving: {keep: 0.5, after_epochs: [1]}
END
names=(full-learning_rate-5.0e-5 full-learning_rate-2.0e-3 probe lora)

# settings_of NAME: of the run alone.
settings_of() {
    case $1 in
    full-*) echo "training.learning_rate=${1#full-learning_rate-}" ;;
    probe) echo "model.trainable=head training.learning_rate=1.0e-2" ;;
    lora) echo "model.lora.rank=4 model.lora.targets=[query,value] training.learning_rate=5.0e-3" ;;
    esac
}

# sweep RANKS RUN ARGUMENT...: of the ways, or of those that $ways names.
sweep() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$run" \
        --sweep "${ways:-$work/ways.yaml}" "$@" >"$work/rows" 2>"$work/err"
}

# table FILE: without the column of seconds.
table() {
    awk -F' [|] ' 'NF > 1 { print $1 "|" $2 "|" $3 "|" $5 "|" $6; next } { print }' "$1"
}

# figures RUN: validation accuracies, one an epoch.
figures() {
    sed -nE 's/.*"eval_accuracy": ([0-9.]+).*/\1/p' "$1/metrics.jsonl"
}

# ---- The same table on any number of ranks, while each run has one

ranks=$(unless_sanitized "1 2 3 4" "1 3")
for n in $ranks; do
    run=$work/on-$n
    sweep "$n" "$run" || fail "on $n: $(cat "$work/err")"
    table "$run/sweep.txt" >"$work/table-$n"
    cmp "$work/table-1" "$work/table-$n" || fail "another table on $n ranks: $(cat "$work/table-$n")"
    tail -n "$(wc -l <"$run/sweep.txt")" "$work/rows" | cmp - "$run/sweep.txt" ||
        fail "another table on the screen: $(cat "$work/rows")"
done
grep -q 'train: 8 runs of 4 settings and 2 seeds, ' "$work/err" || fail "$(cat "$work/err")"
run=$work/on-1

# The better half after the first epoch, by means over the seeds; of equals the first in the file.
for i in "${!names[@]}"; do
    for seed in 1 2; do figures "$run/${names[i]}-seed-$seed" | head -n 1; done |
        awk -v i="$i" -v name="${names[i]}" '{ s += $1 } END { printf "%.17g %d %s\n", s / NR, i, name }'
done | LC_ALL=C sort -k1,1gr -k2,2n | head -n 2 | cut -d' ' -f3 | sort >"$work/want"
sed -nE 's/^([a-z][^ ]*) +\|.*\| finished$/\1/p' "$run/sweep.txt" | sort >"$work/kept"
cmp "$work/want" "$work/kept" || fail "others went on: $(cat "$work/want" "$run/sweep.txt")"

# Each row has mean and deviation of the best validations; rows are sorted by the mean.
for name in "${names[@]}"; do
    for seed in 1 2; do figures "$run/$name-seed-$seed" | sort -g | tail -n 1; done |
        awk -v name="$name" '{ s += $1; q += $1 * $1 } END {
            m = s / NR; v = (q - NR * m * m) / (NR - 1); printf "%s %.4f ± %.4f\n", name, m, sqrt(v < 0 ? 0 : v) }'
done | sort >"$work/want"
sed -nE 's/^([a-z][^ ]*) +\| +([0-9.]+ ± [0-9.]+) .*/\1 \2/p' "$run/sweep.txt" >"$work/got"
sort "$work/got" | cmp "$work/want" - || fail "$(cat "$work/want" "$run/sweep.txt")"
LC_ALL=C sort -s -k2,2gr "$work/got" | cmp "$work/got" - || fail "not the best first: $(cat "$run/sweep.txt")"

# A head of 64 x 4 + 4, and with LoRA of rank 4 four layers of 4 x (64 + 64).
for trained in 260 2308; do
    grep -q "\"trained_parameters\": $trained,$" "$run/sweep.json" || fail "$(cat "$run/sweep.txt")"
done

# Those that go on end with the bits of runs that were never left; the others have the first epoch alone.
while read -r name; do
    for seed in 1 2; do
        # shellcheck disable=SC2046
        on 1 train "${settings[@]}" $(settings_of "$name") "training.seed=$seed" \
            "checkpoint.directory=$work/alone/$name-seed-$seed" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
        for n in $ranks; do
            for model in best final; do
                cmp {"$work/alone","$work/on-$n"}/"$name-seed-$seed/$model/model.safetensors" ||
                    fail "$model of $name-seed-$seed differs on $n ranks"
            done
        done
        losses "$work/alone/$name-seed-$seed" | cmp - <(losses "$run/$name-seed-$seed") ||
            fail "$name-seed-$seed has other losses"
    done
done <"$work/kept"
for name in "${names[@]}"; do
    grep -qx "$name" "$work/kept" && continue
    grep -qE "^$name +\|.*\| stopped after epoch 1$" "$run/sweep.txt" || fail "$(cat "$run/sweep.txt")"
    for seed in 1 2; do
        [ "$(ls "$run/$name-seed-$seed/checkpoints")" = step-00000008 ] ||
            fail "$name-seed-$seed has $(ls "$run/$name-seed-$seed/checkpoints")"
        [ ! -e "$run/$name-seed-$seed/final" ] || fail "$name-seed-$seed has a final model"
    done
done

# ---- Stopped, killed, started again

# again RUN: the same table, and the same weights of those that went on, as on one rank.
again() {
    table "$1/sweep.txt" | cmp "$work/table-1" - || fail "another table: $(cat "$1/sweep.txt")"
    while read -r name; do
        for seed in 1 2; do
            cmp {"$run","$1"}/"$name-seed-$seed/final/model.safetensors" || fail "$name-seed-$seed differs"
        done
    done <"$work/kept"
}

# A finished sweep stays as it is.
touch "$work/then"
sweep 2 "$run" || fail "$(cat "$work/err")"
again "$run"
[ -z "$(find "$run" -name '*.safetensors' -newer "$work/then")" ] || fail "trained again: $(cat "$work/err")"

# start RUN: of two ranks in the background; the second one's process goes to "$work/pid".
cat >"$work/one" <<END
[ "\${OMPI_COMM_WORLD_RANK-\$PMI_RANK}" = 1 ] && echo \$\$ >"$work/pid"
exec "$program" train "\$@"
END
start() {
    "${mpirun[@]}" -n 2 sh "$work/one" "${settings[@]}" "checkpoint.directory=$1" \
        --sweep "$work/ways.yaml" >"$work/out" 2>&1 &
    job=$!
}

start "$work/killed"
await grad_norm "$work/killed/${names[1]}-seed-2/metrics.jsonl"
kill -KILL "$(cat "$work/pid")"
wait "$job" && fail "a killed sweep ended well"
[ ! -e "$work/killed/sweep.txt" ] || fail "a killed sweep has a table"
sweep 2 "$work/killed" || fail "did not go on: $(cat "$work/err")"
again "$work/killed"

start "$work/stopped"
await '"goes_on"' "$work/stopped/sweep.json"
kill -USR1 "$(cat "$work/pid")"
code=0
wait "$job" || code=$?
[ "$code" = 75 ] || fail "exit code $code: $(cat "$work/out")"
grep -q 'train: stopped with all work saved' "$work/out" || fail "$(cat "$work/out")"
sweep 2 "$work/stopped" || fail "did not go on: $(cat "$work/err")"
! grep -q 'after epoch 1' "$work/err" || fail "decided again: $(cat "$work/err")"
again "$work/stopped"

# Decisions are of one sweep; anew is anew.
sed 's/keep: 0.5/keep: 0.7/' "$work/ways.yaml" >"$work/other.yaml"
code=0
ways=$work/other.yaml sweep 1 "$work/stopped" || code=$?
[ "$code" = 2 ] || fail "another halving gave $code: $(cat "$work/err")"
grep -q 'settings were stopped by a sweep of other ways, seeds or halving' "$work/err" || fail "$(cat "$work/err")"
sweep 2 "$work/stopped" checkpoint.resume=never || fail "$(cat "$work/err")"
grep -q '2 of 4 settings go on after epoch 1' "$work/err" || fail "not anew: $(cat "$work/err")"
again "$work/stopped"
echo '{"sweep": 1, "decisions": [2]}' >"$work/stopped/sweep.json"
code=0
sweep 2 "$work/stopped" || code=$?
[ "$code" = 2 ] || [ "$code" = 3 ] || fail "a broken record gave $code: $(cat "$work/err")"

# ---- A run that fails

# It ends no other one, has its name in the table, and is tried again while nothing was decided on it.
cat >"$work/plain.yaml" <<'END'
ways:
  full: {training.learning_rate: [5.0e-5, 2.0e-3]}
seeds: [1, 2]
END
mkdir -p "$work/broken"
echo >"$work/broken/${names[0]}-seed-2"
code=0
ways=$work/plain.yaml sweep 2 "$work/broken" || code=$?
[ "$code" = 4 ] || fail "exit code $code: $(cat "$work/err")"
grep -q "train: 1 of 4 runs failed: ${names[0]}-seed-2: " "$work/err" || fail "$(cat "$work/err")"
grep -q "^Failed: ${names[0]}-seed-2: " "$work/broken/sweep.txt" || fail "$(cat "$work/broken/sweep.txt")"
[ "$(sed -nE 's/^(full[^ ]*) .*\| (.*)/\1 \2/p' "$work/broken/sweep.txt")" = "${names[1]} finished
${names[0]} failed" ] || fail "$(cat "$work/broken/sweep.txt")"
rm "$work/broken/${names[0]}-seed-2"
ways=$work/plain.yaml sweep 2 "$work/broken" || fail "not tried again: $(cat "$work/err")"
! grep -q -i failed "$work/broken/sweep.txt" || fail "$(cat "$work/broken/sweep.txt")"

# Its setting is not among those that go on, and stays so.
mkdir -p "$work/out-of-it"
echo >"$work/out-of-it/$(head -n 1 "$work/kept")-seed-1"
for start in first second; do
    code=0
    sweep 3 "$work/out-of-it" || code=$?
    [ "$code" = 4 ] || fail "exit code $code of the $start start: $(cat "$work/err")"
    [ "$(grep -c '| finished$' "$work/out-of-it/sweep.txt")" = 2 ] || fail "$(cat "$work/out-of-it/sweep.txt")"
    grep -qE "^$(head -n 1 "$work/kept") .*\| failed$" "$work/out-of-it/sweep.txt" ||
        fail "$start: $(cat "$work/out-of-it/sweep.txt")"
done

# One that diverges amid a step leaves its group's ranks fit for the next run: of two groups of two ranks
# the first has the first run and the third.
cp -r "$run/${names[0]}-seed-1/best" "$work/sound"
cp -r "$work/sound" "$work/huge"
rm "$work/huge/manifest.json"
row=$(($(grep -nxF '[CLS]' "$work/huge/vocab.txt" | cut -d: -f1) - 1)) # whose vector's sum overflows
"$2" "$work/huge/model.safetensors" bert.embeddings.word_embeddings.weight 3e38 \
    $((64 * row)) $((64 * row + 1)) || fail "the weights are as they were"
cat >"$work/diverges.yaml" <<END
ways:
  huge: {model.name: $work/huge}
  second: {model.name: $work/sound}
  third: {model.name: $work/sound, training.learning_rate: 1.0e-4}
END
pretrained=(training.epochs=1 data.train=datasets/newsposts training.batch_size=16 data.max_samples=160
    model.max_seq_length=64 cluster.threads_per_rank=1)
code=0
on 4 train "${pretrained[@]}" --sweep "$work/diverges.yaml" "checkpoint.directory=$work/diverged" \
    >"$work/rows" 2>"$work/err" || code=$?
[ "$code" = 5 ] || fail "exit code $code: $(cat "$work/err")"
grep -q 'train: 1 of 3 runs failed: huge-seed-42: the loss is not finite' "$work/err" || fail "$(cat "$work/err")"
on 2 train "${pretrained[@]}" "model.name=$work/sound" training.learning_rate=1.0e-4 \
    "checkpoint.directory=$work/alone/third" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
cmp "$work"/{alone/third,diverged/third-seed-42}/final/model.safetensors || fail "the run after a failure differs"

# ---- What is refused, before anything is written

# refused TEXT ARGUMENT...: with exit code 2.
refused() {
    local text=$1
    shift
    code=0
    sweep 1 "$work/bad" "$@" || code=$?
    [ "$code" = 2 ] || fail "$* gave $code: $(cat "$work/err")"
    grep -qF -- "$text" "$work/err" || fail "$*: $(cat "$work/err")"
}
refused "--seeds is given beside --sweep" --seeds 1,2
refused "training.learning_rate is given here and on the command line" training.learning_rate=1e-5
refused "training.seed=3 is given beside the seeds" training.seed=3
refused "training.epochs of full-learning_rate-5.0e-5 is 1: less was expected" training.epochs=1
refused "checkpoint.resume is $work/x" "checkpoint.resume=$work/x"
ways=$work/missing.yaml refused "$work/missing.yaml"
sed 's/0.5,/1.0,/' "$work/ways.yaml" >"$work/other.yaml"
ways=$work/other.yaml refused "halving.keep is '1.0'"
sed 's/seeds/seed/' "$work/ways.yaml" >"$work/other.yaml"
ways=$work/other.yaml refused "did you mean seeds?"
[ ! -e "$work/bad" ] || fail "a refused command wrote: $(ls -R "$work/bad")"
