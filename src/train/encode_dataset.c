#include "encode_dataset.h"

#include <stdio.h>
#include <stdlib.h>

#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/session/screen.h"

/* The work of one rank on one dataset. */
typedef struct encoding {
    whole_run *run;
    mpb_dataset *data;
    mpb_batch_buffer buffer;
    size_t *indices; /* owned, (max_sequences) */
    mpb_progress progress;
    double started_at;
} encoding;

/* The first sequence of a rank's share, by tokens; of rank `ranks` their number. */
static size_t share_begin(const mpb_dataset *data, int rank, int ranks)
{
    const double target = (double)mpb_dataset_num_tokens(data) * (double)rank / (double)ranks;
    double tokens = 0.0;
    size_t i = 0;

    while (i < data->num_sequences && (rank == ranks || tokens < target)) {
        tokens += (double)mpb_dataset_length(data, i++);
    }
    return i;
}

/* How many sequences from `first` on fill a batch. */
static size_t fill_indices(encoding *e, size_t first, size_t end)
{
    size_t tokens = 0;
    size_t count = 0;

    while (first + count < end && count < e->buffer.max_sequences) {
        tokens += mpb_dataset_length(e->data, first + count);
        if (tokens > e->buffer.max_tokens) {
            break;
        }
        e->indices[count] = first + count;
        count++;
    }
    return count;
}

static void show_progress(encoding *e, size_t first, size_t at, size_t end)
{
    const double now = mpb_clock_seconds();
    char detail[64];
    const mpb_progress_part part = {.name = "encoding",
                                    .done = (double)(at - first),
                                    .total = (double)(end - first),
                                    .seconds = now - e->started_at,
                                    .detail = detail};

    snprintf(detail, sizeof(detail), "%zu of %zu sequences of a rank", at - first, end - first);
    mpb_progress_in_part(&e->progress, now, &part);
}

static void encode_share(encoding *e, size_t first, size_t end)
{
    const mpb_task_sequences sequences = {.task = e->run->task, .data = e->data};
    const mpb_sequence_rows *rows = &e->data->encoded;
    size_t count;

    for (size_t at = first; at < end; at += count) {
        count = fill_indices(e, at, end);
        mpb_batch_buffer_fill(&e->buffer, e->data, e->indices, count, mpb_task_choice(&sequences));
        mpb_model_encode(e->run->model, &e->buffer.batch,
                         rows->values + rows->begins[at] * rows->width);
        show_progress(e, first, at + count, end);
    }
}

/* Every rank gets the shares of all. */
static mpb_status exchange(const encoding *e)
{
    const mpb_comm *comm = e->run->comm;
    const mpb_sequence_rows *rows = &e->data->encoded;
    const int ranks = mpb_comm_size(comm);
    int *counts = calloc(2 * (size_t)ranks, sizeof(*counts));
    int *begins = counts == NULL ? NULL : counts + ranks;
    mpb_status status =
        counts == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for %d shares", ranks) : MPB_OK;

    for (int rank = 0; rank < ranks && status == MPB_OK; rank++) {
        const size_t first = rows->begins[share_begin(e->data, rank, ranks)];
        const size_t end = rows->begins[share_begin(e->data, rank + 1, ranks)];

        begins[rank] = (int)(first * rows->width);
        counts[rank] = (int)((end - first) * rows->width);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = mpb_comm_exchange_float(comm, rows->values, counts, begins);
    }
    free(counts);
    return status;
}

static mpb_status prepare(encoding *e)
{
    const mpb_model_limits *limits = &e->run->limits.model;
    void *indices = NULL;

    MPB_TRY(mpb_memory_create(limits->max_sequences, sizeof(*e->indices), "a batch", &indices));
    e->indices = indices;
    return mpb_batch_buffer_create(limits->max_tokens, limits->max_sequences, &e->buffer);
}

mpb_status encode_dataset(whole_run *run, mpb_dataset *data)
{
    const int ranks = mpb_comm_size(run->comm);
    const int rank = mpb_comm_rank(run->comm);
    encoding e = {.run = run,
                  .data = data,
                  .progress = mpb_screen_progress(run->log, run->config->logging.progress),
                  .started_at = mpb_clock_seconds()};
    mpb_status status = mpb_comm_agree(run->comm, prepare(&e));

    if (status == MPB_OK) {
        encode_share(&e, share_begin(data, rank, ranks), share_begin(data, rank + 1, ranks));
        mpb_progress_clear(&e.progress);
        status = exchange(&e);
    }
    mpb_memory_destroy(e.indices);
    mpb_batch_buffer_destroy(&e.buffer);
    return status;
}
