#!/usr/bin/env bash
# Questions from end to end: losses of PyTorch's steps, answers and metrics of run_qa's post-processing
# (tests/golden/task/make_question_goldens.py), the same on 1 to 4 ranks with the windows of a text on
# several of them; a run resumes bit for bit; what does not fit is refused by name.
. "$(dirname "$0")/lib.sh"

golden=tests/golden/task/questions
# All windows are one step, so that their order does not matter.
settings=("model.name=$golden" "data.train=$golden/data.json" "data.validation=$golden/data.json"
    model.max_seq_length=32 data.stride=8 training.batch_size=30 training.epochs=6
    training.learning_rate=5.0e-4 training.scheduler=constant logging.every_steps=1
    cluster.threads_per_rank=1)
reading=(model.max_seq_length=32 data.stride=8 cluster.threads_per_rank=1)

# train_on RANKS RUN SETTING...
train_on() {
    local ranks=$1 run=$2
    shift 2
    on "$ranks" train "${settings[@]}" "checkpoint.directory=$work/$run" "$@" \
        >"$work/$run.out" 2>"$work/$run.err" || fail "$run: $(cat "$work/$run.err")"
}

# --- losses: float32 beside float64, 1e-5 of a loss; bf16 keeps 8 bits of a factor, 1e-2
for ranks in 1 2 3 4; do
    train_on "$ranks" "run-$ranks"
    losses "$work/run-$ranks" >"$work/losses"
    near $golden/losses.txt "$work/losses" 1e-5
done
train_on 2 bf16 training.precision=bf16
losses "$work/bf16" >"$work/losses"
near $golden/losses.txt "$work/losses" 1e-2
grep -q '30 windows, 12 with an answer; 4 questions have none' "$work/run-1.out" ||
    fail "$(cat "$work/run-1.out")"
grep -qE '^Epoch \| Train Loss \| +Train F1 \| +Val F1$' "$work/run-1.out" || fail "no F1"
grep -q '"eval_f1": .*"eval_exact_match": ' "$work/run-1/metrics.jsonl" || fail "no metrics"
! grep -q '"train_f1": [0-9]' "$work/run-1/metrics.jsonl" || fail "a training F1"
"$program" inspect "$work/run-1" >"$work/out"
grep -qE '^ +6 \| +[0-9.]+ \| +- \| +[0-9]{2}\.[0-9]{4}$' "$work/out" || fail "inspect: $(cat "$work/out")"

# --- final/ is a question answerer that may leave questions unanswered, since the data has such
grep -q '"BertForQuestionAnswering"' "$work/run-1/final/config.json" || fail "another class"
! grep -q 'id2label' "$work/run-1/final/config.json" || fail "spans have label names"
grep -q '"inference.version_2_with_negative": "true"' "$work/run-1/final/mpibert.json" ||
    fail "$(cat "$work/run-1/final/mpibert.json")"

# --- metrics: thresholds are sums of float32 logits, 1e-5; to the last digit the same on all ranks
for threshold in 0.0 -5.45; do
    same_metrics --model $golden --data $golden/data.json "${reading[@]}" \
        training.eval_batch_size=1 null_score_diff_threshold=$threshold
    want=$golden/metrics.txt
    [ $threshold = 0.0 ] || want=$golden/threshold.txt
    near_members "$want" "$work/metrics1" 1e-5
done
member loss <"$work/metrics1" >"$work/got"
head -1 $golden/losses.txt >"$work/want"
near "$work/want" "$work/got" 1e-5

# More ranks than windows.
printf '{"data": [{"paragraphs": [{"context": "w4 w5 w6", "qas": [%s]}]}]}\n' \
    '{"id": "a", "question": "w4", "answers": [{"text": "w5 w6", "answer_start": 3}]}' >"$work/one.json"
for ranks in 1 4; do
    on "$ranks" evaluate --model $golden --data "$work/one.json" "${reading[@]}" \
        >"$work/one$ranks" 2>"$work/err" || fail "one question: $(cat "$work/err")"
done
cmp "$work/one1" "$work/one4" || fail "one question: other metrics on 4 ranks"
grep -q '^{"examples": 1, .*"exact_match": [0-9.]*}$' "$work/one1" || fail "$(cat "$work/one1")"

# --- predictions: no answer differs, scores by 1e-4
# answers NAME SETTING...: id, answer, score of each question
answers() {
    local name=$1
    shift
    on 3 predict --model $golden --input $golden/data.json "${reading[@]}" inference.batch_size=1 \
        "$@" >"$work/$name.jsonl" 2>"$work/err" || fail "predict: $(cat "$work/err")"
    sed -nE 's/^\{"id": "([^"]*)", "answer": "([^"]*)".*/\1\t\2/p' "$work/$name.jsonl" >"$work/$name"
}
answers all version_2_with_negative=false
diff <(cut -f1,2 $golden/answers.txt) "$work/all" || fail "other answers"
sed -nE 's/.*"end": [0-9]+, "score": ([-0-9.e+]+), "nbest".*/\1/p' "$work/all.jsonl" >"$work/got"
cut -f5 $golden/answers.txt >"$work/want"
near "$work/want" "$work/got" 1e-4
answers some version_2_with_negative=true null_score_diff_threshold=-5.45
diff <(cut -f1,3 $golden/answers.txt) "$work/some" || fail "other answers where some have none"
member null_score_diff <"$work/some.jsonl" >"$work/got"
cut -f4 $golden/answers.txt >"$work/want"
near "$work/want" "$work/got" 1e-4
answers few version_2_with_negative=false n_best_size=2
! grep -qE '"nbest": \[(\{[^}]*\}, ){2}' "$work/few.jsonl" || fail "n_best_size: $(cat "$work/few.jsonl")"
answers short version_2_with_negative=false max_answer_length=1
! grep -qE '"text": "w[0-9]+ ' "$work/short.jsonl" || fail "max_answer_length: $(cat "$work/short.jsonl")"

# A table; questions in JSON lines and tables, and shards, are answered as those of SQuAD's JSON.
alone predict --model $golden --input $golden/data.json "${reading[@]}" --output "$work/table.csv"
[ "$(head -1 "$work/table.csv" | tr -d '\r')" = "id,answer,start,end,score" ] ||
    fail "$(head -1 "$work/table.csv")"
diff <(tail -n +2 "$work/table.csv" | cut -d, -f1,2 | tr , '\t') "$work/all" || fail "another table"
printf '{"question": "w9 w10", "context": "\303\251 w4 w5 w6 w7 w8", "id": "7"}\n' >"$work/lines.jsonl"
printf 'question,context\nw9 w10,\303\251 w4 w5 w6 w7 w8\n' >"$work/lines.csv"
for form in jsonl csv; do
    alone predict --model $golden --input "$work/lines.$form" "${reading[@]}" \
        data.text_column=question data.text_column_b=context --output "$work/$form.out"
    grep -v warning "$work/alone" && fail "$form"
    sed -E 's/"id": "[0-9]+"//' "$work/$form.out" >"$work/$form.answer"
done
cmp "$work/jsonl.answer" "$work/csv.answer" || fail "CSV and JSON lines differ"
begin=$(member start <"$work/jsonl.out")
[ "$(echo "é w4 w5 w6 w7 w8" | cut -c$((begin + 1))- | head -c 2)" != "" ] || fail "no place"
alone preprocess "${settings[@]}" --output "$work/shards"
alone evaluate --model $golden --data "$work/shards" "${reading[@]}" null_score_diff_threshold=-5.45 \
    --output "$work/of-shards"
cmp "$work/metrics1" "$work/of-shards" || fail "shards give other metrics"

# --- stopped and continued on other ranks, bit for bit
train_on 1 all-steps training.deterministic=true checkpoint.every_steps=2 checkpoint.keep=9
mkdir -p "$work/again/checkpoints"
cp -r "$work/all-steps/checkpoints/step-00000004" "$work/again/checkpoints/"
train_on 4 again training.deterministic=true checkpoint.every_steps=2
cmp "$work/all-steps/final/model.safetensors" "$work/again/final/model.safetensors" ||
    fail "other weights"

# --- refused by name
# refuses CODE MESSAGE COMMAND...
refuses() {
    local want=$1 message=$2 status=0
    shift 2
    "$program" "$@" >"$work/alone" 2>&1 || status=$?
    [ "$status" = "$want" ] || fail "exit code $status of $*: $(cat "$work/alone")"
    [ "$(grep -vc warning: "$work/alone")" = 1 ] || fail "not one line: $(cat "$work/alone")"
    grep -qF "$message" "$work/alone" || fail "$* says $(cat "$work/alone")"
}
new=("${settings[@]}" "checkpoint.directory=$work/nowhere" data.validation=null)
question='{"id": "a", "question": "w4", "answers": [{"text": "w5", "answer_start": %s}]}'
paragraph='{"data": [{"paragraphs": [{"context": "w4 w5 w6", "qas": [%s]}]}]}\n'
# shellcheck disable=SC2059
printf "$paragraph" "$(printf "$question" 4)" >"$work/wrong.json"
refuses 3 "'5 ' stands at 4 of the context, the answer 'w5' was expected" train "${new[@]}" \
    "data.train=$work/wrong.json"
# shellcheck disable=SC2059
printf "$paragraph" '{"id": "a", "question": "w4", "is_impossible": true}, {"id": "b", "question": "w4", "is_impossible": true}' \
    >"$work/none.json"
refuses 3 "holds an answer, some were expected to learn from ($work/none.json)" train "${new[@]}" \
    "data.train=$work/none.json" data.val_split=0 training.eval_strategy=no
printf 'w4 w5\n' >"$work/text.txt"
refuses 3 "a question without its context" predict --model $golden --input "$work/text.txt" "${reading[@]}"
printf '{"text": "w4", "text_b": "w5", "label": "a"}\n' >"$work/pair.jsonl"
refuses 3 "the example is not a question with its context" evaluate --model $golden \
    --data "$work/pair.jsonl" "${reading[@]}"
refuses 2 "training.label_smoothing is 0.1, model.task qa has no labels" train "${new[@]}" \
    training.label_smoothing=0.1
refuses 2 "inference.n_best_size" evaluate --model $golden --data $golden/data.json n_best_size=0
