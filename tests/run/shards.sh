#!/usr/bin/env bash
# Preprocessing of corpora of several shards: the bytes do not depend on the number of ranks, nor on
# how often the job was killed; what is wrong in the input is named, or left out and counted.
. "$(dirname "$0")/lib.sh"

# About 3 MB each, so more than ten ranges of at least 256 KiB. Quoted cells hold newlines, so that
# no reader can take lines for rows; lengths vary, so that shards do not take equal time.
make_corpora() {
    mkdir -p "$work/folder"
    awk -v out="$work" 'BEGIN {
        words = split("the puck slid over ice to goalie telescope saw comet near planet engine " \
                      "oil price market doctor virus keyboard driver window", w, " ")
        seed = 12345
        print "text,label" > (out "/data.csv")
        print "text\tlabel" > (out "/data.tsv")
        for (i = 0; i < 12000; i++) {
            text = ""
            for (k = 10 + i % 67; k > 0; k--) {
                seed = (seed * 16807) % 2147483647
                text = text w[seed % words + 1] " "
            }
            label = "c" i % 3
            print text > (out "/data.txt")
            printf "\"%s\n\"\"%d\"\"\",%s\n", text, i, label > (out "/data.csv")
            printf "%s\"%d\t%s\n", text, i, label > (out "/data.tsv")
            printf "{\"text\": \"%s\\n%d\", \"label\": \"%s\", \"id\": %d}\n", text, i, label, i \
                > (out "/data.jsonl")
            if (i % 12 == 0) {
                file = out "/folder/" label "-" i
                for (k = 0; k < 12; k++) print text k > file
                close(file)
            }
        }
    }'
    for file in "$work"/folder/*; do
        label=$(basename "${file%-*}")
        mkdir -p "$work/folder.d/$label"
        mv "$file" "$work/folder.d/$label/"
    done
    rmdir "$work/folder"
}

settings=("${random_model[@]}" model.max_seq_length=64 data.compression=0)

# preprocess RANKS SOURCE OUTPUT [SETTING...]
preprocess() {
    local ranks=$1 source=$2 output=$3
    shift 3
    on "$ranks" preprocess "${settings[@]}" "data.train=$work/$source" --output "$output" "$@" \
        >"$work/out" 2>&1 || fail "preprocessing of $source on $ranks ranks: $(cat "$work/out")"
}

# refused PATTERN SOURCE [SETTING...]: exit code 3 and one line that says it, on 2 ranks.
refused() {
    local pattern=$1 source=$2 status=0
    shift 2
    mpirun --oversubscribe --bind-to none -n 2 "$program" preprocess "${settings[@]}" \
        "data.train=$work/$source" --output "$work/refused" "$@" >"$work/out" 2>"$work/err" ||
        status=$?
    [ "$status" = 3 ] || fail "$source gave $status instead of 3: $(cat "$work/err")"
    [ "$(grep -c '^mpibert: ' "$work/err")" = 1 ] || fail "$source: not one line: $(cat "$work/err")"
    grep -qE "^mpibert: preprocess: .*$pattern" "$work/err" ||
        fail "$source: no /$pattern/ in $(grep '^mpibert: ' "$work/err")"
    [ ! -e "$work/refused/manifest.json" ] || fail "$source: a manifest in spite of the failure"
}

number() {
    "$program" inspect "$1" --json | sed -nE "s/.*\"$2\": ([0-9]+).*/\1/p" | head -1
}

# skipped COUNT LEFT PATTERN SOURCE [SETTING...]: the wrong ones are counted, the first is named, and
# the shards are the same on 1 and 3 ranks.
skipped() {
    local count=$1 left=$2 pattern=$3 source=$4
    shift 4
    rm -rf "$work/skip1" "$work/skip3"
    preprocess 1 "$source" "$work/skip1" data.on_error=skip "$@"
    grep -qE "$count wrong examples were left out; the first: .*$pattern" "$work/out" ||
        fail "$source: $count wrong examples, /$pattern/ were expected: $(cat "$work/out")"
    [ "$(number "$work/skip1" skipped)" = "$count" ] || fail "$source: the manifest counts otherwise"
    [ "$(number "$work/skip1" documents)" = "$left" ] || fail "$source: $left documents were expected"
    preprocess 3 "$source" "$work/skip3" data.on_error=skip "$@"
    diff -r "$work/skip1" "$work/skip3" || fail "$source: shards of 1 and 3 ranks differ"
}

make_corpora

# --- any number of ranks
for source in data.csv data.tsv data.jsonl folder.d data.txt; do
    for ranks in 1 2 3 4; do
        preprocess "$ranks" "$source" "$work/$source-$ranks"
        diff -r "$work/$source-1" "$work/$source-$ranks" ||
            fail "$source: the bytes depend on the number of ranks"
        rm -rf "$work/folder-never"
        [ "$ranks" = 1 ] || rm -rf "${work:?}/$source-$ranks"
    done
    shards=$(find "$work/$source-1" -name 'shard-*.h5' | wc -l)
    [ "$shards" -ge 8 ] || fail "$source became $shards shards, several were expected"
done

# --- killed at any moment
# The whole job at once, as the kernel or a scheduler would; setsid gives it a group of its own.
kill_after() {
    local seconds=$1 job
    setsid mpirun --oversubscribe --bind-to none -n 2 "$program" preprocess "${settings[@]}" \
        "data.train=$work/data.csv" --output "$work/killed" >/dev/null 2>&1 &
    job=$!
    sleep "$seconds"
    kill -9 -- "-$job" 2>/dev/null || true
    wait "$job" 2>/dev/null || true
    pkill -9 -g "$job" 2>/dev/null || true
}

started=$(date +%s%N)
preprocess 2 data.csv "$work/timed"
milliseconds=$((($(date +%s%N) - started) / 1000000))
for share in 35 50 60 70 80 90; do
    kill_after "$(awk -v ms="$milliseconds" -v s="$share" -v r="$RANDOM" \
        'BEGIN { printf "%.3f", ms * (s + r % 10) / 100000 }')"
    [ -e "$work/killed" ] && find "$work/killed" | sed 's|.*/||' | sort >>"$work/seen"
done
grep -q shard "$work/seen" || fail "no job was killed while shards were there: lengthen the corpus"
kept=$(find "$work/killed" -name 'shard-*.h5' -printf '%f %i\n' | sort)
preprocess 2 data.csv "$work/killed"
diff -r "$work/data.csv-1" "$work/killed" || fail "killed and run again, the bytes differ"
now=$(find "$work/killed" -name 'shard-*.h5' -printf '%f %i\n' | sort)
[ -z "$(comm -23 <(echo "$kept") <(echo "$now"))" ] || fail "finished shards were written again"

# --- what is wrong
long_table() { # ROW...: good rows around each of these, in several ranges
    local i
    printf 'text,label\n'
    for row in "$@"; do
        for i in $(seq 3000); do
            printf 'the puck slid over the ice to the goalie and the telescope saw it %s,c%s\n' \
                "$i" $((i % 2))
        done
        printf '%b\n' "$row"
    done
}
long_table 'one cell' 'a,b,c' '"closed"too late,c0' 'no label,' >"$work/wrong.csv"
refused 'the row has 1 cells, 2 were expected as in the first row \(.*wrong\.csv, line 3002\)' wrong.csv
skipped 4 12000 'the row has 1 cells.*wrong\.csv, line 3002' wrong.csv
printf 'text,label\nx,c0\ny,c1\n"never closed,c0\nz,c1\n' >"$work/open.csv"
refused 'never closed \(.*open\.csv, line 4\)' open.csv
skipped 1 3 'never closed \(.*open\.csv, line 4\)' open.csv
printf 'text,label\nx,c0\ncaf\xe9,c1\ny,c1\n' >"$work/latin.csv"
refused 'byte 0xE9 at offset 3 is not UTF-8.*latin\.csv, line 3\)' latin.csv
skipped 1 2 'byte 0xE9.*latin\.csv, line 3\)' latin.csv
{
    head -5000 "$work/data.jsonl"
    printf '{"text": "a"}\n{"text": 1, "label": "c1"}\nno json\n{"text": "b", "label": ["c1", "c2"]}\n'
    tail -5000 "$work/data.jsonl"
} >"$work/wrong.jsonl"
refused "there is no member 'label'.*wrong\.jsonl, line 5001\)" wrong.jsonl
skipped 4 10000 "there is no member 'label'.*wrong\.jsonl, line 5001\)" wrong.jsonl
{
    head -4000 "$work/data.tsv"
    printf 'three\tcells\tc0\n'
    tail -4000 "$work/data.tsv"
} >"$work/wrong.tsv"
refused 'the row has 3 cells.*wrong\.tsv, line 4001\)' wrong.tsv
skipped 1 7999 'the row has 3 cells.*wrong\.tsv, line 4001\)' wrong.tsv
printf 'caf\xe9' >"$work/folder.d/c1/bad"
refused 'byte 0xE9.*folder\.d/c1/bad' folder.d
skipped 1 1000 'byte 0xE9.*folder\.d/c1/bad' folder.d
{
    printf 'text,label\n'
    printf 'x,c0\ny,c1\n'
    printf 'z,c2\n'
} >"$work/other.csv"
refused "label 'c2' is not one of the model's: c0, c1 \(.*other\.csv, line 4\)" other.csv \
    "model.label_names=[c0, c1]"
skipped 1 2 "label 'c2'.*other\.csv, line 4\)" other.csv "model.label_names=[c0, c1]"
{
    printf 'text\n'
    head -c 68000000 /dev/zero | tr '\0' 'a'
    printf '\nlast\n'
} >"$work/long.txt"
refused 'one record of 68000001 bytes was found, at most 67108864.*long\.txt, line 2\)' long.txt
printf 'text,label\n' >"$work/empty.csv"
refused 'there is no example, at least one was expected \(.*empty\.csv\)' empty.csv
