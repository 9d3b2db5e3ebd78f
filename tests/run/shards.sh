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
                file = out "/folder/c" int(i / 12) % 3 "-" i
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
    "${mpirun[@]}" -n 2 "$program" preprocess "${settings[@]}" \
        "data.train=$work/$source" --output "$work/refused" "$@" >"$work/out" 2>"$work/err" ||
        status=$?
    [ "$status" = 3 ] || fail "$source gave $status instead of 3: $(cat "$work/err")"
    [ "$(grep -c '^mpibert: ' "$work/err")" = 1 ] ||
        fail "$source: not one line: $(cat "$work/err")"
    grep -qE "^mpibert: preprocess: .*$pattern" "$work/err" ||
        fail "$source: no /$pattern/ in $(grep '^mpibert: ' "$work/err")"
    [ ! -e "$work/refused/manifest.json" ] || fail "$source: a manifest in spite of the failure"
}

# A number of the manifest; of those that shards have, too, the total comes last.
number() {
    sed -nE "s/.*\"$2\": ([0-9]+).*/\1/p" "$1/manifest.json" | tail -1
}

# skipped COUNT LEFT PATTERN SOURCE [SETTING...]: the wrong ones are counted, the first is named,
# and the shards are the same on 1 and 3 ranks.
skipped() {
    local count=$1 left=$2 pattern=$3 source=$4
    shift 4
    rm -rf "$work/skip1" "$work/skip3"
    preprocess 1 "$source" "$work/skip1" data.on_error=skip "$@"
    grep -qE "$count wrong examples were left out; the first: .*$pattern" "$work/out" ||
        fail "$source: $count wrong examples, /$pattern/ were expected: $(cat "$work/out")"
    [ "$(number "$work/skip1" skipped)" = "$count" ] ||
        fail "$source: the manifest counts otherwise"
    [ "$(number "$work/skip1" documents)" = "$left" ] ||
        fail "$source: $left documents were expected"
    preprocess 3 "$source" "$work/skip3" data.on_error=skip "$@"
    diff -r "$work/skip1" "$work/skip3" || fail "$source: shards of 1 and 3 ranks differ"
}

make_corpora

# --- any number of ranks
for source in data.csv data.tsv data.jsonl folder.d data.txt; do
    for ranks in $(unless_sanitized "1 2 3 4" "1 3"); do
        preprocess "$ranks" "$source" "$work/$source-$ranks"
        diff -r "$work/$source-1" "$work/$source-$ranks" ||
            fail "$source: the bytes depend on the number of ranks"
        [ "$ranks" = 1 ] || rm -rf "${work:?}/$source-$ranks"
    done
    shards=$(find "$work/$source-1" -name 'shard-*.h5' | wc -l)
    [ "$shards" -ge 8 ] || fail "$source became $shards shards, several were expected"
done

# --- killed at any moment
# The whole job at once, as a scheduler would: setsid gives it a session of its own, which the ranks
# share with mpirun, while their process groups differ.
start_job() {
    setsid "${mpirun[@]}" -n 2 "$program" preprocess "${settings[@]}" \
        "data.train=$work/data.csv" --output "$work/killed" >/dev/null 2>&1 &
    job=$!
}

end_job() {
    pkill -KILL -s "$job" || true
    wait "$job" || true
} 2>/dev/null

count_shards() {
    find "$work/killed" -name 'shard-*.h5' 2>/dev/null | wc -l
}

# At a moment of its first second.
kill_after() {
    start_job
    sleep "$1"
    end_job
}

# As soon as there is another shard.
kill_when_growing() {
    local before
    before=$(count_shards)
    start_job
    while [ "$(count_shards)" -le "$before" ] && kill -0 "$job" 2>/dev/null; do
        sleep 0.002
    done
    end_job
}

mkdir "$work/killed"
for _ in 1 2 3; do
    kill_after "0.$((RANDOM % 10))$((RANDOM % 10))"
done
interrupted=0
for _ in $(seq 10); do
    [ -e "$work/killed/manifest.json" ] && rm -r "$work/killed" && mkdir "$work/killed"
    kill_when_growing
    [ "$(count_shards)" -gt 0 ] && [ ! -e "$work/killed/manifest.json" ] &&
        interrupted=$((interrupted + 1))
    [ "$interrupted" -lt 3 ] || break
done
[ "$interrupted" -gt 0 ] || fail "no job of ten was killed between two shards"
# What a job leaves that is killed while it writes.
mkdir "$work/killed/unpacked-abcdef"
touch "$work/killed/unpacked-abcdef/input-00000" "$work/killed/manifest.json.tmp-1-0" \
    "$work/killed/shard-00000-of-00001.h5.tmp-1-0"
kept=$(find "$work/killed" -name 'shard-*.h5' -printf '%f %i\n' | sort)
preprocess 2 data.csv "$work/killed"
diff -r "$work/data.csv-1" "$work/killed" || fail "killed and run again, the bytes differ"
now=$(find "$work/killed" -name 'shard-*.h5' -printf '%f %i\n' | sort)
[ -z "$(comm -23 <(echo "$kept") <(echo "$now"))" ] || fail "finished shards were written again"

# --- what is wrong
# Which of several wrong records a job on several ranks names is left to chance; so each is alone.
good_rows() {
    seq "$1" | awk '{ print "the puck slid over the ice and the telescope saw " $1 ",c" $1 % 2 }'
}
while IFS='|' read -r row pattern; do
    { echo text,label && good_rows 6000 && echo "$row" && good_rows 6000; } >"$work/wrong.csv"
    refused "$pattern.*wrong\.csv, line 6002\)" wrong.csv
    skipped 1 12000 "$pattern.*wrong\.csv, line 6002\)" wrong.csv
done <<'END'
one cell|the row has 1 cells, 2 were expected as in the first row
a,b,c|the row has 3 cells, 2 were expected as in the first row
"closed"too late,c0|text follows a closing quote
no label,|the example has no label, one was expected
END
{
    echo text,label
    for row in 'one cell' 'a,b,c' '"closed"too late,c0' 'no label,'; do
        good_rows 4000
        echo "$row"
    done
} >"$work/wrong.csv"
skipped 4 16000 'the row has 1 cells.*wrong\.csv, line 4002' wrong.csv
printf 'text,label\nx,c0\ny,c1\n"never closed,c0\nz,c1\n' >"$work/open.csv"
refused 'never closed \(.*open\.csv, line 4\)' open.csv
skipped 1 3 'never closed \(.*open\.csv, line 4\)' open.csv
printf 'text,label\nx,c0\ncaf\xe9,c1\ny,c1\n' >"$work/latin.csv"
refused 'byte 0xE9 at offset 3 is not UTF-8.*latin\.csv, line 3\)' latin.csv
skipped 1 2 'byte 0xE9.*latin\.csv, line 3\)' latin.csv
while IFS='|' read -r line pattern; do
    { head -5000 "$work/data.jsonl" && echo "$line" && tail -5000 "$work/data.jsonl"; } \
        >"$work/wrong.jsonl"
    refused "$pattern.*wrong\.jsonl, line 5001" wrong.jsonl
    skipped 1 10000 "$pattern.*wrong\.jsonl, line 5001" wrong.jsonl
done <<'END'
{"text": "a"}|there is no member 'label'
{"text": 1, "label": "c1"}|member 'text' is not a string
no json|wrong\.jsonl, line 5001
{"text": "b", "label": ["c1", "c2"]}|the example has 2 labels, one was expected
{"text": "b", "label": "c1", "id": 17}|id '17' was found before, at .*wrong\.jsonl, line 18
END
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
refused 'one record of 6[0-9]* bytes or more was found, at most 67108864.*long\.txt, line 2\)' long.txt
printf 'text,label\n' >"$work/empty.csv"
refused 'there is no example, at least one was expected \(.*empty\.csv\)' empty.csv
