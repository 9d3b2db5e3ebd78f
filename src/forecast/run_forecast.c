#include "mpibert/forecast/run_forecast.h"

#include <math.h>
#include <stdio.h>

#include "mpibert/shards/shards.h"
#include "survey.h"

/* The memory of MPI's own and of what the launcher brings, which this process is without. */
static const size_t MPI_BYTES = (size_t)26 << 20;

/* What the system and files keep of a node, as in mpb_memory_grant_get. */
enum { RESERVED_PART = 16 };

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int threads_of(const survey *s, int ranks_per_node)
{
    const int64_t configured = s->config.cluster.threads_per_rank;
    const int share = mpb_comm_cores(s->comm) / ranks_per_node;

    if (s->question->threads > 0) {
        return s->question->threads;
    }
    return configured > 0 ? (int)configured : share > 0 ? share : 1;
}

static void find_grant(const survey *s, int ranks_per_node, mpb_memory_grant *grant)
{
    const double node = s->question->node_memory;

    if (node > 0.0) {
        grant->bytes = (size_t)((node - node / RESERVED_PART) / ranks_per_node);
        snprintf(grant->source, sizeof(grant->source), "--node-memory, %d rank%s on the node",
                 ranks_per_node, ranks_per_node == 1 ? "" : "s");
        return;
    }
    mpb_memory_grant_find(&(mpb_memory_sources){.root = "",
                                                .ranks = ranks_per_node,
                                                .limit = (size_t)s->config.training.memory_limit,
                                                .limit_name = "training.memory_limit"},
                          grant);
}

/* Whether the run, which reads all of the data from shards, leaves their tokens on disk. */
static bool will_stream(const survey *s, const mpb_dataset *dataset)
{
    const mpb_run_data *data = &s->config.data;

    return dataset->source != NULL || data->streaming == MPB_RUN_STREAMING_TRUE ||
           (data->streaming == MPB_RUN_STREAMING_AUTO && data->compression == 0 &&
            s->scale * (double)mpb_dataset_num_tokens(dataset) > MPB_MOST_TOKENS_IN_MEMORY);
}

static double bytes_of_data(const survey *s, const mpb_dataset *dataset)
{
    return s->scale * (double)(will_stream(s, dataset) ? mpb_dataset_bytes_on_disk(dataset)
                                                       : mpb_dataset_bytes(dataset));
}

/* The training data as a whole, what the teacher says of it included. */
static mpb_status forecast_teacher(const survey *s, size_t held, mpb_run_forecast *forecast)
{
    const mpb_teacher_job job = {
        .teacher = &s->teacher,
        .data = &s->inputs.train,
        .batch_size = mpb_teacher_batch(&s->config, s->question->ranks),
        .threads = forecast->threads,
        .precision = s->config.training.precision == MPB_RUN_BF16 ? MPB_GEMM_BF16 : MPB_GEMM_F32};

    if (!s->teacher.is_there) {
        return MPB_OK;
    }
    MPB_TRY(mpb_teacher_measure(&job, &forecast->teacher_bytes));
    forecast->teacher_bytes += held;
    return MPB_OK;
}

static mpb_status forecast_memory(const survey *s, mpb_run_forecast *forecast)
{
    const mpb_run_inputs *inputs = &s->inputs;
    const double data = bytes_of_data(s, &inputs->train) + bytes_of_data(s, &inputs->validation);
    const mpb_memory_question question = {
        .config = &s->config,
        .model = &s->opened.config,
        .inputs = inputs,
        .plan = survey_plan(s),
        .nodes = s->question->nodes,
        .threads = forecast->threads,
        .program = s->program + MPI_BYTES,
        .data = (size_t)data,
        .granted = forecast->grant.bytes,
    };

    MPB_TRY(forecast_teacher(s, question.program + question.data, forecast));
    return mpb_memory_forecast_make(&question, &forecast->memory, &forecast->memory_advice);
}

/* Compute and update of the mean step at a speed. */
static mpb_status seconds_at(const survey *s, const mpb_run_forecast *forecast, mpb_speed speed,
                             double *seconds)
{
    mpb_run_forecast probe = *forecast;

    probe.speed = speed;
    probe.time = (mpb_time_forecast){0};
    MPB_TRY(time_forecast_make(s, &probe));
    *seconds = probe.time.steps.step.compute + probe.time.steps.step.update;
    return MPB_OK;
}

/* The speed at which compute and update of the mean step take `seconds`: what goes by the weights
 * at the usual rate, but half of the time at most, the rest by FLOPs. */
static mpb_status fit_speed(const survey *s, const mpb_run_forecast *forecast, double seconds,
                            mpb_speed *speed)
{
    const mpb_speed unit = {.flops_per_second = 1.0, .memory_bytes_per_second = HUGE_VAL};
    mpb_speed by_weights = {HUGE_VAL, MPB_USUAL_MEMORY_RATE};
    double flops;
    double weights;

    MPB_TRY(seconds_at(s, forecast, unit, &flops));
    MPB_TRY(seconds_at(s, forecast, by_weights, &weights));
    speed->memory_bytes_per_second = MPB_USUAL_MEMORY_RATE * fmax(1.0, 2.0 * weights / seconds);
    speed->flops_per_second = flops / (seconds - fmin(weights, seconds / 2.0));
    return MPB_OK;
}

static mpb_status find_speed(const survey *s, mpb_run_forecast *forecast)
{
    const mpb_forecast_question *question = s->question;
    const int here = mpb_comm_cores(s->comm);
    const int threads = smaller(forecast->threads, here);
    const double times = (double)forecast->threads / threads;

    forecast->speed.memory_bytes_per_second = MPB_USUAL_MEMORY_RATE;
    if (question->seconds_per_step > 0.0) {
        return fit_speed(s, forecast, question->seconds_per_step, &forecast->speed);
    }
    if (question->flops_per_second > 0.0) {
        forecast->speed.flops_per_second = question->flops_per_second;
        return MPB_OK;
    }
    forecast->measured = true;
    MPB_TRY(mpb_speed_measure(
        s->log, s->comm, s->task, &s->opened.config, (size_t)(forecast->data.mean_length + 0.5),
        threads, s->config.training.precision == MPB_RUN_BF16 ? MPB_GEMM_BF16 : MPB_GEMM_F32,
        &forecast->speed));
    forecast->speed.flops_per_second *= times;
    forecast->speed.memory_bytes_per_second *= times;
    return MPB_OK;
}

static mpb_status forecast_all(survey *s, mpb_run_forecast *forecast)
{
    const mpb_forecast_question *question = s->question;

    MPB_TRY(survey_make(s, &forecast->data));
    snprintf(forecast->model, sizeof(forecast->model), "%.250s", s->config.model.name);
    forecast->ranks_per_node = (question->ranks + question->nodes - 1) / question->nodes;
    forecast->threads = threads_of(s, forecast->ranks_per_node);
    find_grant(s, forecast->ranks_per_node, &forecast->grant);
    MPB_TRY(forecast_memory(s, forecast));
    MPB_TRY(disk_forecast_make(s, &forecast->data, &forecast->disk));
    MPB_TRY(find_speed(s, forecast));
    return time_forecast_make(s, forecast);
}

mpb_status mpb_run_forecast_make(const mpb_log *log, const mpb_comm *comm,
                                 const mpb_forecast_question *question, mpb_run_forecast *forecast)
{
    survey s = {.log = log, .comm = comm, .question = question};
    mpb_status status = forecast_all(&s, forecast);

    survey_clear(&s);
    return status;
}

void mpb_run_forecast_clear(mpb_run_forecast *forecast)
{
    mpb_buffer_clear(&forecast->memory_advice);
}
