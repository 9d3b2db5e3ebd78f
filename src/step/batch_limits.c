#include "mpibert/step/batch_limits.h"

#include "mpibert/eval/predict.h"
#include "mpibert/step/step.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void mpb_batch_limits_find(const mpb_batch_sizes *sizes, mpb_plan *plan, mpb_batch_limits *limits)
{
    size_t max_tokens;
    size_t max_sequences;

    mpb_plan_limits(plan, sizes->epochs, &max_tokens, &max_sequences);
    mpb_batch_limits_of(sizes, max_tokens, max_sequences, limits);
}

void mpb_batch_limits_of(const mpb_batch_sizes *sizes, size_t max_tokens, size_t max_sequences,
                         mpb_batch_limits *limits)
{
    const size_t ranks = (size_t)sizes->plan.size;
    const size_t longest_validation = mpb_dataset_longest(sizes->validation);
    const size_t longest = larger(mpb_dataset_longest(sizes->train), longest_validation);
    mpb_model_limits model = {.max_tokens = larger(max_tokens, longest),
                              .max_sequences = max_sequences,
                              .max_length = longest,
                              .training = true};

    *limits = (mpb_batch_limits){
        .model = model,
        .eval_sequences =
            smaller((sizes->eval_batch_size + ranks - 1) / ranks,
                    longest_validation > 0 ? model.max_tokens / longest_validation : 1),
    };
    limits->model.max_sequences = larger(model.max_sequences, limits->eval_sequences);
}

/* Tokens on disk that are read: of a step that computes and of the next one. */
static size_t bytes_read_ahead(const mpb_batch_sizes *sizes)
{
    const mpb_plan_options *plan = &sizes->plan;
    const size_t examples = smaller(plan->batch_size * plan->accumulation, plan->num_examples);
    const size_t sequences = examples * sizes->train->num_sequences / plan->num_examples;

    return sizes->train->source == NULL
               ? 0
               : 2 * sequences * mpb_dataset_longest(sizes->train) * sizeof(uint32_t);
}

size_t mpb_batch_limits_buffers(const mpb_batch_sizes *sizes, const mpb_batch_limits *limits,
                                const mpb_model_config *config)
{
    const mpb_task_sequences sequences = {.task = sizes->task,
                                          .data = sizes->validation,
                                          .num_labels = config->num_labels,
                                          .answers = sizes->answers};
    const mpb_keeping keeping = mpb_task_keeping(&sequences);

    return bytes_read_ahead(sizes) +
           mpb_stepper_bytes(config, sizes->train, limits->model.max_tokens,
                             limits->model.max_sequences) +
           mpb_predict_bytes(sizes->validation, limits->eval_sequences, &keeping);
}
