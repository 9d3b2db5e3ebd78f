#include <math.h>

#include "mpibert/core/memory.h"
#include "mpibert/measure/flops.h"
#include "survey.h"

/* Floats that travel together, more on many ranks so that messages stay long; as the chunks of
 * comm/reduction. */
static double piece_floats(int ranks)
{
    return fmin(fmax((double)(1 << 14) * ranks, 1 << 18), 1 << 20);
}

/* Deterministic sums come after backward, as floats. */
static mpb_step_job job_of(const survey *s, const mpb_run_forecast *forecast)
{
    const mpb_run_cluster *cluster = &s->config.cluster;
    const bool exact = s->config.training.deterministic;

    return (mpb_step_job){
        .nodes = s->question->nodes,
        .ranks_per_node = forecast->ranks_per_node,
        .network = s->question->network,
        .memory_bytes_per_second =
            forecast->speed.memory_bytes_per_second * forecast->ranks_per_node,
        .piece_floats = piece_floats(s->question->ranks),
        .wire_bytes = cluster->gradient_dtype == MPB_RUN_BF16 && !exact ? 2.0 : 4.0,
        .overlap = cluster->overlap && !exact,
        .sharded = forecast->memory.owners > 1,
    };
}

static mpb_task_sequences sequences_of(const survey *s, const mpb_dataset *data, uint64_t epoch)
{
    return (mpb_task_sequences){.task = s->task, .data = data, .draw = {s->masking, epoch}};
}

static mpb_status forecast_steps(const survey *s, const mpb_run_forecast *forecast,
                                 mpb_steps_forecast *steps)
{
    const mpb_task_sequences sequences = sequences_of(s, &s->inputs.train, 0);
    const mpb_steps_question question = {
        .model = &s->opened.config,
        .train = &s->inputs.train,
        .choice = mpb_task_choice(&sequences),
        .plan = survey_plan(s),
        .optimizer = s->config.training.optimizer,
        .speed = forecast->speed,
        .job = job_of(s, forecast),
    };

    return mpb_steps_forecast_make(&question, steps);
}

static void find_length(const survey *s, const mpb_data_forecast *data, mpb_time_forecast *time)
{
    const mpb_plan_options plan = survey_plan(s);
    const int64_t batch = (int64_t)plan.batch_size;
    const int64_t micros = (data->train_examples + batch - 1) / batch;
    const int64_t accumulation = (int64_t)plan.accumulation;

    time->batch_size = batch;
    time->length =
        mpb_run_length_of(&s->config.training, (micros + accumulation - 1) / accumulation);
}

/* At the end of each epoch, or every so many steps. */
static int64_t count_times(const mpb_run_length *length, int64_t every)
{
    const int64_t steps = every > 0 ? every : length->steps_per_epoch;

    return length->steps / steps + (every > 0 ? 0 : length->steps % steps > 0);
}

/* Of a model's forward on all sequences of a dataset that is not empty. */
static mpb_status count_flops(const survey *s, const mpb_model_config *model,
                              const mpb_dataset *data, double *flops)
{
    const mpb_task_sequences of = sequences_of(s, data, MPB_EVALUATION_DRAW);
    mpb_flops_sequence *sequences;
    mpb_status status;

    MPB_TRY(mpb_memory_create(data->num_sequences, sizeof(*sequences), "the work of sequences",
                              (void **)&sequences));
    status = mpb_flops_sequences(model, data, mpb_task_choice(&of), sequences);
    *flops = 0.0;
    for (size_t i = 0; i < data->num_sequences && status == MPB_OK; i++) {
        *flops += mpb_flops_forward(model, sequences[i]);
    }
    mpb_memory_destroy(sequences);
    return status;
}

static mpb_status add_validations(const survey *s, const mpb_run_forecast *forecast,
                                  mpb_time_forecast *time)
{
    const mpb_dataset *validation = &s->inputs.validation;
    double scale;
    double flops;

    if (validation->num_sequences == 0) {
        return MPB_OK;
    }
    MPB_TRY(count_flops(s, &s->opened.config, validation, &flops));
    scale = (double)forecast->data.validation_sequences / (double)validation->num_sequences;
    time->validations = count_times(&time->length, s->config.training.eval_every_steps);
    time->validating = (double)time->validations * scale * flops / s->question->ranks /
                       forecast->speed.flops_per_second;
    return MPB_OK;
}

static mpb_status add_teaching(const survey *s, const mpb_run_forecast *forecast,
                               mpb_time_forecast *time)
{
    double flops;

    if (!s->teacher.is_there) {
        return MPB_OK;
    }
    MPB_TRY(count_flops(s, &s->teacher.opened.config, &s->inputs.train, &flops));
    time->teaching = s->scale * flops / s->question->ranks / forecast->speed.flops_per_second;
    return MPB_OK;
}

/* Checkpoints by steps or epochs and by minutes, best/ after each validation at most, final/. */
static void add_saves(const survey *s, const mpb_run_forecast *forecast, mpb_time_forecast *time)
{
    const mpb_run_checkpoint *checkpoint = &s->config.checkpoint;
    const mpb_disk_forecast *disk = &forecast->disk;
    const double rate = s->question->disk_rate > 0.0 ? s->question->disk_rate : MPB_USUAL_DISK_RATE;

    time->saves = count_times(&time->length, checkpoint->every_steps);
    if (checkpoint->every_minutes > 0.0) {
        const int64_t by_time = (int64_t)(time->training / (60.0 * checkpoint->every_minutes));

        time->saves = by_time > time->saves ? by_time : time->saves;
    }
    time->saving =
        ((double)time->saves * disk->checkpoint + (double)(time->validations + 1) * disk->model) /
        rate;
}

mpb_status time_forecast_make(const survey *s, mpb_run_forecast *forecast)
{
    mpb_time_forecast *time = &forecast->time;

    find_length(s, &forecast->data, time);
    MPB_TRY(forecast_steps(s, forecast, &time->steps));
    time->training = (double)time->length.steps * time->steps.step.seconds;
    MPB_TRY(add_teaching(s, forecast, time));
    MPB_TRY(add_validations(s, forecast, time));
    add_saves(s, forecast, time);
    time->total = time->teaching + time->training + time->validating + time->saving;
    return MPB_OK;
}
