#include "mpibert/eval/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/batch.h"

typedef struct sized_sequence {
    size_t length; /* tokens */
    size_t index;  /* in the dataset */
} sized_sequence;

static int longest_first(const void *a, const void *b)
{
    const sized_sequence *x = a;
    const sized_sequence *y = b;

    if (x->length != y->length) {
        return x->length > y->length ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Neighbours in `order` have nearly equal length, so batches of neighbours cost about the same. */
static mpb_status order_by_length(const mpb_dataset *dataset, sized_sequence **order)
{
    sized_sequence *made;

    MPB_TRY(mpb_memory_create(dataset->num_sequences, sizeof(*made), "the order of evaluation",
                              (void **)&made));
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        made[i].index = i;
        made[i].length = (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]);
    }
    qsort(made, dataset->num_sequences, sizeof(*made), longest_first);
    *order = made;
    return MPB_OK;
}

size_t mpb_predict_max_tokens(const mpb_dataset *dataset, size_t batch_size)
{
    return mpb_dataset_longest(dataset) * batch_size;
}

typedef struct workspace {
    sized_sequence *order;
    size_t *indices;
    float *batch_logits;
    mpb_batch_buffer buffer;
} workspace;

/* Of every `size` consecutive batches a rank takes the one at its rank. */
static size_t first_of_rank(const mpb_comm *comm, size_t batch_size)
{
    return batch_size * (size_t)mpb_comm_rank(comm);
}

/* From one of a rank's batches to its next one. */
static size_t stride_of_ranks(const mpb_comm *comm, size_t batch_size)
{
    return batch_size * (size_t)mpb_comm_size(comm);
}

static size_t size_of_batch(const mpb_dataset *dataset, size_t first, size_t batch_size)
{
    size_t left = dataset->num_sequences - first;

    return left < batch_size ? left : batch_size;
}

static size_t tokens_of_batch(const workspace *work, size_t first, size_t count)
{
    size_t tokens = 0;

    for (size_t i = 0; i < count; i++) {
        tokens += work->order[first + i].length;
    }
    return tokens;
}

/* What this rank will have done in the end. */
static mpb_predict_progress share_of_rank(const mpb_comm *comm, const mpb_dataset *dataset,
                                          size_t batch_size, const workspace *work)
{
    const size_t stride = stride_of_ranks(comm, batch_size);
    mpb_predict_progress share = {.ranks = mpb_comm_size(comm)};

    for (size_t first = first_of_rank(comm, batch_size); first < dataset->num_sequences;
         first += stride) {
        size_t count = size_of_batch(dataset, first, batch_size);

        share.total_sequences += count;
        share.total_tokens += tokens_of_batch(work, first, count);
    }
    return share;
}

static void run_batch(mpb_model *model, const mpb_dataset *dataset, workspace *work, size_t first,
                      size_t count, float *logits)
{
    const size_t num_labels = (size_t)mpb_model_configuration(model)->num_labels;

    for (size_t i = 0; i < count; i++) {
        work->indices[i] = work->order[first + i].index;
    }
    mpb_batch_buffer_fill(&work->buffer, dataset, work->indices, count);
    mpb_model_forward(model, &work->buffer.batch, NULL, work->batch_logits);
    for (size_t i = 0; i < count; i++) {
        memcpy(logits + work->indices[i] * num_labels, work->batch_logits + i * num_labels,
               num_labels * sizeof(*logits));
    }
}

static void run_own_batches(const mpb_comm *comm, mpb_model *model, const mpb_dataset *dataset,
                            size_t batch_size, const mpb_predict_watch *watch, workspace *work,
                            float *logits)
{
    const size_t stride = stride_of_ranks(comm, batch_size);
    const double started_at = mpb_clock_seconds();
    mpb_predict_progress progress = share_of_rank(comm, dataset, batch_size, work);

    for (size_t first = first_of_rank(comm, batch_size); first < dataset->num_sequences;
         first += stride) {
        size_t count = size_of_batch(dataset, first, batch_size);

        run_batch(model, dataset, work, first, count, logits);
        progress.sequences += count;
        progress.tokens += tokens_of_batch(work, first, count);
        progress.seconds = mpb_clock_seconds() - started_at;
        if (watch != NULL) {
            watch->tell(watch->context, &progress);
        }
    }
}

static mpb_status workspace_create(const mpb_dataset *dataset, size_t batch_size, size_t num_labels,
                                   workspace *work)
{
    MPB_TRY(order_by_length(dataset, &work->order));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*work->indices), "an evaluation batch",
                              (void **)&work->indices));
    MPB_TRY(mpb_memory_create(batch_size * num_labels, sizeof(float), "an evaluation batch",
                              (void **)&work->batch_logits));
    return mpb_batch_buffer_create(mpb_predict_max_tokens(dataset, batch_size), batch_size,
                                   &work->buffer);
}

size_t mpb_predict_bytes(const mpb_dataset *dataset, size_t batch_size, size_t num_labels)
{
    return dataset->num_sequences * sizeof(sized_sequence) + batch_size * sizeof(size_t) +
           batch_size * num_labels * sizeof(float) +
           mpb_batch_buffer_bytes(mpb_predict_max_tokens(dataset, batch_size), batch_size);
}

static void workspace_destroy(workspace *work)
{
    mpb_memory_destroy(work->order);
    mpb_memory_destroy(work->indices);
    mpb_memory_destroy(work->batch_logits);
    mpb_batch_buffer_destroy(&work->buffer);
}

static mpb_status check_finite(const mpb_dataset *dataset, size_t num_labels, const float *logits,
                               mpb_status not_finite)
{
    for (size_t i = 0; i < dataset->num_sequences * num_labels; i++) {
        MPB_REQUIRE(isfinite(logits[i]), not_finite,
                    "a logit is %f, a finite number was expected of the model's weights "
                    "(example %.200s)",
                    (double)logits[i], dataset->ids.items[i / num_labels]);
    }
    return MPB_OK;
}

mpb_status mpb_predict_logits(const mpb_comm *comm, mpb_model *model, const mpb_dataset *dataset,
                              size_t batch_size, mpb_status not_finite,
                              const mpb_predict_watch *watch, float *logits)
{
    const size_t num_labels = (size_t)mpb_model_configuration(model)->num_labels;
    workspace work = {0};
    mpb_status status =
        mpb_comm_agree(comm, workspace_create(dataset, batch_size, num_labels, &work));

    if (status == MPB_OK) {
        /* Each sequence is one rank's and zero elsewhere, so the sum over ranks only collects. */
        memset(logits, 0, dataset->num_sequences * num_labels * sizeof(*logits));
        run_own_batches(comm, model, dataset, batch_size, watch, &work, logits);
        status = mpb_comm_sum_float(comm, logits, dataset->num_sequences * num_labels);
    }
    workspace_destroy(&work);
    MPB_TRY(status);
    return mpb_comm_agree(comm, check_finite(dataset, num_labels, logits, not_finite));
}
