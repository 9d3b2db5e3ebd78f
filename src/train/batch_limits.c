#include "batch_limits.h"

#include "mpibert/eval/predict.h"
#include "mpibert/train/step.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void batch_limits_find(const batch_sizes *sizes, mpb_plan *plan, batch_limits *limits)
{
    const size_t ranks = (size_t)sizes->plan.size;
    const size_t longest_validation = mpb_dataset_longest(sizes->validation);
    const size_t longest = larger(mpb_dataset_longest(sizes->train), longest_validation);
    mpb_model_limits model = {.max_length = longest, .training = true};

    mpb_plan_limits(plan, sizes->epochs, &model.max_tokens, &model.max_sequences);
    model.max_tokens = larger(model.max_tokens, longest);
    *limits = (batch_limits){
        .model = model,
        .eval_sequences =
            smaller((sizes->eval_batch_size + ranks - 1) / ranks,
                    longest_validation > 0 ? model.max_tokens / longest_validation : 1),
    };
    limits->model.max_sequences = larger(model.max_sequences, limits->eval_sequences);
}

size_t batch_limits_buffers(const batch_sizes *sizes, const batch_limits *limits,
                            const mpb_model_config *config)
{
    const size_t num_labels = (size_t)config->num_labels;
    const size_t validation = sizes->validation->num_sequences * num_labels * sizeof(float);

    return mpb_stepper_bytes(config, limits->model.max_tokens, limits->model.max_sequences) +
           mpb_predict_bytes(sizes->validation, limits->eval_sequences, num_labels) + validation;
}
