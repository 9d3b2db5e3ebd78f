#!/usr/bin/env bash
# The same examples as folder, CSV, TSV, JSON lines and shards train to the same losses; evaluate and
# predict agree with each other on any number of ranks.
. "$(dirname "$0")/lib.sh"

# A small corpus whose texts need no quoting in any format.
mkdir -p "$work/folder/ice" "$work/folder/sky"
for i in $(seq -w 40); do
    echo "the puck number $i slid over the ice to the goalie" >"$work/folder/ice/$i"
    echo "the telescope number $i saw a comet near the planet" >"$work/folder/sky/$i"
done
printf 'text,label\n' >"$work/data.csv"
printf 'text\tlabel\n' >"$work/data.tsv"
for label in ice sky; do
    for file in "$work/folder/$label"/*; do
        printf '"%s",%s\r\n' "$(cat "$file")" "$label" >>"$work/data.csv"
        printf '%s\t%s\n' "$(cat "$file")" "$label" >>"$work/data.tsv"
        printf '{"text": "%s", "label": "%s"}\n' "$(cat "$file")" "$label" >>"$work/data.jsonl"
    done
done
settings=("${small_run[@]}" data.remove_noise=[] data.max_samples= training.learning_rate=1.0e-3)
on 2 preprocess "${settings[@]}" "data.train=$work/folder" --output "$work/shards" >/dev/null 2>&1

for source in folder data.csv data.tsv data.jsonl shards; do
    on 2 train "${settings[@]}" "data.train=$work/$source" "checkpoint.directory=$work/run-$source" \
        >/dev/null 2>&1 || fail "training from $source"
    losses "$work/run-$source" >"$work/$source.losses"
    cmp "$work/folder.losses" "$work/$source.losses" || fail "$source trains differently"
done

model=$work/run-folder/final
for ranks in 1 2 3; do
    on "$ranks" evaluate --model "$model" --data "$work/data.csv" --output "$work/metrics$ranks.json" \
        >"$work/screen$ranks.json" 2>/dev/null || fail "evaluate on $ranks ranks"
    cmp "$work/screen$ranks.json" "$work/metrics$ranks.json" || fail "screen and file differ"
    cmp "$work/metrics1.json" "$work/metrics$ranks.json" || fail "$ranks ranks score differently"
    on "$ranks" predict --model "$model" --input "$work/data.jsonl" --logits \
        --output "$work/predicted$ranks.jsonl" 2>/dev/null || fail "predict on $ranks ranks"
    cmp "$work/predicted1.jsonl" "$work/predicted$ranks.jsonl" || fail "predictions differ"
done
[ "$(wc -l <"$work/predicted1.jsonl")" = 80 ] || fail "80 predictions were expected"
right=$(head -40 "$work/predicted1.jsonl" | grep -c '"label": *"ice"' || true)
right=$((right + $(tail -40 "$work/predicted1.jsonl" | grep -c '"label": *"sky"' || true)))
accuracy=$(sed -E 's/.*"accuracy": *([0-9.e-]+).*/\1/' "$work/metrics1.json")
awk -v a="$accuracy" -v r="$right" 'BEGIN { d = a - r / 80; exit !(d < 1e-9 && d > -1e-9) }' ||
    fail "evaluate says $accuracy, predict gets $right of 80 right"

# Standard input, one text a line, and CSV out.
cut -f1 "$work/data.tsv" | tail -n +2 | "$program" predict --model "$model" \
    --output "$work/predicted.csv" 2>/dev/null
[ "$(wc -l <"$work/predicted.csv")" = 81 ] || fail "80 rows and a head were expected"
