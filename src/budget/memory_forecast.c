#include "mpibert/budget/memory_forecast.h"

#include <stdlib.h>
#include <string.h>

#include "memory_advice.h"
#include "mpibert/budget/run_memory.h"
#include "mpibert/core/memory.h"
#include "mpibert/session/run_task.h"

/* Of one cell in one micro-batch, or the most of any that a rank computes. */
typedef struct share {
    size_t tokens;
    size_t sequences;
} share;

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* One micro-batch, dealt once for all ranks. */
static void count_micro(mpb_plan *plan, const mpb_plan_options *options, size_t epoch, size_t micro,
                        share *shares, share *all)
{
    const int own = mpb_plan_own_cells(plan).count;
    const size_t *indices;
    const int *cells;
    size_t count;

    memset(shares, 0, (size_t)(own * options->size) * sizeof(*shares));
    mpb_plan_deal(plan, epoch, micro, &indices, &cells, &count);
    for (size_t i = 0; i < count; i++) {

        shares[cells[i]].tokens += mpb_dataset_length(options->data, indices[i]);
        shares[cells[i]].sequences++;
    }
    for (int cell = 0; cell < own * options->size; cell++) {
        share *rank = &all[cell / own];

        rank->tokens = larger(rank->tokens, shares[cell].tokens);
        rank->sequences = larger(rank->sequences, shares[cell].sequences);
    }
}

static mpb_status count_ranks(const mpb_memory_question *question, share *all)
{
    const mpb_plan_options *options = &question->plan;
    const size_t batches = (options->num_examples + options->batch_size - 1) / options->batch_size;
    const size_t steps = (batches + options->accumulation - 1) / options->accumulation;
    size_t epochs;
    share *shares = NULL;
    mpb_plan *plan = NULL;

    MPB_TRY(mpb_run_count_epochs(&question->config->training, (int64_t)steps, &epochs));
    MPB_TRY(mpb_plan_create(options, &plan));
    shares = calloc((size_t)(mpb_plan_own_cells(plan).count * options->size), sizeof(*shares));
    for (size_t epoch = 0; shares != NULL && epoch < epochs; epoch++) {
        for (size_t micro = 0; micro < batches; micro++) {
            count_micro(plan, options, epoch, micro, shares, all);
        }
    }
    mpb_plan_destroy(&plan);
    MPB_REQUIRE(shares != NULL, MPB_ERR_SYSTEM, "no memory for the batches of all ranks");
    free(shares);
    return MPB_OK;
}

/* The same evaluation batch on all ranks, as the smallest of them allows. */
static size_t eval_sequences(const mpb_run_memory *run, const share *all)
{
    mpb_batch_limits limits;
    size_t smallest = SIZE_MAX;

    for (int r = 0; r < run->sizes.plan.size; r++) {
        mpb_batch_limits_of(&run->sizes, all[r].tokens, all[r].sequences, &limits);
        smallest = limits.eval_sequences < smallest ? limits.eval_sequences : smallest;
    }
    return smallest;
}

static mpb_memory_job job_of(const mpb_memory_question *question, const mpb_run_memory *run,
                             const mpb_batch_limits *limits, int owners)
{
    mpb_memory_job job = mpb_run_memory_job(run, limits, owners);

    job.num_nodes = question->nodes;
    job.node_size = (question->plan.size + question->nodes - 1) / question->nodes;
    job.data = question->data;
    job.resident = question->program + question->data;
    return job;
}

static mpb_status plan_rank(const mpb_memory_question *question, const mpb_run_memory *run,
                            const mpb_batch_limits *limits, int owners,
                            mpb_memory_forecast *forecast, mpb_buffer *advice)
{
    const mpb_memory_job job = job_of(question, run, limits, owners);
    mpb_memory_plan plan;
    size_t bytes;

    MPB_TRY(mpb_memory_plan_make(&job, run->config->training.activation_checkpointing,
                                 question->granted, &plan));
    bytes = mpb_memory_plan_bytes(&plan);
    if (bytes > mpb_memory_plan_bytes(&forecast->largest)) {
        forecast->largest = plan;
    }
    if (bytes > question->granted && forecast->fits) {
        forecast->fits = false;
        return memory_advice_append(run, &job, &plan, question->granted, advice);
    }
    return MPB_OK;
}

/* Sets run->sizes.plan.rank, and `limits` to those of that rank. */
static void turn_to(mpb_run_memory *run, int rank, const share *all, size_t evaluated,
                    mpb_batch_limits *limits)
{
    run->sizes.plan.rank = rank;
    mpb_batch_limits_of(&run->sizes, all[rank].tokens, all[rank].sequences, limits);
    limits->eval_sequences = evaluated;
}

/* How many ranks share the moments out: as in a run, all where one asks for it. */
static mpb_status count_owners(const mpb_memory_question *question, mpb_run_memory *run,
                               const share *all, size_t evaluated, int *owners)
{
    bool asks = false;

    for (int r = 0; r < question->plan.size && !asks; r++) {
        mpb_batch_limits limits;
        mpb_memory_job job;

        turn_to(run, r, all, evaluated, &limits);
        job = job_of(question, run, &limits, 1);
        MPB_TRY(mpb_run_memory_asks_to_share(run->config, &job, question->granted, &asks));
    }
    *owners = asks ? question->plan.size : 1;
    return MPB_OK;
}

static mpb_status plan_ranks(const mpb_memory_question *question, const share *all,
                             mpb_memory_forecast *forecast, mpb_buffer *advice)
{
    const mpb_run_training *training = &question->config->training;
    mpb_run_memory run = {
        .config = question->config,
        .model = question->model,
        .sizes = {.task = mpb_run_task(question->config),
                  .train = &question->inputs->train,
                  .validation = &question->inputs->validation,
                  .plan = question->plan,
                  .eval_batch_size = (size_t)training->eval_batch_size,
                  .answers = &question->config->inference.answers},
        .threads = question->threads,
        .precision = training->precision == MPB_RUN_BF16 ? MPB_GEMM_BF16 : MPB_GEMM_F32,
    };
    const size_t evaluated = eval_sequences(&run, all);
    mpb_batch_limits limits;
    int owners;

    MPB_TRY(count_owners(question, &run, all, evaluated, &owners));
    forecast->owners = owners;
    for (int r = 0; r < question->plan.size; r++) {
        turn_to(&run, r, all, evaluated, &limits);
        MPB_TRY(plan_rank(question, &run, &limits, owners, forecast, advice));
        forecast->max_tokens = larger(forecast->max_tokens, all[r].tokens);
        forecast->max_sequences = larger(forecast->max_sequences, all[r].sequences);
    }
    return MPB_OK;
}

mpb_status mpb_memory_forecast_make(const mpb_memory_question *question,
                                    mpb_memory_forecast *forecast, mpb_buffer *advice)
{
    share *all = NULL;
    mpb_status status = mpb_memory_create((size_t)question->plan.size, sizeof(*all),
                                          "the batches of all ranks", (void **)&all);

    *forecast = (mpb_memory_forecast){.fits = true};
    if (status == MPB_OK) {
        status = count_ranks(question, all);
    }
    if (status == MPB_OK) {
        status = plan_ranks(question, all, forecast, advice);
    }
    mpb_memory_destroy(all);
    return status;
}
