#include "mpibert/train/saving.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"

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

static mpb_status write_model(const mpb_saver *saver, const char *directory)
{
    mpb_updater_catch_up(saver->updater);
    return mpb_model_dir_write(
        directory, &(mpb_model_dir_content){.config = mpb_model_configuration(saver->model),
                                            .label_names = saver->label_names,
                                            .parameters = mpb_model_parameters(saver->model),
                                            .weights = mpb_model_weights(saver->model),
                                            .tokenizer_directory = saver->tokenizer_directory,
                                            .length = saver->length,
                                            .settings = saver->settings});
}

/* After the work: what cannot be removed takes room and harms nothing. */
static void tell_of_leftover(const mpb_saver *saver, mpb_status status)
{
    if (status == MPB_OK || *saver->told_of_leftovers) {
        return;
    }
    *saver->told_of_leftovers = true;
    mpb_log_warning(saver->log, "what is needed no more stays: %s", mpb_status_last());
}

/* Puts the folder that was filled aside in its place. */
static mpb_status publish(const mpb_saver *saver, const char *aside, const char *path)
{
    MPB_TRY(mpb_manifest_write(aside));
    MPB_TRY(mpb_directory_publish(aside, path));
    tell_of_leftover(saver, mpb_path_remove(aside));
    return MPB_OK;
}

static mpb_status publish_model(const mpb_saver *saver, const char *name)
{
    char path[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(saver->run, name, path, sizeof(path)));
    MPB_TRY(mpb_directory_begin_aside(path, aside));
    MPB_TRY(write_model(saver, aside));
    return publish(saver, aside, path);
}

mpb_status mpb_saver_model(const mpb_saver *saver, const char *name)
{
    mpb_status status = MPB_OK;

    if (is_writer(saver)) {
        status = publish_model(saver, name);
    }
    return mpb_comm_agree(saver->comm, status);
}

/* Into the model of this rank. */
static mpb_status load_best(const mpb_saver *saver)
{
    size_t num_initialised = 0;
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(saver->run, "best", path, sizeof(path)));
    MPB_TRY(mpb_manifest_verify(path));
    return mpb_model_dir_read_weights(path, mpb_model_configuration(saver->model),
                                      mpb_model_parameters(saver->model), false, 0,
                                      mpb_model_weights(saver->model), &num_initialised);
}

mpb_status mpb_saver_load_best(const mpb_saver *saver)
{
    mpb_updater_catch_up(saver->updater);
    return mpb_comm_agree(saver->comm, is_writer(saver) ? load_best(saver) : MPB_OK);
}

mpb_status mpb_saver_write(const mpb_saver *saver, const mpb_training_state *state)
{
    const size_t size = mpb_model_parameters(saver->model)->size;
    char path[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE];
    char file[MPB_PATH_SIZE];

    MPB_TRY(mpb_checkpoint_path(saver->run, state->step, path, sizeof(path)));
    MPB_TRY(mpb_directory_begin_aside(path, aside));
    MPB_TRY(write_model(saver, aside));
    MPB_TRY(mpb_training_state_path(aside, file, sizeof(file)));
    MPB_TRY(mpb_training_state_write(file, state, size, mpb_updater_first_moment(saver->updater),
                                     mpb_updater_second_moment(saver->updater)));
    MPB_TRY(publish(saver, aside, path));
    tell_of_leftover(saver, mpb_checkpoint_prune(saver->run, state->step, saver->keep));
    return MPB_OK;
}

mpb_status mpb_saver_checkpoint(const mpb_saver *saver, const mpb_training_state *state)
{
    mpb_status status = MPB_OK;

    if (is_writer(saver)) {
        status = mpb_saver_write(saver, state);
    }
    return mpb_comm_agree(saver->comm, status);
}

static mpb_status restore(const mpb_saver *saver, const char *path, mpb_training_state *state)
{
    const mpb_parameters *parameters = mpb_model_parameters(saver->model);
    size_t num_initialised = 0;
    char file[MPB_PATH_SIZE];

    MPB_TRY(mpb_model_dir_read_weights(path, mpb_model_configuration(saver->model), parameters,
                                       false, 0, mpb_model_weights(saver->model),
                                       &num_initialised));
    MPB_REQUIRE(num_initialised == 0, MPB_ERR_DATA,
                "the checkpoint lacks %zu tensors of the model (%s)", num_initialised, path);
    MPB_TRY(mpb_training_state_path(path, file, sizeof(file)));
    MPB_TRY(mpb_training_state_read_moments(file, parameters->size,
                                            mpb_updater_first_moment(saver->updater),
                                            mpb_updater_second_moment(saver->updater)));
    return mpb_training_state_read(file, state);
}

mpb_status mpb_saver_restore(const mpb_saver *saver, const char *path, mpb_training_state *state)
{
    return mpb_comm_agree(saver->comm, restore(saver, path, state));
}
