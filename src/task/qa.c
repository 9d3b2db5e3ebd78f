/* Questions whose answer is a part of a text: first and last token, exact match and F1. */

#include <math.h>
#include <stdio.h>

#include "measures.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics_answers.h"
#include "one_row.h"
#include "qa_answers.h"
#include "qa_lines.h"
#include "tasks.h"

enum { F1, EXACT_MATCH, NUM_METRICS };

/* As the official scripts print them, 0 to 100. */
static const mpb_task_metric METRICS[NUM_METRICS] = {
    [F1] = {.name = "f1", .title = "F1"},
    [EXACT_MATCH] = {.name = "exact_match", .title = "EM"},
};

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    MPB_REQUIRE(data->shape.answers && data->shape.questions && data->shape.characters,
                MPB_ERR_DATA, "the examples have no answers, data.format squad was expected (%s)",
                where);
    for (size_t i = 0; training && i < data->num_sequences; i++) {
        if (data->answer_end[i] > 0) {
            return MPB_OK;
        }
    }
    MPB_REQUIRE(!training, MPB_ERR_DATA,
                "no window of %zu holds an answer, some were expected to learn from (%s)",
                data->num_sequences, where);
    return MPB_OK;
}

/* As in "240 windows, 196 with an answer; 48 questions have none". */
static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    const mpb_task_results all = {.data = data, .documents = documents};
    size_t unanswerable = 0;
    size_t reached = 0;

    for (size_t i = 0; i < data->num_sequences; i++) {
        reached += data->answer_end[i] > 0;
    }
    for (size_t d = 0; d < documents->count; d++) {
        unanswerable += qa_question_of(&all, d).num_answers == 0;
    }
    return mpb_buffer_append_format(out, "%zu windows, %zu with an answer; %zu questions have none",
                                    data->num_sequences, reached, unanswerable);
}

/* Of data without labels none has an answer, which tells nothing. */
static bool has_unanswerable(const mpb_dataset *data)
{
    for (size_t q = 0; data->shape.answers && q < data->questions.count; q++) {
        if (mpb_questions_get(&data->questions, q).num_answers == 0) {
            return true;
        }
    }
    return false;
}

/* A model may leave questions unanswered that has seen some without an answer. */
static void settle(const mpb_dataset *data, mpb_answer_settings *answers)
{
    if (answers->version_2_with_negative == MPB_NULL_ANSWERS_AUTO && has_unanswerable(data)) {
        answers->version_2_with_negative = MPB_NULL_ANSWERS_TRUE;
    }
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    (void)loss;
    (void)sums;
    return qa_window_loss(of, 1.0 / total, of->values) / total;
}

/* Answers are put together from windows, which training meets one by one. */
static double running_f1(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    (void)sums;
    (void)num_examples;
    return (double)NAN;
}

/* The answers of a labelled set beside its references. */
typedef struct scoring {
    bool may_be_null;
    mpb_answer_rules rules;
    double loss;                  /* mean over the windows */
    mpb_scored_answer *questions; /* owned, (documents) */
    mpb_answer_metrics metrics;
} scoring;

static mpb_status score_answer(const mpb_task_results *results, size_t document,
                               const scoring *found, mpb_buffer *text, mpb_scored_answer *scored)
{
    const mpb_question question = qa_question_of(results, document);
    const qa_answer *best;
    qa_answers answers;

    qa_answers_find(results, document, &answers);
    best = &answers.items[answers.best];
    mpb_buffer_reset(text);
    MPB_TRY(mpb_buffer_append(text, best->text, best->size));
    *scored = (mpb_scored_answer){.no_answer = (double)answers.null_score_diff,
                                  .has_answer = question.num_answers > 0,
                                  .answered = best->size > 0};
    return mpb_answer_score_compute(found->rules, text->data, question.answers,
                                    question.num_answers, &scored->score);
}

static mpb_status score_answers(const mpb_task_results *results, scoring *found)
{
    mpb_buffer text = {0};
    uint64_t num_windows = 0;
    mpb_status status = MPB_OK;

    for (size_t d = 0; d < results->documents->count; d++) {
        found->loss += qa_spans_of(results, d)->loss;
        num_windows += qa_spans_of(results, d)->num_windows;
    }
    found->loss = num_windows > 0 ? found->loss / (double)num_windows : 0.0;
    for (size_t d = 0; d < results->documents->count && status == MPB_OK; d++) {
        status = score_answer(results, d, found, &text, &found->questions[d]);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status compute(const mpb_task_results *results, scoring *found)
{
    const size_t count = results->documents->count;
    const double threshold = (double)(float)results->answers.null_score_diff_threshold;
    mpb_status status;

    *found = (scoring){.may_be_null = qa_answers_may_be_null(results)};
    found->rules = found->may_be_null || has_unanswerable(results->data) ? MPB_ANSWERS_SQUAD_2
                                                                         : MPB_ANSWERS_SQUAD_1;
    MPB_TRY(mpb_memory_create(count, sizeof(*found->questions), "the scores of answers",
                              (void **)&found->questions));
    status = score_answers(results, found);
    if (status == MPB_OK) {
        status = mpb_answer_metrics_compute(count, found->questions,
                                            found->may_be_null ? threshold : (double)INFINITY,
                                            &found->metrics);
    }
    mpb_memory_destroy(found->questions);
    return status;
}

static mpb_measures measures_of(const scoring *found)
{
    const mpb_answer_group *all = &found->metrics.all;

    return (mpb_measures){.num_examples = (int64_t)all->count,
                          .loss = found->loss,
                          .values = {[F1] = all->f1, [EXACT_MATCH] = all->exact}};
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    scoring found;

    MPB_TRY(compute(results, &found));
    *measures = measures_of(&found);
    return MPB_OK;
}

static mpb_status report_group(const char *name, const mpb_answer_group *group, mpb_json *object)
{
    char member[32];

    if (group->count == 0) {
        return MPB_OK;
    }
    snprintf(member, sizeof(member), "%s_exact", name);
    MPB_TRY(mpb_json_set(object, member, mpb_json_new_number(group->exact)));
    snprintf(member, sizeof(member), "%s_f1", name);
    MPB_TRY(mpb_json_set(object, member, mpb_json_new_number(group->f1)));
    snprintf(member, sizeof(member), "%s_total", name);
    return mpb_json_set(object, member, mpb_json_new_integer((int64_t)group->count));
}

static mpb_status report_best(const mpb_answer_metrics *metrics, mpb_json *object)
{
    const mpb_best_threshold *exact = &metrics->best_exact;
    const mpb_best_threshold *f1 = &metrics->best_f1;

    MPB_TRY(mpb_json_set(object, "best_exact", mpb_json_new_number(exact->score)));
    MPB_TRY(mpb_json_set(object, "best_exact_thresh", mpb_json_new_number(exact->threshold)));
    MPB_TRY(mpb_json_set(object, "best_f1", mpb_json_new_number(f1->score)));
    return mpb_json_set(object, "best_f1_thresh", mpb_json_new_number(f1->threshold));
}

/* Under the names of the official scripts. */
static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    const double threshold = results->answers.null_score_diff_threshold;
    mpb_measures measures;
    scoring found;

    MPB_TRY(compute(results, &found));
    measures = measures_of(&found);
    MPB_TRY(task_report_measures(&task_qa, &measures, object));
    if (found.rules == MPB_ANSWERS_SQUAD_2) {
        MPB_TRY(report_group("HasAns", &found.metrics.has_answer, object));
        MPB_TRY(report_group("NoAns", &found.metrics.no_answer, object));
    }
    if (!found.may_be_null) {
        return MPB_OK;
    }
    MPB_TRY(report_best(&found.metrics, object));
    return mpb_json_set(object, "null_score_diff_threshold", mpb_json_new_number(threshold));
}

const mpb_task_table task_qa = {
    .task = MPB_TASK_QA,
    .head = MPB_HEAD_SPANS,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .check = check,
    .summarise = summarise,
    .settle = settle,
    .weigh = one_row_weigh,
    .score = score,
    .running = running_f1,
    .kept_size = qa_spans_size,
    .condense = qa_spans_condense,
    .merge = qa_spans_merge,
    .measure = measure,
    .report = report,
    .describe = qa_lines_describe,
    .name_columns = qa_lines_name_columns,
    .fill_columns = qa_lines_fill_columns,
};
