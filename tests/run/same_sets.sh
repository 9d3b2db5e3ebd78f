#!/usr/bin/env bash
# What evaluate finds in sets of 1, 2, 7 and 1,001 examples of a task is the same to the last digit on 1
# to 4 ranks, and so it is of one text whose chunks or windows lie on all of them.
#
#     same_sets.sh PROGRAM TASK
. "$(dirname "$0")/lib.sh"

task=$2
golden=tests/golden/task/$task
settings=(cluster.threads_per_rank=1)
long=() # that cut a text into many parts
case $task in
regression | multilabel | coherence)
    end=jsonl
    long=(model.max_seq_length=8 data.long_documents=chunk data.stride=2)
    ;;
token)
    end=conll
    long=(model.max_seq_length=8 data.long_documents=chunk data.stride=2)
    ;;
questions)
    end=json
    settings+=(model.max_seq_length=16 data.stride=4)
    long=(model.max_seq_length=12 data.stride=2)
    ;;
choice)
    end=jsonl
    settings+=(data.text_column=context data.text_column_b=question)
    ;;
mlm)
    end=txt
    settings+=(data.line_by_line=true)
    ;;
pretraining)
    end=txt
    settings+=(model.max_seq_length=40)
    ;;
esac

# examples COUNT WORDS: of the task, with texts of 1 to WORDS words, drawn by the remainders of a linear
# generator.
examples() {
    awk -v task="$task" -v count="$1" -v most="$2" '
        function draw(n) {
            seed = (seed * 1103 + 12345) % 65536
            return int(seed / 7) % n
        }
        function words(n,   text) {
            text = "w" 4 + draw(57)
            while (--n > 0) text = text " w" 4 + draw(57)
            return text
        }
        # The answer, w4, stands between two texts.
        function question(i,   context, before) {
            before = words(1 + draw(most))
            context = before " w4 " words(1 + draw(most))
            return sprintf("{\"context\": \"%s\", \"qas\": [{\"id\": \"q%d\", \"question\": \"%s\", %s}]}", \
                context, i, words(2), i % 5 == 4 ? "\"is_impossible\": true, \"answers\": []" : \
                sprintf("\"answers\": [{\"text\": \"w4\", \"answer_start\": %d}]", length(before) + 1))
        }
        function tagged(n) {
            for (; n > 0; n--) print words(1), tag[1 + draw(5)]
            print ""
        }
        BEGIN {
            split("even long odd small", label, " ")
            split("B-A I-A B-B I-B O", tag, " ")
            if (task == "questions") printf "{\"data\": [{\"paragraphs\": ["
            for (i = 0; i < count; i++) {
                n = most > 50 ? most : 1 + draw(most)
                if (task == "regression")
                    printf "{\"text\": \"%s\", \"label\": %g}\n", words(n), draw(100) / 16
                else if (task == "multilabel")
                    printf "{\"text\": \"%s\", \"label\": [\"%s\", \"%s\"]}\n", words(n), \
                        label[1 + draw(2)], label[3 + draw(2)]
                else if (task == "coherence")
                    printf "{\"text\": \"%s\", \"text_b\": \"%s\", \"label\": \"%s\"}\n", words(2), \
                        words(n), draw(2) ? "is_next" : "not_next"
                else if (task == "token")
                    tagged(n)
                else if (task == "questions")
                    printf "%s%s", i == 0 ? "" : ", ", question(i)
                else if (task == "choice")
                    printf "{\"context\": \"%s\", \"question\": \"%s\", \"choices\": [\"w4 %s\", \"w5 %s\", \"w6\"], \"label\": %d}\n", \
                        words(n), words(3), words(2), words(1), draw(3)
                else if (task == "mlm")
                    print words(n)
                else
                    printf "%s\n%s\n%s\n\n", words(n), words(n), words(3)
            }
            if (task == "questions") print "]}]}"
        }'
}

# same DATA SETTING...: the figures of a set, "$work/figures1", on all ranks.
same() {
    local data=$1 ranks
    shift
    for ranks in 1 $(unless_sanitized "2 3 4" 3); do
        on "$ranks" evaluate --model "$golden" --data "$data" "${settings[@]}" "$@" \
            >"$work/figures$ranks" 2>"$work/err" || fail "$data on $ranks ranks: $(cat "$work/err")"
        cmp "$work/figures1" "$work/figures$ranks" || fail "$data: other figures on $ranks ranks"
    done
}

for count in 1 2 7 1001; do
    examples "$count" 12 >"$work/$count.$end"
    same "$work/$count.$end" training.eval_batch_size=8
    [ "$task" = pretraining ] || grep -q "\"examples\": $count," "$work/figures1" ||
        fail "not $count examples: $(cat "$work/figures1")"
done
[ ${#long[@]} -gt 0 ] || exit 0
examples 1 60 >"$work/long.$end"
same "$work/long.$end" "${long[@]}" training.eval_batch_size=1
grep -q '"examples": 1,' "$work/figures1" || fail "not one text: $(cat "$work/figures1")"
