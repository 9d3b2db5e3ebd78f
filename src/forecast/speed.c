#include "mpibert/forecast/speed.h"

#include "mpibert/math/blas.h"
#include "mpibert/measure/bandwidth.h"
#include "mpibert/measure/step.h"
#include "mpibert/model/parameters.h"
#include "mpibert/session/rank_team.h"

enum {
    LAYERS = 2,
    WORDS = 1024, /* of the table, whose size hardly matters to a step */
    TOKENS = 512, /* of a step, about */
    STEPS = 2,
    STREAMS = 2,
};

static mpb_status count_weights(const mpb_model_config *model, double *count)
{
    mpb_parameters parameters;

    MPB_TRY(mpb_parameters_create(model, &parameters));
    *count = (double)parameters.num_total;
    mpb_parameters_destroy(&parameters);
    return MPB_OK;
}

/* What a step takes beyond the work that goes by its weights goes by its FLOPs. */
static mpb_status find_speed(const mpb_measure_setup *setup, mpb_speed *speed)
{
    mpb_step_measurement step;
    double weights;
    double seconds;
    double by_weights;

    MPB_TRY(mpb_stream_bandwidth(setup->comm, &setup->team, setup->isa, STREAMS,
                                 &speed->memory_bytes_per_second));
    MPB_TRY(mpb_measure_training(setup, &step));
    MPB_TRY(count_weights(&setup->model, &weights));
    seconds = (double)step.tokens / step.tokens_per_second;
    by_weights = weights * (MPB_PASS_BYTES + MPB_UPDATE_BYTES) / speed->memory_bytes_per_second;
    speed->flops_per_second =
        step.flops / (seconds > 2.0 * by_weights ? seconds - by_weights : seconds);
    return MPB_OK;
}

mpb_status mpb_speed_measure(const mpb_log *log, const mpb_comm *comm, const mpb_task_table *task,
                             const mpb_model_config *model, size_t length, int threads,
                             mpb_gemm_type precision, mpb_speed *speed)
{
    mpb_measure_setup setup = {.comm = comm,
                               .task = task,
                               .model = *model,
                               .batch_size = (TOKENS + length - 1) / length,
                               .samples = STEPS,
                               .isa = mpb_isa_best(),
                               .precision = precision};
    mpb_status status;

    setup.model.num_hidden_layers = model->num_hidden_layers < LAYERS ? 1 : LAYERS;
    setup.model.vocab_size = model->vocab_size < WORDS ? model->vocab_size : WORDS;
    mpb_blas_single_threaded();
    MPB_TRY(mpb_rank_team_begin(log, comm, threads, &setup.team));
    status = mpb_lengths_equal(length, &setup.lengths);
    if (status == MPB_OK) {
        status = mpb_measure_setup_begin(&setup);
    }
    if (status == MPB_OK) {
        status = find_speed(&setup, speed);
    }
    mpb_measure_setup_end(&setup);
    mpb_team_end(&setup.team);
    return status;
}
