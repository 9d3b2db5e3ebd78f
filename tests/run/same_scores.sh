#!/usr/bin/env bash
# What evaluate and predict find in sets of 1, 2, 7 and 1,001 texts is the same to the last digit on
# 1, 2, 3 and 4 ranks, with texts of 1 to 60 words, whole or in chunks.
. "$(dirname "$0")/lib.sh"

on 1 train "${small_run[@]}" training.max_steps=2 "checkpoint.directory=$work/run" >"$work/out" 2>&1

# Words of the vocabulary, drawn by the remainders of a linear generator, under the labels in turn.
texts() {
    grep -E '^[a-z]{3,}$' datasets/vocab/newsposts/vocab.txt | awk -v count="$1" '
        BEGIN { split("comp.graphics rec.sport.hockey sci.space talk.politics.guns", label, " ") }
        { word[n++] = $0 }
        END {
            for (i = 0; i < count; i++) {
                text = ""
                seed = (seed * 1103 + 12345) % 65536
                for (left = 1 + seed % 60; left > 0; left--) {
                    seed = (seed * 1103 + 12345) % 65536
                    text = text " " word[seed % n]
                }
                printf "{\"label\": \"%s\", \"text\": \"%s\"}\n", label[1 + i % 4], text
            }
        }'
}

# same WHAT COMMAND...: its standard output on 2, 3 and 4 ranks is that on one.
same() {
    local what=$1
    shift
    on 1 "$@" >"$work/1.txt" 2>"$work/err" || { cat "$work/err"; fail "$what on 1 rank"; }
    for ranks in $(unless_sanitized "2 3 4" 3); do
        on "$ranks" "$@" >"$work/$ranks.txt" 2>"$work/err" ||
            { cat "$work/err"; fail "$what on $ranks ranks"; }
        cmp "$work/1.txt" "$work/$ranks.txt" || fail "$what on $ranks ranks differ from those on 1"
    done
}

model=(--model "$work/run" data.format=jsonl "data.remove_noise=[]" cluster.threads_per_rank=1)
chunks=(data.long_documents=chunk data.stride=8 model.max_seq_length=24)
for count in 1 2 7 1001; do
    texts "$count" >"$work/$count.jsonl"
    same "metrics of $count texts" evaluate "${model[@]}" --data "$work/$count.jsonl"
    grep -q "\"examples\": $count," "$work/1.txt" || fail "not $count examples"
done
same "metrics of 7 texts in chunks" evaluate "${model[@]}" "${chunks[@]}" --data "$work/7.jsonl"
same "metrics of texts in chunks" evaluate "${model[@]}" "${chunks[@]}" --data "$work/1001.jsonl"
same "logits" predict "${model[@]}" --logits --input "$work/1001.jsonl"
[ "$(sort -u "$work/1.txt" | wc -l)" = 1001 ] || fail "not 1,001 predictions"
