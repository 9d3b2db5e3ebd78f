#include "sweep_state.h"

#include <stdio.h>
#include <stdlib.h>

#include "mpibert/session/run_task.h"

static mpb_status begin_standing(const mpb_sweep_file *file, sweep_standing *standing)
{
    standing->runs = calloc(file->num_seeds, sizeof(*standing->runs));
    standing->means = calloc(file->halving.count + 1, sizeof(*standing->means));
    MPB_REQUIRE(standing->runs != NULL && standing->means != NULL, MPB_ERR_SYSTEM,
                "no memory for %zu settings", file->count);
    return MPB_OK;
}

mpb_status sweep_state_begin(const mpb_sweep_file *file, sweep_state *state)
{
    mpb_run_config config = file->settings[0].config;

    state->file = file;
    state->directory = config.checkpoint.directory;
    MPB_TRY(mpb_run_task_settle(&config, &state->task));
    state->metric = mpb_task_metric_find(state->task, config.checkpoint.metric_for_best_model);
    state->settings = calloc(file->count, sizeof(*state->settings));
    MPB_REQUIRE(state->settings != NULL, MPB_ERR_SYSTEM, "no memory for %zu settings", file->count);
    for (size_t i = 0; i < file->count; i++) {
        MPB_TRY(begin_standing(file, &state->settings[i]));
    }
    return MPB_OK;
}

void sweep_state_clear(sweep_state *state)
{
    for (size_t i = 0; state->settings != NULL && i < state->file->count; i++) {
        free(state->settings[i].runs);
        free(state->settings[i].means);
    }
    free(state->settings);
    *state = (sweep_state){0};
}

mpb_status sweep_state_share(const mpb_comm *comm, sweep_state *state)
{
    const mpb_sweep_file *file = state->file;

    MPB_TRY(mpb_comm_broadcast(comm, &state->decided, sizeof(state->decided)));
    for (size_t i = 0; i < file->count; i++) {
        sweep_standing *standing = &state->settings[i];

        MPB_TRY(mpb_comm_broadcast(comm, &standing->ended_after, sizeof(standing->ended_after)));
        MPB_TRY(
            mpb_comm_broadcast(comm, standing->runs, file->num_seeds * sizeof(*standing->runs)));
        MPB_TRY(mpb_comm_broadcast(comm, standing->means,
                                   (file->halving.count + 1) * sizeof(*standing->means)));
    }
    return MPB_OK;
}

bool sweep_has_failed(const sweep_state *state, size_t setting)
{
    bool failed = false;

    for (size_t i = 0; i < state->file->num_seeds; i++) {
        failed = failed || state->settings[setting].runs[i].status != MPB_OK;
    }
    return failed;
}

void sweep_run_name(const sweep_state *state, size_t setting, size_t seed,
                    char name[SWEEP_RUN_NAME])
{
    snprintf(name, SWEEP_RUN_NAME, "%s-seed-%lld", state->file->settings[setting].name,
             (long long)state->file->seeds[seed]);
}

mpb_status sweep_run_directory(const sweep_state *state, size_t setting, size_t seed,
                               char path[MPB_PATH_SIZE])
{
    char name[SWEEP_RUN_NAME];

    sweep_run_name(state, setting, seed, name);
    return mpb_path_join(state->directory, name, path, MPB_PATH_SIZE);
}
