#include "mpibert/eval/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/outputs.h"

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
        made[i].length = mpb_dataset_length(dataset, i);
    }
    qsort(made, dataset->num_sequences, sizeof(*made), longest_first);
    *order = made;
    return MPB_OK;
}

size_t mpb_predict_max_tokens(const mpb_dataset *dataset, size_t batch_size)
{
    return mpb_dataset_longest(dataset) * batch_size;
}

/* One rank's evaluation of a dataset. */
typedef struct evaluation {
    const mpb_comm *comm;
    mpb_model *model;
    const mpb_dataset *dataset;
    const mpb_predict_options *options;
    sized_sequence *order; /* owned, all sequences */
    size_t *indices;       /* owned, (batch_size): those of a batch */
    size_t *places;        /* owned, (batch_size): where in `share` what is kept of each begins */
    mpb_batch_buffer buffer;
    unsigned char *share; /* owned: what is kept of a rank's sequences, batch by batch */
    size_t bad; /* the first sequence with an output that is not finite, or their number */
    double bad_output;
} evaluation;

/* Of every `size` consecutive batches a rank takes the one at its rank. */
static size_t first_of_rank(const evaluation *e, int rank)
{
    return e->options->batch_size * (size_t)rank;
}

/* From one of a rank's batches to its next one. */
static size_t stride_of_ranks(const evaluation *e)
{
    return e->options->batch_size * (size_t)mpb_comm_size(e->comm);
}

static size_t size_of_batch(const evaluation *e, size_t first)
{
    const size_t left = e->dataset->num_sequences - first;

    return left < e->options->batch_size ? left : e->options->batch_size;
}

static size_t tokens_of_batch(const evaluation *e, size_t first, size_t count)
{
    size_t tokens = 0;

    for (size_t i = 0; i < count; i++) {
        tokens += e->order[first + i].length;
    }
    return tokens;
}

static size_t kept_of(const evaluation *e, size_t sequence)
{
    return e->options->keeping.size(e->options->keeping.context, sequence);
}

/* Bytes that are kept of a rank's sequences. */
static size_t share_size(const evaluation *e, int rank)
{
    size_t bytes = 0;

    for (size_t first = first_of_rank(e, rank); first < e->dataset->num_sequences;
         first += stride_of_ranks(e)) {
        for (size_t i = 0; i < size_of_batch(e, first); i++) {
            bytes += kept_of(e, e->order[first + i].index);
        }
    }
    return bytes;
}

/* What this rank will have done in the end. */
static mpb_predict_progress share_of_work(const evaluation *e)
{
    mpb_predict_progress share = {.ranks = mpb_comm_size(e->comm)};

    for (size_t first = first_of_rank(e, mpb_comm_rank(e->comm)); first < e->dataset->num_sequences;
         first += stride_of_ranks(e)) {
        const size_t count = size_of_batch(e, first);

        share.total_sequences += count;
        share.total_tokens += tokens_of_batch(e, first, count);
    }
    return share;
}

/* Outputs on their way to what is kept. */
typedef struct keeping_rows {
    evaluation *e;
    const float *bad[MPB_OUTPUTS_TOGETHER]; /* the first output that is not finite, by slot */
} keeping_rows;

/* NULL: all are finite. */
static const float *find_bad(const float *values, size_t count)
{
    size_t bad = 0;

    for (size_t j = 0; j < count; j++) {
        bad += isfinite(values[j]) ? 0 : 1;
    }
    if (bad == 0) {
        return NULL;
    }
    while (isfinite(*values)) {
        values++;
    }
    return values;
}

/* Adds to the share what is kept of these rows. */
static void keep_part(void *context, const mpb_outputs *part, size_t slot)
{
    keeping_rows *now = context;
    const evaluation *e = now->e;
    const mpb_keeping *keeping = &e->options->keeping;

    now->bad[slot] = find_bad(part->values, part->num_rows * (size_t)part->width);
    keeping->keep(keeping->context, part, e->share + e->places[part->place]);
}

/* The first one of the first such sequence. */
static void note_bad(void *context, const mpb_outputs *part, size_t slot)
{
    const keeping_rows *now = context;

    if (now->bad[slot] != NULL && part->sequence < now->e->bad) {
        now->e->bad = part->sequence;
        now->e->bad_output = (double)*now->bad[slot];
    }
}

static bool keep_rows(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    evaluation *e = context;
    keeping_rows now = {.e = e};
    const mpb_outputs_work work = {.work = keep_part, .take = note_bad, .context = &now};
    const mpb_model_config *config = mpb_model_configuration(e->model);
    mpb_outputs_walk walk = {.data = e->dataset,
                             .batch = &e->buffer.batch,
                             .head = config->head,
                             .width = mpb_head_width(config),
                             .first_row = first_row,
                             .num_rows = num_rows,
                             .outputs = outputs};

    mpb_outputs_spread(mpb_model_team(e->model), &walk, &work);
    return false;
}

/* The sequences of a batch, and where what is kept of them begins; gives where the next ones do. */
static size_t choose_batch(evaluation *e, size_t first, size_t count, size_t kept)
{
    for (size_t i = 0; i < count; i++) {
        e->indices[i] = e->order[first + i].index;
        e->places[i] = kept;
        kept += kept_of(e, e->indices[i]);
    }
    return kept;
}

/* What this rank's batch behind the one at `first` will need from disk. */
static void expect_next(evaluation *e, size_t first)
{
    const size_t next = first + stride_of_ranks(e);

    for (size_t i = next; i < e->dataset->num_sequences && i < next + e->options->batch_size; i++) {
        mpb_dataset_expect(e->dataset, &e->order[i].index, 1);
    }
}

static mpb_status run_own_batches(evaluation *e)
{
    const mpb_predict_watch *watch = e->options->watch;
    const double started_at = mpb_clock_seconds();
    mpb_predict_progress progress = share_of_work(e);
    size_t kept = 0;

    for (size_t first = first_of_rank(e, mpb_comm_rank(e->comm)); first < e->dataset->num_sequences;
         first += stride_of_ranks(e)) {
        const size_t count = size_of_batch(e, first);

        kept = choose_batch(e, first, count, kept);
        MPB_TRY(mpb_dataset_bring(e->dataset, e->indices, count));
        expect_next(e, first);
        mpb_batch_buffer_fill(&e->buffer, e->dataset, e->indices, count, e->options->choice);
        mpb_model_forward(e->model, &e->buffer.batch, NULL, keep_rows, e);
        progress.sequences += count;
        progress.tokens += tokens_of_batch(e, first, count);
        progress.seconds = mpb_clock_seconds() - started_at;
        if (watch != NULL) {
            watch->tell(watch->context, &progress);
        }
    }
    return MPB_OK;
}

/* All ranks name the same one: the first in the dataset's order. */
static mpb_status check_finite(const evaluation *e)
{
    double before_end = (double)(e->dataset->num_sequences - e->bad);
    double output =
        0.0; /* elsewhere than on the rank that computed it, which a sum leaves as it is */
    char id[MPB_DATASET_ID];
    size_t bad;

    MPB_TRY(mpb_comm_max_double(e->comm, &before_end, 1));
    bad = e->dataset->num_sequences - (size_t)before_end;
    if (bad == e->dataset->num_sequences) {
        return MPB_OK;
    }
    if (bad == e->bad) {
        output = e->bad_output;
    }
    MPB_TRY(mpb_comm_sum_double(e->comm, &output, 1));
    return MPB_FAIL(e->options->not_finite,
                    "a logit is %f, a finite number was expected of the model's weights "
                    "(example %.200s)",
                    output, mpb_dataset_id(e->dataset, bad, id));
}

/* From a rank's share to where its sequences are. */
static void put_share(const evaluation *e, int rank, mpb_kept *kept)
{
    const unsigned char *at = e->share;

    for (size_t first = first_of_rank(e, rank); first < e->dataset->num_sequences;
         first += stride_of_ranks(e)) {
        for (size_t i = 0; i < size_of_batch(e, first); i++) {
            const size_t sequence = e->order[first + i].index;

            memcpy(kept->bytes + kept->begins[sequence], at, kept_of(e, sequence));
            at += kept_of(e, sequence);
        }
    }
}

/* One rank's share after the other, so that rank 0 needs room for the largest alone. */
static mpb_status collect(evaluation *e, mpb_kept *kept)
{
    for (int rank = 0; rank < mpb_comm_size(e->comm); rank++) {
        MPB_TRY(mpb_comm_fetch(e->comm, rank, e->share, share_size(e, rank)));
        if (mpb_comm_rank(e->comm) == 0) {
            put_share(e, rank, kept);
        }
    }
    return MPB_OK;
}

static mpb_status evaluation_begin(evaluation *e, mpb_kept *kept)
{
    const size_t batch_size = e->options->batch_size;
    const bool collects = mpb_comm_rank(e->comm) == 0;
    size_t largest = 0;

    e->bad = e->dataset->num_sequences;
    MPB_TRY(order_by_length(e->dataset, &e->order));
    for (int rank = 0; rank < mpb_comm_size(e->comm); rank++) {
        if (collects || rank == mpb_comm_rank(e->comm)) {
            const size_t bytes = share_size(e, rank);

            largest = bytes > largest ? bytes : largest;
        }
    }
    MPB_TRY(mpb_memory_create(largest, 1, "the results of a rank", (void **)&e->share));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*e->indices), "an evaluation batch",
                              (void **)&e->indices));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*e->places), "an evaluation batch",
                              (void **)&e->places));
    MPB_TRY(mpb_batch_buffer_create(mpb_predict_max_tokens(e->dataset, batch_size), batch_size,
                                    &e->buffer));
    return collects ? mpb_kept_create(&e->options->keeping, e->dataset->num_sequences, kept)
                    : MPB_OK;
}

static void evaluation_end(evaluation *e)
{
    mpb_memory_destroy(e->order);
    mpb_memory_destroy(e->share);
    mpb_memory_destroy(e->indices);
    mpb_memory_destroy(e->places);
    mpb_batch_buffer_destroy(&e->buffer);
}

size_t mpb_predict_bytes(const mpb_dataset *dataset, size_t batch_size, const mpb_keeping *keeping)
{
    /* a share besides all that is kept, at most as much again */
    return 2 * mpb_kept_bytes(keeping, dataset->num_sequences) +
           dataset->num_sequences * sizeof(sized_sequence) + 2 * batch_size * sizeof(size_t) +
           mpb_batch_buffer_bytes(mpb_predict_max_tokens(dataset, batch_size), batch_size);
}

mpb_status mpb_predict(const mpb_comm *comm, mpb_model *model, const mpb_dataset *dataset,
                       const mpb_predict_options *options, mpb_kept *kept)
{
    evaluation e = {.comm = comm, .model = model, .dataset = dataset, .options = options};
    mpb_kept made = {0};
    mpb_status status = mpb_comm_agree(comm, evaluation_begin(&e, &made));

    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, run_own_batches(&e));
    }
    if (status == MPB_OK) {
        status = check_finite(&e);
    }
    if (status == MPB_OK) {
        status = collect(&e, &made);
    }
    evaluation_end(&e);
    if (status != MPB_OK) {
        mpb_kept_clear(&made);
        return status;
    }
    *kept = made;
    return MPB_OK;
}
