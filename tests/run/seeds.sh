#!/usr/bin/env bash
# train --seeds gives the runs that each seed alone gives, on any number of ranks, and their table.
. "$(dirname "$0")/lib.sh"

settings=("${small_run[@]}")
export OPENBLAS_CORETYPE=Prescott # so slow that all starts choose our own products

# Alone, on as many ranks as a group of 1, 2, 3 or 4 ranks has for three seeds.
for seed in 1 2 3; do
    for ranks in 1 2; do
        on "$ranks" train "${settings[@]}" "training.seed=$seed" \
            "checkpoint.directory=$work/alone-$ranks/seed-$seed" >"$work/out" 2>&1 ||
            fail "seed $seed on $ranks: $(cat "$work/out")"
    done
done

# same RUN RANKS: the weights of the runs alone on so many ranks.
same() {
    for seed in 1 2 3; do
        for model in best final; do
            cmp "$work/alone-$2/seed-$seed/$model/model.safetensors" \
                "$1/seed-$seed/$model/model.safetensors" || fail "seed $seed of $1 differs"
        done
    done
}

for ranks in $(unless_sanitized "1 2 3 4" "1 4"); do
    run=$work/on-$ranks
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$run" --seeds 1,2,3 \
        >"$work/rows" 2>"$work/err" || fail "on $ranks: $(cat "$work/err")"
    same "$run" $((ranks == 4 ? 2 : 1))
    tail -n "$(wc -l <"$run/seeds.txt")" "$work/rows" | cmp - "$run/seeds.txt" ||
        fail "another table on the screen: $(cat "$work/rows")"
    "$program" inspect --sweep "$run" | cmp - "$run/seeds.txt" || fail "inspect --sweep differs"
    [ "$(find "$run/cache" -mindepth 1 -maxdepth 1 | wc -l)" = 3 ] ||
        fail "not one folder of shards a seed: $(ls "$run/cache")"
done
grep -q '^seed 2: Epoch | ' "$work/rows" || fail "no seed before its lines: $(cat "$work/rows")"
grep -qE '^seed 3: +2 \| ' "$work/rows" || fail "no seed before its rows: $(cat "$work/rows")"
grep -q 'train: 3 seeds, 2 at a time on 2 ranks each' "$work/err" || fail "$(cat "$work/err")"

# The means and deviations are those of the three runs.
"$program" inspect --sweep "$work/alone-1" --json >"$work/json"
for seed in 1 2 3; do
    sed -nE 's/.*"eval_accuracy": ([0-9.]+).*/\1/p' "$work/alone-1/seed-$seed/metrics.jsonl" | tail -n 1
done >"$work/last"
awk '{ s += $1; q += $1 * $1 } END { m = s / NR; print m; print sqrt((q - NR * m * m) / (NR - 1)) }' \
    "$work/last" >"$work/expected"
sed -nE 's/.*"groups": .*"runs": 3.*"last": \{"mean": ([0-9.e-]+), "deviation": ([0-9.e-]+)\}.*/\1\n\2/p' \
    "$work/json" >"$work/found"
near "$work/expected" "$work/found" 1e-4 # what awk prints

# Settings that differ make groups of their own.
on 1 train "${settings[@]}" training.seed=1 training.learning_rate=3.0e-5 \
    "checkpoint.directory=$work/other" >"$work/out" 2>&1
"$program" inspect --sweep "$work/alone-1" "$work/other" >"$work/table"
grep -qE '^training\.learning_rate=5\.0e-05 +\| +3 \|' "$work/table" || fail "$(cat "$work/table")"
grep -qE '^training\.learning_rate=3\.0e-05 +\| +1 \| +[0-9.]+ \| +- \|' "$work/table" ||
    fail "$(cat "$work/table")"

# A signal stops all groups with their work saved; the same command goes on.
long=("${settings[@]}" training.epochs="$(unless_sanitized 40 10)" checkpoint.every_steps=100000)
for seed in 1 2; do
    on 1 train "${long[@]}" "training.seed=$seed" "checkpoint.directory=$work/whole/seed-$seed" \
        >"$work/out" 2>&1
done
cat >"$work/one" <<EOF
[ "\${OMPI_COMM_WORLD_RANK-\$PMI_RANK}" = 1 ] && echo \$\$ >"$work/pid"
exec "$program" train "\$@"
EOF
"${mpirun[@]}" -n 2 sh "$work/one" "${long[@]}" \
    "checkpoint.directory=$work/stopped" --seeds 1,2 >"$work/out" 2>&1 &
job=$!
for seed in 1 2; do
    await grad_norm "$work/stopped/seed-$seed/metrics.jsonl"
done
kill -USR1 "$(cat "$work/pid")" # to one rank of one group
code=0
wait "$job" || code=$?
[ "$code" = 75 ] || fail "exit code $code: $(cat "$work/out")"
grep -q 'seed 2: stopped by a signal after step' "$work/out" || fail "$(cat "$work/out")"
grep -q 'seed 1: stopped with the other runs after step' "$work/out" ||
    fail "$(cat "$work/out")"
[ "$(grep -c 'train: stopped with all work saved' "$work/out")" = 1 ] || fail "$(cat "$work/out")"
on 2 train "${long[@]}" "checkpoint.directory=$work/stopped" --seeds 1,2 >"$work/out" 2>&1 ||
    fail "did not go on: $(cat "$work/out")"
for seed in 1 2; do
    cmp "$work/whole/seed-$seed/final/model.safetensors" \
        "$work/stopped/seed-$seed/final/model.safetensors" || fail "seed $seed differs"
done

# What fails in one run ends all, with its seed in the one line; the others' work is saved.
mkdir "$work/broken"
echo >"$work/broken/seed-2"
code=0
on 2 train "${long[@]}" "checkpoint.directory=$work/broken" --seeds 1,2 >"$work/out" 2>&1 || code=$?
[ "$code" = 4 ] || fail "exit code $code: $(cat "$work/out")"
[ "$(grep -c 'mpibert: train: seed 2: ' "$work/out")" = 1 ] || fail "$(cat "$work/out")"
ls "$work"/broken/seed-1/checkpoints/step-*/manifest.json >/dev/null || fail "seed 1 is not saved"

# What is no list of seeds is refused before anything is written.
for bad in , 1, ,1 1,,2 a 1,a 1.5 -1 +1 '1, 2' 1,1 4294967296 99999999999999999999 ''; do
    code=0
    "$program" train "${settings[@]}" "checkpoint.directory=$work/bad" "--seeds=$bad" \
        >"$work/out" 2>&1 || code=$?
    [ "$code" = 2 ] || fail "--seeds=$bad gave $code: $(cat "$work/out")"
    grep -q -- '--seeds' "$work/out" || fail "--seeds=$bad: $(cat "$work/out")"
done
code=0
"$program" train "${settings[@]}" --seeds 1,2 training.seed=3 >"$work/out" 2>&1 || code=$?
[ "$code" = 2 ] || fail "two seeds gave $code"
[ ! -e "$work/bad" ] || fail "a refused command wrote"
