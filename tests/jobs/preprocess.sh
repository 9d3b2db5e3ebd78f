#!/usr/bin/env bash
# Shards: equal bytes for any number of ranks, the parts of the split make up the whole.
. "$(dirname "$0")/lib.sh"

settings=("${small_run[@]}" data.max_samples=)
for ranks in 1 2 3; do
    on "$ranks" preprocess "${settings[@]}" --output "$work/all-$ranks" >"$work/out" 2>&1 ||
        fail "preprocess on $ranks ranks: $(cat "$work/out")"
    diff -r "$work/all-1" "$work/all-$ranks" || fail "the bytes depend on the number of ranks"
done
# Writing again in place of the older set gives the same.
on 2 preprocess "${settings[@]}" --output "$work/all-2" >"$work/out" 2>&1
diff -r "$work/all-1" "$work/all-2" || fail "the bytes depend on what was there before"

sequences() {
    "$program" inspect "$1" --json | sed -nE 's/.*"sequences": ([0-9]+).*/\1/p'
}
for part in train validation; do
    "$program" preprocess "${settings[@]}" --split "$part" --output "$work/$part" >"$work/out" 2>&1
done
total=$(sequences "$work/all-1")
posts=$(find datasets/newsposts -type f | wc -l)
[ "$total" = "$posts" ] || fail "$total sequences of $posts posts"
[ "$(sequences "$work/train")" = $((total * 8 / 10)) ] || fail "train is not 80 %"
[ $(($(sequences "$work/train") + $(sequences "$work/validation"))) = "$total" ] ||
    fail "the parts do not make up the whole"

"$program" preprocess "${settings[@]}" data.test=datasets/newsposts data.max_test_samples=50 \
    --split test --output "$work/test" >"$work/out" 2>&1
[ "$(sequences "$work/test")" = 50 ] || fail "data.max_test_samples is ignored"
few=(data.max_train_samples=40 data.max_validation_samples=10)
for validation in "" data.validation=datasets/newsposts; do
    for part in train validation; do
        "$program" preprocess "${settings[@]}" "${few[@]}" ${validation:+"$validation"} --split "$part" \
            --output "$work/few-$part" >"$work/out" 2>&1
    done
    [ "$(sequences "$work/few-train") $(sequences "$work/few-validation")" = "40 10" ] ||
        fail "data.max_train_samples or data.max_validation_samples is ignored $validation"
done

"$program" preprocess "${settings[@]}" data.long_documents=chunk model.max_seq_length=128 \
    --output "$work/chunks" >"$work/out" 2>&1 || fail "chunks by default: $(cat "$work/out")"
grep -qE "[0-9]+ of $posts texts became [0-9]+ chunks" "$work/out" || fail "chunks are not counted"

refuses 2 "there is no test set: set data.test=PATH" \
    preprocess "${settings[@]}" --split test --output "$work/no"
refuses 2 "there is no validation set" \
    preprocess "${settings[@]}" data.val_split=0 --split validation --output "$work/no"
refuses 2 "model.max_seq_length is 600, the model has 512 positions" \
    preprocess "${settings[@]}" model.max_seq_length=600 --output "$work/no"
refuses 3 "no/such" preprocess "${settings[@]}" data.train=no/such --output "$work/no"
[ ! -e "$work/no" ] || fail "a refused command left $work/no"
printf 'text,label\nx,a\ny,lone\nz,a\n' >"$work/lone.csv"
refuses 3 "label 'lone' has 1 example" \
    preprocess "${settings[@]}" "data.train=$work/lone.csv" --split train --output "$work/no"

# Folders of other things stay as they are.
mkdir "$work/model" "$work/run" "$work/other"
echo '{}' >"$work/model/config.json"
echo 'model: {}' >"$work/run/config.yaml"
echo '{"files": {}}' >"$work/other/manifest.json"
for folder in model run other; do
    refuses 4 "a folder of shards or a new one was expected ($work/$folder" \
        preprocess "${settings[@]}" --output "$work/$folder"
done
[ "$(cat "$work/other/manifest.json")" = '{"files": {}}' ] || fail "a manifest was replaced"
