#include "mpibert/eval/predict.h"
#include "mpibert/task/task.h"
#include "sequences.h"
#include "steps.h"

typedef struct inference {
    const mpb_measure_setup *setup;
    mpb_dataset dataset;
    size_t batch_size; /* sequences that a rank computes at a time */
    double flops;
    mpb_model *model;
} inference;

static mpb_status inference_begin(inference *work)
{
    const mpb_measure_setup *setup = work->setup;
    const size_t size = (size_t)mpb_comm_size(setup->comm);
    mpb_model_limits limits = {.training = false};

    MPB_TRY(sequences_make(setup, &work->dataset));
    MPB_TRY(sequences_flops(setup, &work->dataset, NULL, &work->flops));
    work->batch_size = (setup->batch_size + size - 1) / size;
    limits.max_tokens = mpb_predict_max_tokens(&work->dataset, work->batch_size);
    limits.max_sequences = work->batch_size;
    limits.max_length = mpb_dataset_longest(&work->dataset);
    return random_model_create(setup, &limits, &work->model);
}

static void inference_end(inference *work)
{
    mpb_model_destroy(&work->model);
    mpb_dataset_clear(&work->dataset);
}

static mpb_status predict(void *context, int64_t step)
{
    inference *work = context;
    const mpb_task_sequences sequences = {.task = work->setup->task,
                                          .data = &work->dataset,
                                          .num_labels = work->setup->model.num_labels};
    const mpb_predict_options options = {.batch_size = work->batch_size,
                                         .not_finite = MPB_ERR_DIVERGED,
                                         .keeping = mpb_task_keeping(&sequences)};
    mpb_kept kept = {0};

    (void)step;
    MPB_TRY(mpb_predict(work->setup->comm, work->model, &work->dataset, &options, &kept));
    mpb_kept_clear(&kept);
    return MPB_OK;
}

mpb_status mpb_measure_inference(const mpb_measure_setup *setup, mpb_step_measurement *result)
{
    inference work = {.setup = setup};
    mpb_status status = mpb_comm_agree(setup->comm, inference_begin(&work));

    *result = (mpb_step_measurement){0};
    if (status == MPB_OK) {
        status = steps_measure(setup, predict, &work, &work.dataset, work.flops, result);
    }
    inference_end(&work);
    return status;
}
