#include "mpibert/forecast/steps.h"

#include <math.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/measure/flops.h"
#include "mpibert/model/head.h"
#include "mpibert/step/used_rows.h"

enum {
    STEPS = 64, /* of an epoch, at most */
};

/* What one step asks of the ranks. */
typedef struct step_load {
    double most_flops; /* of the rank with most work, in all micro-steps */
    double mean_flops;
    double used_words;
    double tokens;
    double rows; /* of outputs */
    double examples;
    double sequences;
} step_load;

/* An epoch that is being looked at. */
typedef struct epoch {
    const mpb_steps_question *question;
    mpb_plan *plan;
    mpb_used_rows used;
    mpb_flops_sequence *sequences; /* owned, (num_sequences) */
    double *loads;                 /* owned, (ranks): FLOPs of a step */
} epoch;

static mpb_status epoch_begin(const mpb_steps_question *question, epoch *e)
{
    const mpb_dataset *train = question->train;

    *e = (epoch){.question = question};
    MPB_TRY(mpb_plan_create(&question->plan, &e->plan));
    MPB_TRY(mpb_used_rows_create((size_t)question->model->vocab_size, 1, &e->used));
    e->used.all = mpb_head_of(question->model->head)->uses_all_words;
    MPB_TRY(mpb_memory_create(train->num_sequences, sizeof(*e->sequences), "the work of sequences",
                              (void **)&e->sequences));
    MPB_TRY(mpb_flops_sequences(question->model, train, question->choice, e->sequences));
    return mpb_memory_create((size_t)question->plan.size, sizeof(*e->loads), "the work of ranks",
                             (void **)&e->loads);
}

static void epoch_end(epoch *e)
{
    mpb_plan_destroy(&e->plan);
    mpb_used_rows_destroy(&e->used);
    mpb_memory_destroy(e->sequences);
    mpb_memory_destroy(e->loads);
}

static void add_micro(epoch *e, size_t micro, step_load *load)
{
    const int own = mpb_plan_own_cells(e->plan).count;
    const size_t *indices;
    const int *cells;
    size_t count;

    mpb_plan_deal(e->plan, 0, micro, &indices, &cells, &count);
    for (size_t i = 0; i < count; i++) {
        const mpb_flops_sequence s = e->sequences[indices[i]];
        const double flops = MPB_FLOPS_PASSES * mpb_flops_forward(e->question->model, s);

        e->loads[cells[i] / own] += flops;
        load->mean_flops += flops / e->question->plan.size;
        load->tokens += s.tokens;
        load->rows += s.rows;
    }
    load->sequences += (double)count;
}

static mpb_status find_load(epoch *e, const mpb_step *step, step_load *found)
{
    const int ranks = e->question->plan.size;
    step_load load = {.examples = (double)step->num_examples};

    MPB_TRY(mpb_plan_fetch(e->plan, 0, step));
    mpb_dataset_turn(e->question->train);

    memset(e->loads, 0, (size_t)ranks * sizeof(*e->loads));
    for (size_t m = 0; m < step->num_micro; m++) {
        add_micro(e, step->first_micro + m, &load);
    }
    for (int r = 0; r < ranks; r++) {
        load.most_flops = fmax(load.most_flops, e->loads[r]);
    }
    load.used_words =
        (double)mpb_used_rows_find(&e->used, e->plan, e->question->train, 0, step).count;
    *found = load;
    return MPB_OK;
}

/* Of the weights with gradients and, by LAMB, the words that the step does not use. */
static double update_bytes(const mpb_steps_question *question, const mpb_step_stages *stages,
                           double used_words)
{
    const double unused = (double)question->model->vocab_size - used_words;
    const double idle = stages->words ? unused * question->model->hidden_size : 0.0;

    return question->optimizer == MPB_RUN_LAMB
               ? stages->floats * MPB_LAMB_BYTES + idle * MPB_LAMB_IDLE_BYTES
               : stages->floats * MPB_UPDATE_BYTES;
}

/* `micro_steps` of a rank, which go through the weights one after the other. */
static mpb_status forecast_step(const mpb_steps_question *question, const step_load *load,
                                double micro_steps, mpb_step_stages *stages,
                                mpb_step_forecast *made)
{
    const mpb_speed *speed = &question->speed;
    const mpb_flops_sequence mean = {load->tokens / load->sequences, load->rows / load->sequences};
    mpb_step_job job = question->job;
    double seconds; /* of a micro-step, on the rank with most work */

    MPB_TRY(mpb_step_stages_find(question->model, load->used_words, mean, stages));
    seconds = load->most_flops / micro_steps / speed->flops_per_second +
              stages->floats * MPB_PASS_BYTES / speed->memory_bytes_per_second;
    job.stages = stages;
    job.micro_steps = (int)micro_steps;
    job.forward_seconds = seconds / MPB_FLOPS_PASSES;
    job.backward_seconds = seconds - job.forward_seconds;
    job.update_seconds =
        update_bytes(question, stages, load->used_words) / speed->memory_bytes_per_second;
    *made = mpb_step_forecast_make(&job);
    return MPB_OK;
}

/* mean += step * weight */
static void add_weighted(const mpb_step_forecast *step, double weight, mpb_step_forecast *mean)
{
    mean->seconds += weight * step->seconds;
    mean->compute += weight * step->compute;
    mean->update += weight * step->update;
    mean->network += weight * step->network;
    mean->exposed += weight * step->exposed;
    mean->hidden += weight * step->hidden;
    mean->bytes += weight * step->bytes;
}

static mpb_status forecast_steps(epoch *e, mpb_steps_forecast *forecast)
{
    const size_t all = mpb_plan_steps_per_epoch(e->plan);
    const size_t count = all < STEPS ? all : STEPS;
    const double weight = 1.0 / (double)count;
    const int own = mpb_plan_own_cells(e->plan).count;
    double most_flops = 0.0;
    double mean_flops = 0.0;

    for (size_t i = 0; i < count; i++) {
        const mpb_step step = mpb_plan_step(e->plan, i * all / count);
        step_load load;
        mpb_step_stages stages;
        mpb_step_forecast made;

        MPB_TRY(find_load(e, &step, &load));
        MPB_TRY(forecast_step(e->question, &load, (double)step.num_micro * own, &stages, &made));
        add_weighted(&made, weight, &forecast->step);
        forecast->floats += weight * stages.floats;
        forecast->used_words += weight * load.used_words;
        forecast->examples += weight * load.examples;
        forecast->tokens += weight * load.tokens;
        most_flops += load.most_flops;
        mean_flops += load.mean_flops;
    }
    forecast->balance = mean_flops / most_flops;
    return MPB_OK;
}

mpb_status mpb_steps_forecast_make(const mpb_steps_question *question, mpb_steps_forecast *forecast)
{
    epoch e;
    mpb_status status = epoch_begin(question, &e);

    *forecast = (mpb_steps_forecast){0};
    if (status == MPB_OK) {
        status = forecast_steps(&e, forecast);
    }
    epoch_end(&e);
    return status;
}
