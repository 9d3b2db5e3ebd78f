#include <stdbool.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/head.h"
#include "mpibert/step/step.h"
#include "mpibert/task/distil.h"

/* Floats of the largest batch's outputs, where there is a teacher. */
static size_t count_soft(const mpb_model_config *config, const mpb_dataset *dataset,
                         size_t max_tokens, size_t max_sequences)
{
    const bool of_sequences = mpb_head_of(config->head)->rows == MPB_ROWS_FIRST;

    return mpb_distil_is_on(dataset)
               ? (of_sequences ? max_sequences : max_tokens) * (size_t)mpb_head_width(config)
               : 0;
}

static mpb_status make_soft(mpb_stepper *stepper, size_t count)
{
    return count == 0 ? MPB_OK
                      : mpb_memory_create(count, sizeof(*stepper->soft), "gradients by a teacher",
                                          (void **)&stepper->soft);
}

mpb_status mpb_stepper_prepare(mpb_stepper *stepper, size_t max_tokens, size_t max_sequences)
{
    const mpb_model_config *config = mpb_model_configuration(stepper->model);

    MPB_TRY(mpb_used_rows_create((size_t)config->vocab_size,
                                 mpb_publisher_owners(stepper->publisher), &stepper->used));
    stepper->used.all = mpb_head_of(config->head)->uses_all_words;
    MPB_TRY(make_soft(stepper, count_soft(config, stepper->dataset, max_tokens, max_sequences)));
    return mpb_batch_buffer_create(max_tokens, max_sequences, &stepper->batch);
}

size_t mpb_stepper_bytes(const mpb_model_config *config, const mpb_dataset *dataset,
                         size_t max_tokens, size_t max_sequences)
{
    return mpb_used_rows_bytes((size_t)config->vocab_size) +
           count_soft(config, dataset, max_tokens, max_sequences) * sizeof(float) +
           mpb_batch_buffer_bytes(max_tokens, max_sequences);
}

void mpb_stepper_clear(mpb_stepper *stepper)
{
    mpb_used_rows_destroy(&stepper->used);
    mpb_batch_buffer_destroy(&stepper->batch);
    mpb_memory_destroy(stepper->soft);
    stepper->soft = NULL;
}
