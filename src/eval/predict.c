#include "mpibert/eval/predict.h"

#include <math.h>
#include <string.h>

#include "deal.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/outputs.h"

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
    evaluation_deal deal;
    size_t *indices; /* owned, (batch_size): those of a batch */
    size_t *places;  /* owned, (batch_size): where in `share` what is kept of each begins */
    mpb_batch_buffer buffer;
    unsigned char *share; /* owned: what is kept of a rank's sequences, batch by batch */
    size_t bad; /* the first sequence with an output that is not finite, or their number */
    double bad_output;
} evaluation;

static size_t kept_of(const evaluation *e, size_t sequence)
{
    return e->options->keeping.size(e->options->keeping.context, sequence);
}

/* Bytes that are kept of a rank's sequences. */
static size_t share_size(const evaluation *e, int rank)
{
    const evaluation_deal *deal = &e->deal;
    size_t bytes = 0;

    for (size_t first = evaluation_deal_first(deal, rank); first < deal->num_sequences;
         first = evaluation_deal_next(deal, first)) {
        for (size_t i = 0; i < evaluation_deal_sequences(deal, first); i++) {
            bytes += kept_of(e, deal->order[first + i].index);
        }
    }
    return bytes;
}

/* What this rank will have done in the end. */
static mpb_predict_progress share_of_work(const evaluation *e)
{
    const evaluation_deal *deal = &e->deal;
    mpb_predict_progress share = {.ranks = mpb_comm_size(e->comm)};

    for (size_t first = evaluation_deal_first(deal, mpb_comm_rank(e->comm));
         first < deal->num_sequences; first = evaluation_deal_next(deal, first)) {
        share.total_sequences += evaluation_deal_sequences(deal, first);
        share.total_tokens += evaluation_deal_tokens(deal, first);
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
static size_t choose_batch(evaluation *e, size_t first, size_t kept)
{
    for (size_t i = 0; i < evaluation_deal_sequences(&e->deal, first); i++) {
        e->indices[i] = e->deal.order[first + i].index;
        e->places[i] = kept;
        kept += kept_of(e, e->indices[i]);
    }
    return kept;
}

/* What this rank's batch at `first` will need from disk. */
static void expect_batch(const evaluation *e, size_t first)
{
    for (size_t i = 0; i < evaluation_deal_sequences(&e->deal, first); i++) {
        mpb_dataset_expect(e->dataset, &e->deal.order[first + i].index, 1);
    }
}

static mpb_status run_own_batches(evaluation *e)
{
    const mpb_predict_watch *watch = e->options->watch;
    const evaluation_deal *deal = &e->deal;
    const double started_at = mpb_clock_seconds();
    mpb_predict_progress progress = share_of_work(e);
    size_t kept = 0;
    size_t next;

    for (size_t first = evaluation_deal_first(deal, mpb_comm_rank(e->comm));
         first < deal->num_sequences; first = next) {
        const size_t count = evaluation_deal_sequences(deal, first);

        next = evaluation_deal_next(deal, first);
        kept = choose_batch(e, first, kept);
        MPB_TRY(mpb_dataset_bring(e->dataset, e->indices, count));
        expect_batch(e, next);
        mpb_batch_buffer_fill(&e->buffer, e->dataset, e->indices, count, e->options->choice);
        mpb_model_forward(e->model, &e->buffer.batch, NULL, keep_rows, e);
        progress.sequences += count;
        progress.tokens += evaluation_deal_tokens(deal, first);
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
    const evaluation_deal *deal = &e->deal;
    const unsigned char *at = e->share;

    for (size_t first = evaluation_deal_first(deal, rank); first < deal->num_sequences;
         first = evaluation_deal_next(deal, first)) {
        for (size_t i = 0; i < evaluation_deal_sequences(deal, first); i++) {
            const size_t sequence = deal->order[first + i].index;

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
    MPB_TRY(evaluation_deal_create(e->dataset, batch_size, mpb_comm_size(e->comm), &e->deal));
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
    evaluation_deal_destroy(&e->deal);
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
