#include "resume_point.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/adapter.h"
#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/memory.h"
#include "mpibert/model/head.h"
#include "mpibert/report/history.h"
#include "mpibert/report/models.h"
#include "mpibert/session/run_task.h"
#include "mpibert/train/signature.h"
#include "run_models.h"

/* `path` is "" for a new run. */
static mpb_status find(const mpb_log *log, const mpb_run_checkpoint *checkpoint,
                       char path[MPB_PATH_SIZE], mpb_training_state *state)
{
    path[0] = '\0';
    if (strcmp(checkpoint->resume, "never") == 0) {
        return MPB_OK;
    }
    if (strcmp(checkpoint->resume, "auto") == 0) {
        return mpb_checkpoint_find_newest(log, checkpoint->directory, path, MPB_PATH_SIZE, state);
    }
    MPB_REQUIRE(strlen(checkpoint->resume) < MPB_PATH_SIZE, MPB_ERR_CONFIG,
                "the path is too long (checkpoint.resume=%s)", checkpoint->resume);
    snprintf(path, MPB_PATH_SIZE, "%s", checkpoint->resume);
    return mpb_checkpoint_verify(path, state);
}

static bool is_whole(const char *run, const char *name)
{
    char path[MPB_PATH_SIZE];

    return mpb_path_join(run, name, path, sizeof(path)) == MPB_OK &&
           mpb_manifest_verify(path) == MPB_OK;
}

/* Whether final/ is there and holds the weights that the finished run ends with; where adaptations are
 * trained these are compared apart, since final/ may have them merged. */
static bool final_is_made(const mpb_run_config *config, const char *path,
                          const mpb_training_state *state)
{
    const mpb_run_checkpoint *checkpoint = &config->checkpoint;
    const mpb_run_model *model = &config->model;
    const bool adapts = model->lora.rank > 0 || model->adapter.kind != MPB_NO_BOTTLENECK;
    const bool of_best = checkpoint->load_best_model_at_end && state->best_step >= 0;
    char final[MPB_PATH_SIZE];
    char best[MPB_PATH_SIZE];

    if (!is_whole(checkpoint->directory, "final") ||
        (adapts && !is_whole(checkpoint->directory, "final-adapter")) ||
        mpb_path_join(checkpoint->directory, adapts ? "final-adapter" : "final", final,
                      sizeof(final)) != MPB_OK ||
        mpb_path_join(checkpoint->directory, adapts ? "best-adapter" : "best", best,
                      sizeof(best)) != MPB_OK) {
        return false;
    }
    return adapts ? mpb_manifests_agree(final, of_best ? best : path,
                                        mpb_adapter_weights_file(&model->adapter))
                  : mpb_model_dirs_agree(final, of_best ? best : path);
}

static bool all_steps_are_done(const mpb_run_config *config, const mpb_training_state *state,
                               mpb_run_length length)
{
    const int64_t patience = config->training.early_stopping_patience;

    return state->step == length.steps || (patience > 0 && state->stale_validations >= patience);
}

/* With its validation, so that the run may be left there. */
static bool has_reached(const mpb_training_state *state, mpb_run_length length, int64_t until_epoch)
{
    return until_epoch > 0 && state->settled_step == state->step &&
           state->step >= until_epoch * length.steps_per_epoch;
}

static mpb_status judge(const mpb_run_config *config, const mpb_training_state *state,
                        int64_t until_epoch, resume_point *point)
{
    mpb_run_length length;

    MPB_TRY(mpb_signature_check_settings(config, state->signature, point->path));
    MPB_TRY(
        mpb_signature_check_length(config, state->signature, state->step, point->path, &length));
    snprintf(point->kernel, sizeof(point->kernel), "%s", state->kernel);
    snprintf(point->instruction_set, sizeof(point->instruction_set), "%s", state->instruction_set);
    snprintf(point->products, sizeof(point->products), "%s", state->products);
    point->finished =
        all_steps_are_done(config, state, length) && final_is_made(config, point->path, state);
    point->reached = has_reached(state, length, until_epoch);
    return MPB_OK;
}

static mpb_status find_and_judge(const mpb_log *log, const mpb_run_config *config,
                                 int64_t until_epoch, resume_point *point,
                                 mpb_training_state *state)
{
    mpb_status status;

    MPB_TRY(find(log, &config->checkpoint, point->path, state));
    status = point->path[0] == '\0' ? MPB_OK : judge(config, state, until_epoch, point);
    if (status != MPB_OK) {
        mpb_training_state_clear(state);
    }
    return status;
}

mpb_status resume_point_find(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                             int64_t until_epoch, resume_point *point, mpb_training_state *state)
{
    mpb_status status = MPB_OK;

    *point = (resume_point){0};
    if (mpb_comm_rank(comm) == 0) {
        status = find_and_judge(log, config, until_epoch, point, state);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    return mpb_comm_broadcast(comm, point, sizeof(*point));
}

/* `then` is empty where the labels were LABEL_0, LABEL_1, ... Their number is checked elsewhere. */
static mpb_status check_names(const mpb_strings *now, const mpb_strings *then, const char *path)
{
    for (size_t j = 0; j < then->count && then->count == now->count; j++) {
        MPB_REQUIRE(strcmp(now->items[j], then->items[j]) == 0, MPB_ERR_CONFIG,
                    "label %zu of the data is '%s', the checkpoint was made with '%s'; give back "
                    "the data, or start anew with checkpoint.resume=never or another "
                    "checkpoint.directory (%s)",
                    j, now->items[j], then->items[j], path);
    }
    return MPB_OK;
}

static mpb_status check_labels(const mpb_strings *label_names, size_t num_labels, const char *path)
{
    mpb_model_config config;
    mpb_strings names = {0};
    mpb_status status;

    MPB_TRY(mpb_model_dir_read_config(path, &config, &names));
    status = check_names(label_names, &names, path);
    mpb_strings_clear(&names);
    MPB_TRY(status);
    MPB_REQUIRE(!mpb_head_of(config.head)->has_labels || (size_t)config.num_labels == num_labels,
                MPB_ERR_CONFIG,
                "the data has %zu labels, the checkpoint was made with %d; give back the data, or "
                "start anew with checkpoint.resume=never or another checkpoint.directory (%s)",
                num_labels, config.num_labels, path);
    return MPB_OK;
}

static mpb_status check_history(const char *history, const char *path)
{
    mpb_epoch_row *rows = NULL;
    size_t num_rows;

    MPB_TRY(mpb_history_read(history, path, &rows, &num_rows));
    mpb_memory_destroy(rows);
    return MPB_OK;
}

mpb_status resume_point_check_data(const resume_point *point, const mpb_training_state *state,
                                   const mpb_strings *label_names, size_t num_labels,
                                   const char *signature)
{
    MPB_TRY(check_labels(label_names, num_labels, point->path));
    MPB_TRY(mpb_signature_check_data(signature, state->signature, point->path));
    return check_history(state->history, point->path);
}

void resume_point_announce_finished(const mpb_log *log, const mpb_run_config *config,
                                    const mpb_training_state *state)
{
    const mpb_run_checkpoint *checkpoint = &config->checkpoint;
    const mpb_event_models models =
        run_models_of(checkpoint->directory,
                      mpb_task_metric_find(mpb_run_task(config), checkpoint->metric_for_best_model),
                      checkpoint->load_best_model_at_end, state);

    mpb_log_info(log,
                 "the run is finished after step %lld and stays as it is; for more epochs %s; "
                 "checkpoint.resume=never starts anew (%s)",
                 (long long)state->step,
                 mpb_run_may_change_length(&config->training)
                     ? "raise training.epochs"
                     : "start a run with final/ as its model.name and another checkpoint.directory",
                 checkpoint->directory);
    mpb_models_show(log, &models);
}

mpb_products_record resume_point_products(const resume_point *point)
{
    return (mpb_products_record){.where = point->path,
                                 .kernel = point->kernel,
                                 .instruction_set = point->instruction_set,
                                 .description = point->products};
}
