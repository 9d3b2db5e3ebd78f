#include "sequences.h"

#include <stdio.h>

#include "mpibert/core/memory.h"
#include "mpibert/core/philox.h"

enum {
    SEED = 42,
    DRAWING = 0x746F6B65, /* purpose of the random stream: "toke" */
    ID_SIZE = 24
};

static mpb_status add_sequences(const mpb_measure_setup *setup, const uint32_t *tokens,
                                mpb_dataset *dataset)
{
    for (size_t i = 0; i < setup->batch_size; i++) {
        const size_t length = mpb_lengths_at(&setup->lengths, i);
        char id[ID_SIZE];
        const mpb_sequence sequence = {
            .tokens = tokens,
            .count = length,
            .segment_b = (uint32_t)length,
            .document = i,
            .label = (int32_t)(i % (size_t)setup->model.num_labels),
            .id = id,
        };

        snprintf(id, sizeof(id), "%zu", i);
        MPB_TRY(mpb_dataset_add(dataset, &sequence));
    }
    return MPB_OK;
}

mpb_status sequences_make(const mpb_measure_setup *setup, mpb_dataset *dataset)
{
    void *tokens = NULL;
    mpb_status status;

    *dataset = (mpb_dataset){.shape = {.labels = true}};
    MPB_TRY(mpb_memory_create((size_t)setup->model.max_position_embeddings, sizeof(uint32_t),
                              "a sequence", &tokens));
    status = add_sequences(setup, tokens, dataset);
    mpb_memory_destroy(tokens);
    if (status != MPB_OK) {
        mpb_dataset_clear(dataset);
    }
    return status;
}

void sequences_draw(const mpb_measure_setup *setup, int64_t step, mpb_dataset *dataset)
{
    const mpb_philox_key key =
        mpb_philox_key_make(SEED, ((uint64_t)DRAWING << 32) + (uint64_t)step);
    const uint64_t count = dataset->offsets[dataset->num_sequences];

    for (uint64_t i = 0; i < count; i++) {
        dataset->tokens[i] = mpb_philox_below(key, i, (uint32_t)setup->model.vocab_size);
    }
}

/* The weights of one tensor. */
static void initialise(void *context, size_t task, int thread)
{
    mpb_model *model = context;
    const mpb_parameter *parameter = &mpb_model_parameters(model)->items[task];

    (void)thread;
    mpb_parameter_initialise(parameter, task, mpb_model_configuration(model)->initializer_range,
                             SEED, mpb_model_weights(model) + parameter->offset);
}

mpb_status random_model_create(const mpb_measure_setup *setup, const mpb_model_limits *limits,
                               mpb_model **model)
{
    MPB_TRY(
        mpb_model_create(&setup->model, limits, &setup->team, setup->isa, setup->products, model));
    mpb_team_run(&setup->team, mpb_model_parameters(*model)->count, initialise, *model);
    return MPB_OK;
}
