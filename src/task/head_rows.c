#include "mpibert/task/head_rows.h"

#include <assert.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/head.h"

/* Of sequence i; `scratch` has room for twice its length. Rows are chosen by labels, not by tokens. */
static size_t count_rows(const mpb_task_table *task, const mpb_dataset *data, size_t i,
                         uint32_t *scratch)
{
    const mpb_task_draw draw = {0};
    const size_t length = mpb_dataset_length(data, i);

    if (mpb_head_of(task->head)->rows == MPB_ROWS_FIRST) {
        return 1;
    }
    return task->choose == NULL ? length : task->choose(&draw, data, i, scratch, scratch + length);
}

mpb_status mpb_head_rows_count(const mpb_task_table *task, const mpb_dataset *data, size_t *counts,
                               size_t *sum)
{
    void *scratch = NULL;

    assert(!task->masks);
    *sum = 0;
    MPB_TRY(mpb_memory_create(2 * mpb_dataset_longest(data), sizeof(uint32_t), "the rows of a text",
                              &scratch));
    for (size_t i = 0; i < data->num_sequences; i++) {
        counts[i] = count_rows(task, data, i, scratch);
        *sum += counts[i];
    }
    mpb_memory_destroy(scratch);
    return MPB_OK;
}

mpb_status mpb_head_rows_keep(const mpb_task_table *task, const mpb_dataset *data, size_t width,
                              const char *what, mpb_sequence_rows *rows)
{
    size_t *counts = NULL;
    size_t sum;
    mpb_status status;

    MPB_TRY(mpb_memory_create(data->num_sequences, sizeof(*counts), what, (void **)&counts));
    status = mpb_head_rows_count(task, data, counts, &sum);
    if (status == MPB_OK) {
        status = mpb_sequence_rows_create(counts, data->num_sequences, width, what, rows);
    }
    mpb_memory_destroy(counts);
    return status;
}

static size_t size_of(const void *context, size_t i)
{
    const mpb_sequence_rows *rows = context;

    return (rows->begins[i + 1] - rows->begins[i]) * rows->width * sizeof(*rows->values);
}

static void keep(const void *context, const mpb_outputs *part, void *kept)
{
    const size_t width = (size_t)part->width;

    (void)context;
    memcpy((float *)kept + part->first_row * width, part->values,
           part->num_rows * width * sizeof(*part->values));
}

mpb_keeping mpb_head_rows_keeping(const mpb_sequence_rows *rows)
{
    return (mpb_keeping){.context = rows, .size = size_of, .keep = keep};
}
