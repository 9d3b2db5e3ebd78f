#include "mpibert/measure/allreduce.h"

#include <assert.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/parameters.h"
#include "mpibert/step/gradient_sums.h"
#include "timing.h"

enum { FIRST_COUNT = 1024, GROWTH = 8 }; /* floats of the smallest message */

/* Zeroes, which stay zeroes however often they are summed. */
typedef struct message {
    mpb_reduction *reduction;
    float *values;
    mpb_piece piece;
} message;

static mpb_status sum_message(void *context)
{
    const message *sent = context;
    const mpb_reduction_run run = {.values = sent->values, .pieces = &sent->piece, .num_pieces = 1};
    double squares;

    mpb_reduction_begin(sent->reduction, &run);
    return mpb_reduction_finish(sent->reduction, &squares);
}

static mpb_status count_gradients(const mpb_model_config *config, size_t *count)
{
    mpb_parameters parameters;

    MPB_TRY(mpb_parameters_create(config, &parameters));
    *count = parameters.size;
    mpb_parameters_destroy(&parameters);
    return MPB_OK;
}

static mpb_status measure_one(const mpb_measure_setup *setup, message *sent,
                              mpb_allreduce_measurement *result)
{
    const double ranks = mpb_comm_size(setup->comm);
    const mpb_timed timed = {sum_message, sent};
    mpb_message_measurement *item = &result->items[result->count++];
    mpb_timing timing;

    assert(result->count <= MPB_MAX_MESSAGES);
    MPB_TRY(mpb_timing_take(setup->comm, &timed, setup->samples, &timing));
    item->bytes = sent->piece.count * sizeof(float);
    item->seconds = timing.median;
    item->bytes_per_second = (double)item->bytes / item->seconds;
    item->bus_bytes_per_second = item->bytes_per_second * 2.0 * (ranks - 1.0) / ranks;
    return MPB_OK;
}

static mpb_status measure_all(const mpb_measure_setup *setup, message *sent, size_t largest,
                              mpb_allreduce_measurement *result)
{
    result->count = 0;
    for (size_t count = FIRST_COUNT; count < largest; count *= GROWTH) {
        sent->piece.count = count;
        MPB_TRY(measure_one(setup, sent, result));
    }
    sent->piece.count = largest;
    return measure_one(setup, sent, result);
}

static mpb_status measure_reduction(const mpb_measure_setup *setup, float *values, size_t largest,
                                    mpb_allreduce_measurement *result)
{
    const mpb_run_cluster sums = {
        .gradient_dtype = setup->gradient_dtype, .error_feedback = true, .overlap = setup->overlap};
    const mpb_reduction_options options =
        mpb_gradient_sums_options(&sums, largest, 1, &setup->team, setup->isa);
    message sent = {.values = values, .piece = {.owner = MPB_ALL_OWNERS}};
    mpb_status status;

    MPB_TRY(mpb_reduction_create(setup->comm, &options, &sent.reduction));
    status = measure_all(setup, &sent, largest, result);
    mpb_reduction_destroy(&sent.reduction);
    return status;
}

static mpb_status make_values(const mpb_model_config *config, size_t *count, void **values)
{
    MPB_TRY(count_gradients(config, count));
    return mpb_memory_create(*count, sizeof(float), "a message", values);
}

mpb_status mpb_measure_allreduce(const mpb_measure_setup *setup, mpb_allreduce_measurement *result)
{
    size_t count = 0;
    void *values = NULL;
    mpb_status status = mpb_comm_agree(setup->comm, make_values(&setup->model, &count, &values));

    if (status == MPB_OK) {
        status = measure_reduction(setup, values, count, result);
    }
    mpb_memory_destroy(values);
    return status;
}
