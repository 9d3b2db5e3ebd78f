#include "sweep_results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/describe/describe_parts.h"
#include "mpibert/describe/run_facts.h"

/* Parameters that are trained at any time of the run, by its newest checkpoint. */
static mpb_status count_trained(const mpb_run_facts *facts, int64_t *count)
{
    const mpb_run_model *model = &facts->config.model;
    mpb_parameters all = {0};
    mpb_parameters trained = {0};
    mpb_strings names = {0};
    mpb_model_config config;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_path_join(facts->folder, facts->checkpoints.items[facts->checkpoints.count - 1],
                          path, sizeof(path)));
    status = mpb_model_dir_read_config(path, &config, &names);
    mpb_strings_clear(&names);
    MPB_TRY(status);
    config.trainable = &model->trainable;
    config.unfreeze_schedule = &model->unfreeze_schedule;
    config.lora = model->lora.rank > 0 ? &model->lora : NULL;
    MPB_TRY(mpb_parameters_create(&config, &all));
    status = mpb_parameters_trained(&all, &trained);
    *count = status == MPB_OK ? (int64_t)trained.num_total : 0;
    mpb_parameters_destroy(&trained);
    mpb_parameters_destroy(&all);
    return status;
}

static double number_of(const mpb_json *line, const char *name)
{
    const mpb_json *value = line == NULL ? NULL : mpb_json_member(line, name);

    return value != NULL && mpb_json_is_number(value) ? mpb_json_number(value) : (double)NAN;
}

static mpb_status take_facts(const char *path, const mpb_run_facts *facts, sweep_figures *figures)
{
    char name[64] = "eval_";

    strncat(name, facts->metric->name, sizeof(name) - strlen(name) - 1);
    figures->best = number_of(facts->metrics.best, name);
    figures->epoch = number_of(facts->metrics.best, "epoch");
    figures->seconds = facts->metrics.step_seconds;
    figures->finished = strcmp(mpb_run_facts_state(path, facts), "finished") == 0;
    return facts->checkpoints.count == 0 ? MPB_OK : count_trained(facts, &figures->trained);
}

mpb_status sweep_figures_read(const sweep_state *state, size_t setting, size_t seed,
                              sweep_figures *figures)
{
    mpb_run_facts facts = {0};
    char path[MPB_PATH_SIZE];
    mpb_status status;

    *figures = (sweep_figures){.best = (double)NAN, .epoch = (double)NAN, .seconds = (double)NAN};
    MPB_TRY(sweep_run_directory(state, setting, seed, path));
    if (!mpb_describe_has(path, "config.yaml")) {
        return MPB_OK;
    }
    status = mpb_run_facts_gather(path, &facts);
    if (status == MPB_OK) {
        status = take_facts(path, &facts, figures);
    }
    mpb_run_facts_clear(&facts);
    return status;
}

double sweep_mean(const sweep_figures *runs, const sweep_run *outcomes, size_t count)
{
    double sum = 0.0;
    double n = 0.0;

    for (size_t i = 0; i < count; i++) {
        if (outcomes[i].status == MPB_OK) {
            sum += runs[i].best;
            n += 1.0;
        }
    }
    return sum / n;
}

/* The means of a setting; 0 / 0, where all runs failed, is NaN. */
static void take_means(const sweep_run *outcomes, size_t count, sweep_result *result)
{
    double squares = 0.0;
    double n = 0.0;

    result->mean = sweep_mean(result->runs, outcomes, count);
    for (size_t i = 0; i < count; i++) {
        const sweep_figures *run = &result->runs[i];

        if (outcomes[i].status == MPB_OK) {
            squares += (run->best - result->mean) * (run->best - result->mean);
            result->epoch += run->epoch;
            result->seconds += run->seconds;
            n += 1.0;
        }
        result->trained = run->trained > 0 ? run->trained : result->trained;
    }
    result->deviation = n < 2.0 ? (double)NAN : sqrt(squares / (n - 1.0));
    result->epoch /= n;
    result->seconds /= n;
}

static void name_state(const sweep_state *state, sweep_result *result)
{
    const int64_t ended = state->settings[result->setting].ended_after;
    bool finished = true;

    for (size_t i = 0; i < state->file->num_seeds; i++) {
        finished = finished && result->runs[i].finished;
    }
    if (result->failed || ended == 0) {
        snprintf(result->state, sizeof(result->state), "%s",
                 result->failed ? "failed" : (finished ? "finished" : "not finished"));
    } else {
        snprintf(result->state, sizeof(result->state), "stopped after epoch %lld",
                 (long long)ended);
    }
}

static mpb_status make_result(const sweep_state *state, size_t setting, sweep_result *result)
{
    const size_t count = state->file->num_seeds;

    *result = (sweep_result){.name = state->file->settings[setting].name,
                             .failed = sweep_has_failed(state, setting),
                             .setting = setting,
                             .runs = calloc(count, sizeof(*result->runs))};
    MPB_REQUIRE(result->runs != NULL, MPB_ERR_SYSTEM, "no memory for %zu runs", count);
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(sweep_figures_read(state, setting, i, &result->runs[i]));
    }
    take_means(state->settings[setting].runs, count, result);
    name_state(state, result);
    return MPB_OK;
}

static bool is_better(const sweep_state *state, const sweep_result *a, const sweep_result *b)
{
    if (a->failed != b->failed || isnan(b->mean)) {
        return a->failed != b->failed ? b->failed : !isnan(a->mean);
    }
    return state->metric->smaller_is_better ? a->mean < b->mean : a->mean > b->mean;
}

/* By insertion, which keeps equal ones in their order. */
static void sort(const sweep_state *state, sweep_result *results)
{
    for (size_t i = 1; i < state->file->count; i++) {
        const sweep_result moved = results[i];
        size_t at = i;

        for (; at > 0 && is_better(state, &moved, &results[at - 1]); at--) {
            results[at] = results[at - 1];
        }
        results[at] = moved;
    }
}

void sweep_results_destroy(const sweep_state *state, sweep_result *results)
{
    for (size_t i = 0; results != NULL && i < state->file->count; i++) {
        free(results[i].runs);
    }
    free(results);
}

mpb_status sweep_results_make(const sweep_state *state, sweep_result **results)
{
    sweep_result *made = calloc(state->file->count, sizeof(*made));
    mpb_status status = MPB_OK;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for %zu settings", state->file->count);
    for (size_t i = 0; i < state->file->count && status == MPB_OK; i++) {
        status = make_result(state, i, &made[i]);
    }
    if (status != MPB_OK) {
        sweep_results_destroy(state, made);
        return status;
    }
    sort(state, made);
    *results = made;
    return MPB_OK;
}
