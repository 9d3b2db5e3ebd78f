#include "mpibert/saving/saving.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/ckpt/moments.h"
#include "mpibert/ckpt/remainders.h"
#include "mpibert/comm/watch.h"
#include "mpibert/io/file.h"
#include "mpibert/session/same_view.h"
#include "saving_parts.h"

static bool is_writer(const mpb_saver *saver)
{
    return mpb_comm_rank(saver->comm) == 0;
}

static mpb_status write_config(const mpb_saver *saver, const char *text, size_t size)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(saver->run, "checkpoints", path, sizeof(path)));
    MPB_TRY(mpb_directory_create(path));
    MPB_TRY(mpb_path_join(saver->run, "config.yaml", path, sizeof(path)));
    return mpb_file_replace(path, text, size);
}

mpb_status mpb_saver_begin(const mpb_saver *saver, const char *config_text, size_t config_size)
{
    mpb_status status = MPB_OK;

    if (is_writer(saver)) {
        status = write_config(saver, config_text, config_size);
    }
    return mpb_comm_agree(saver->comm, status);
}

mpb_status mpb_saver_start_anew(const mpb_saver *saver)
{
    return mpb_comm_agree(saver->comm,
                          is_writer(saver) ? mpb_checkpoint_prune(saver->run, 0, 0) : MPB_OK);
}

static mpb_status write_model(const mpb_saver *saver, const char *directory, bool checkpoint)
{
    const mpb_model_dir_content content = saving_content(saver, checkpoint);

    mpb_updater_catch_up(saver->updater);
    return mpb_model_dir_write(directory, &content);
}

static mpb_status publish_model(const mpb_saver *saver, const char *name)
{
    char path[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(saver->run, name, path, sizeof(path)));
    MPB_TRY(mpb_directory_begin_aside(path, aside));
    MPB_TRY(write_model(saver, aside, false));
    return saving_publish(saver, aside, path, NULL, 0);
}

mpb_status mpb_saver_model(const mpb_saver *saver, const char *name)
{
    mpb_status status = MPB_OK;

    if (saver->publisher != NULL) {
        MPB_TRY(saving_parts_model(saver, name));
    } else if (is_writer(saver)) {
        status = publish_model(saver, name);
    }
    if (status == MPB_OK && is_writer(saver)) {
        status = saving_publish_adapter(saver, name);
    }
    return mpb_comm_agree(saver->comm, status);
}

/* Into the model of this rank, whose base has not changed where it is adapted. */
static mpb_status load_best(const mpb_saver *saver)
{
    size_t num_initialised = 0;
    char path[MPB_PATH_SIZE];

    if (mpb_model_configuration(saver->model)->lora != NULL) {
        return saving_load_adapter(saver, "best");
    }
    MPB_TRY(mpb_path_join(saver->run, "best", path, sizeof(path)));
    MPB_TRY(mpb_manifest_verify(path));
    return mpb_model_dir_read_weights(path, mpb_model_configuration(saver->model),
                                      mpb_model_parameters(saver->model), 0, 0,
                                      mpb_model_weights(saver->model), &num_initialised);
}

mpb_status mpb_saver_load_best(const mpb_saver *saver)
{
    const bool writes = is_writer(saver) || saver->publisher != NULL;

    mpb_updater_catch_up(saver->updater);
    return mpb_comm_agree(saver->comm, writes ? load_best(saver) : MPB_OK);
}

mpb_status mpb_saver_write(const mpb_saver *saver, const mpb_training_state *state)
{
    char path[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE];

    MPB_TRY(mpb_checkpoint_path(saver->run, state->step, path, sizeof(path)));
    MPB_TRY(mpb_directory_begin_aside(path, aside));
    MPB_TRY(write_model(saver, aside, true));
    MPB_TRY(saving_write_state(saver, aside, state));
    return saving_publish_checkpoint(saver, aside, state->step, NULL, 0);
}

mpb_status mpb_saver_checkpoint(const mpb_saver *saver, const mpb_training_state *state)
{
    mpb_status status = MPB_OK;

    mpb_comm_note(saver->comm, "saving", state->step);
    if (mpb_saver_needs_all_ranks(saver)) {
        status = saving_parts_checkpoint(saver, state);
    } else if (is_writer(saver)) {
        status = mpb_saver_write(saver, state);
    }
    MPB_TRY(mpb_comm_agree(saver->comm, status));
    mpb_comm_note_saved(saver->comm, state->step);
    return MPB_OK;
}

static mpb_status restore(const mpb_saver *saver, const char *path, mpb_training_state *state)
{
    const mpb_parameters *parameters = mpb_model_parameters(saver->model);
    size_t num_initialised = 0;
    char file[MPB_PATH_SIZE];

    MPB_TRY(mpb_model_dir_read_weights(path, mpb_model_configuration(saver->model), parameters, 0,
                                       0, mpb_model_weights(saver->model), &num_initialised));
    MPB_REQUIRE(num_initialised == 0, MPB_ERR_DATA,
                "the checkpoint lacks %zu tensors of the model (%s)", num_initialised, path);
    MPB_TRY(mpb_training_state_path(path, file, sizeof(file)));
    MPB_TRY(mpb_moments_read(file, mpb_updater_share(saver->updater),
                             mpb_updater_first_moment(saver->updater),
                             mpb_updater_second_moment(saver->updater)));
    return mpb_training_state_read(file, state);
}

/* All ranks' or none's. */
static mpb_status restore_remainders(const mpb_saver *saver, const char *path, int64_t step)
{
    const mpb_remainders_owner owner = {mpb_comm_rank(saver->comm), mpb_comm_size(saver->comm),
                                        step};
    const size_t count = mpb_model_trained(saver->model)->size;
    float *values = mpb_reduction_remainders(saver->reduction);
    bool found = false;
    mpb_status status = mpb_remainders_read(path, &owner, count, values, &found);
    double missing = found ? 0.0 : 1.0;

    MPB_TRY(mpb_comm_agree(saver->comm, status));
    MPB_TRY(mpb_comm_max_double(saver->comm, &missing, 1));
    if (missing > 0.0) {
        memset(values, 0, count * sizeof(*values));
        snprintf(
            saver->news->warning, MPB_SAVER_LINE,
            "what rounding to bf16 left over starts at zero, as the checkpoint has it of other "
            "ranks than these %d or not at all: weights equal those of a run that never "
            "stopped to rounding only (%.512s)",
            owner.ranks, path);
    }
    return MPB_OK;
}

mpb_status mpb_saver_restore(const mpb_saver *saver, const char *path, mpb_training_state *state)
{
    MPB_TRY(mpb_comm_agree(saver->comm, restore(saver, path, state)));
    if (saver->reduction != NULL && mpb_reduction_remainders(saver->reduction) != NULL) {
        MPB_TRY(restore_remainders(saver, path, state->step));
    }
    mpb_comm_note_saved(saver->comm, state->step);
    return mpb_same_weights(saver->comm, mpb_model_weights(saver->model),
                            mpb_model_parameters(saver->model)->size, path);
}
