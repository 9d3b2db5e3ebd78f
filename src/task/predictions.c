#include "mpibert/task/predictions.h"

static mpb_status write_line(const mpb_task_table *task, const mpb_task_results *results,
                             size_t document, bool with_outputs, mpb_buffer *out)
{
    mpb_json *line = mpb_json_new_object();
    char id[MPB_DATASET_ID];
    mpb_status status;

    MPB_REQUIRE(line != NULL, MPB_ERR_SYSTEM, "no memory for a prediction");
    status = mpb_json_set(
        line, "id",
        mpb_json_new_text(mpb_document_id(results->data, results->documents, document, id)));
    if (status == MPB_OK) {
        status = task->describe(task, results, document, with_outputs, line);
    }
    if (status == MPB_OK) {
        status = mpb_json_write(line, 0, out);
    }
    mpb_json_destroy(&line);
    MPB_TRY(status);
    return mpb_buffer_append_text(out, "\n");
}

mpb_status mpb_predictions_write_jsonl(const mpb_task_table *task, const mpb_task_results *results,
                                       bool with_outputs, mpb_buffer *out)
{
    for (size_t d = 0; d < results->documents->count; d++) {
        MPB_TRY(write_line(task, results, d, with_outputs, out));
    }
    return MPB_OK;
}

mpb_status mpb_predictions_write_table(const mpb_task_table *task, const mpb_task_results *results,
                                       char delimiter, mpb_buffer *out)
{
    mpb_table_rows rows = {.out = out, .delimiter = delimiter};
    char id[MPB_DATASET_ID];

    MPB_TRY(mpb_table_rows_add(&rows, "id"));
    MPB_TRY(task->name_columns(task, results, &rows));
    MPB_TRY(mpb_table_rows_end(&rows));
    for (size_t d = 0; d < results->documents->count; d++) {
        MPB_TRY(
            mpb_table_rows_add(&rows, mpb_document_id(results->data, results->documents, d, id)));
        MPB_TRY(task->fill_columns(task, results, d, &rows));
        MPB_TRY(mpb_table_rows_end(&rows));
    }
    return MPB_OK;
}
