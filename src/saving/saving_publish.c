#include <stdio.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/io/file.h"
#include "saving_parts.h"

mpb_model_dir_content saving_content(const mpb_saver *saver, bool checkpoint)
{
    return (mpb_model_dir_content){.config = mpb_model_configuration(saver->model),
                                   .label_names = saver->label_names,
                                   .parameters = mpb_model_parameters(saver->model),
                                   .weights = mpb_model_weights(saver->model),
                                   .tokenizer_directory = saver->tokenizer_directory,
                                   .length = saver->length,
                                   .settings = saver->settings,
                                   .run = checkpoint ? saver->run : NULL,
                                   .adapters_apart = checkpoint};
}

/* After the work: what cannot be removed takes room and harms nothing. */
static void tell_of_leftover(const mpb_saver *saver, mpb_status status)
{
    if (status == MPB_OK || saver->news->leftovers) {
        return;
    }
    saver->news->leftovers = true;
    snprintf(saver->news->warning, MPB_SAVER_LINE, "what is needed no more stays: %s",
             mpb_status_last());
}

mpb_status saving_publish(const mpb_saver *saver, const char *aside, const char *path,
                          const mpb_manifest_entry *known, size_t count)
{
    MPB_TRY(mpb_manifest_write_known(aside, known, count));
    MPB_TRY(mpb_directory_publish(aside, path));
    tell_of_leftover(saver, mpb_path_remove(aside));
    return MPB_OK;
}

mpb_status saving_publish_checkpoint(const mpb_saver *saver, const char *aside, int64_t step,
                                     const mpb_manifest_entry *known, size_t count)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_checkpoint_path(saver->run, step, path, sizeof(path)));
    MPB_TRY(saving_publish(saver, aside, path, known, count));
    tell_of_leftover(saver, mpb_checkpoint_prune(saver->run, step, saver->keep));
    return MPB_OK;
}
