#include "qa_lines.h"

#include "qa_answers.h"

static mpb_status set_place(mpb_json *object, const qa_span *span)
{
    MPB_TRY(mpb_json_set(object, "start", mpb_json_new_integer((int64_t)span->begin)));
    return mpb_json_set(object, "end", mpb_json_new_integer((int64_t)span->end));
}

/* Under the names of run_qa's nbest_predictions.json, with the place. */
static mpb_status add_answer(const qa_answer *answer, mpb_json *list)
{
    const qa_span *span = &answer->span;
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(list, entry));
    MPB_TRY(mpb_json_set(entry, "text", mpb_json_new_text_of(answer->text, answer->size)));
    MPB_TRY(mpb_json_set(entry, "probability", mpb_json_new_number(answer->probability)));
    MPB_TRY(set_place(entry, span));
    MPB_TRY(mpb_json_set(entry, "start_logit", mpb_json_new_number((double)span->start_logit)));
    return mpb_json_set(entry, "end_logit", mpb_json_new_number((double)span->end_logit));
}

static mpb_status add_answers(const qa_answers *answers, mpb_json *line)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(line, "nbest", list));
    for (size_t i = 0; i < answers->count; i++) {
        MPB_TRY(add_answer(&answers->items[i], list));
    }
    return MPB_OK;
}

/* Logits are always told. */
mpb_status qa_lines_describe(const mpb_task_table *task, const mpb_task_results *results,
                             size_t document, bool with_outputs, mpb_json *line)
{
    const qa_answer *chosen;
    qa_answers answers;

    (void)task;
    (void)with_outputs;
    qa_answers_find(results, document, &answers);
    chosen = qa_answers_chosen(&answers);
    MPB_TRY(mpb_json_set(line, "answer", mpb_json_new_text_of(chosen->text, chosen->size)));
    MPB_TRY(set_place(line, &chosen->span));
    MPB_TRY(mpb_json_set(line, "score", mpb_json_new_number(chosen->probability)));
    if (answers.may_be_null) {
        const double difference = (double)answers.null_score_diff;

        MPB_TRY(mpb_json_set(line, "null_score_diff", mpb_json_new_number(difference)));
    }
    return add_answers(&answers, line);
}

mpb_status qa_lines_name_columns(const mpb_task_table *task, const mpb_task_results *results,
                                 mpb_table_rows *rows)
{
    (void)task;
    (void)results;
    MPB_TRY(mpb_table_rows_add(rows, "answer"));
    MPB_TRY(mpb_table_rows_add(rows, "start"));
    MPB_TRY(mpb_table_rows_add(rows, "end"));
    return mpb_table_rows_add(rows, "score");
}

static mpb_status add_text(const qa_answer *answer, mpb_table_rows *rows)
{
    mpb_buffer copy = {0};
    mpb_status status = mpb_buffer_append(&copy, answer->text, answer->size);

    if (status == MPB_OK) {
        status = mpb_table_rows_add(rows, copy.data);
    }
    mpb_buffer_clear(&copy);
    return status;
}

mpb_status qa_lines_fill_columns(const mpb_task_table *task, const mpb_task_results *results,
                                 size_t document, mpb_table_rows *rows)
{
    const qa_answer *chosen;
    qa_answers answers;

    (void)task;
    qa_answers_find(results, document, &answers);
    chosen = qa_answers_chosen(&answers);
    MPB_TRY(add_text(chosen, rows));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)chosen->span.begin));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)chosen->span.end));
    return mpb_table_rows_add_number(rows, chosen->probability);
}
