#include "mpibert/core/memory.h"
#include "mpibert/eval/predict.h"
#include "mpibert/measure/flops.h"
#include "sequences.h"
#include "steps.h"

typedef struct inference {
    const mpb_measure_setup *setup;
    mpb_dataset dataset;
    size_t batch_size; /* sequences that a rank computes at a time */
    mpb_model *model;
    float *logits; /* owned, (num_sequences, num_labels) */
} inference;

static mpb_status inference_begin(inference *work)
{
    const mpb_measure_setup *setup = work->setup;
    const size_t size = (size_t)mpb_comm_size(setup->comm);
    mpb_model_limits limits = {.training = false};
    void *logits = NULL;

    MPB_TRY(sequences_make(setup, &work->dataset));
    work->batch_size = (setup->batch_size + size - 1) / size;
    limits.max_tokens = mpb_predict_max_tokens(&work->dataset, work->batch_size);
    limits.max_sequences = work->batch_size;
    limits.max_length = mpb_dataset_longest(&work->dataset);
    MPB_TRY(random_model_create(setup, &limits, &work->model));
    MPB_TRY(mpb_memory_create(setup->batch_size * (size_t)setup->model.num_labels, sizeof(float),
                              "the logits of a batch", &logits));
    work->logits = logits;
    return MPB_OK;
}

static void inference_end(inference *work)
{
    mpb_memory_destroy(work->logits);
    mpb_model_destroy(&work->model);
    mpb_dataset_clear(&work->dataset);
}

static mpb_status predict(void *context, int64_t step)
{
    inference *work = context;

    (void)step;
    return mpb_predict_logits(work->setup->comm, work->model, &work->dataset, work->batch_size,
                              MPB_ERR_DIVERGED, NULL, work->logits);
}

mpb_status mpb_measure_inference(const mpb_measure_setup *setup, mpb_step_measurement *result)
{
    inference work = {.setup = setup};
    mpb_status status = mpb_comm_agree(setup->comm, inference_begin(&work));

    *result = (mpb_step_measurement){0};
    if (status == MPB_OK) {
        status = steps_measure(setup, predict, &work, &work.dataset,
                               mpb_flops_forward(&setup->model, &setup->lengths, setup->batch_size),
                               result);
    }
    inference_end(&work);
    return status;
}
