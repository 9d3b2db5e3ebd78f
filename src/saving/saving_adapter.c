#include <stdio.h>

#include "mpibert/ckpt/adapter.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/io/file.h"
#include "saving_parts.h"

static mpb_status adapter_path(const mpb_saver *saver, const char *name, char path[MPB_PATH_SIZE])
{
    char folder[64];

    snprintf(folder, sizeof(folder), "%s-adapter", name);
    return mpb_path_join(saver->run, folder, path, MPB_PATH_SIZE);
}

mpb_status saving_publish_adapter(const mpb_saver *saver, const char *name)
{
    const mpb_model_dir_content content = saving_content(saver, false);
    char path[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE];

    if (!mpb_model_config_adapts(mpb_model_configuration(saver->model))) {
        return MPB_OK;
    }
    MPB_TRY(adapter_path(saver, name, path));
    MPB_TRY(mpb_directory_begin_aside(path, aside));
    MPB_TRY(mpb_adapter_write(aside, &content, saver->base));
    return saving_publish(saver, aside, path, NULL, 0);
}

mpb_status saving_load_adapter(const mpb_saver *saver, const char *name)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(adapter_path(saver, name, path));
    MPB_TRY(mpb_manifest_verify(path));
    return mpb_adapter_read_weights(path, mpb_model_parameters(saver->model),
                                    mpb_model_weights(saver->model));
}
