#include "sweep_caches.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/config/run_config_keys.h"

/* All that ranks decide by. */
static mpb_status describe(const mpb_sweep_file *file, mpb_buffer *text)
{
    const mpb_halving *halving = &file->halving;

    MPB_TRY(mpb_buffer_append(text, file->seeds, file->num_seeds * sizeof(*file->seeds)));
    MPB_TRY(mpb_buffer_append(text, &halving->keep, sizeof(halving->keep)));
    MPB_TRY(mpb_buffer_append(text, halving->after_epochs,
                              halving->count * sizeof(*halving->after_epochs)));
    for (size_t i = 0; i < file->count; i++) {
        MPB_TRY(mpb_buffer_append_format(text, "\n%s\n", file->settings[i].name));
        MPB_TRY(mpb_run_config_write(&file->settings[i].config, text));
    }
    return MPB_OK;
}

mpb_status sweep_same_file(const mpb_comm *comm, const mpb_sweep_file *file, const char *path)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_comm_agree(comm, describe(file, &text));

    if (status == MPB_OK) {
        status = mpb_comm_compare(comm, text.data, text.size, "the sweep", path);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Appends all keys but those of how it is trained. */
static mpb_status describe_reading(const mpb_run_config *config, mpb_buffer *text)
{
    static const char training[] = "training.";

    for (size_t i = 0; i < mpb_run_config_num_keys(); i++) {
        if (strncmp(mpb_run_config_key_name(i), training, strlen(training)) != 0) {
            MPB_TRY(mpb_run_config_key_write(i, config, text));
            MPB_TRY(mpb_buffer_append_text(text, "\n"));
        }
    }
    return MPB_OK;
}

/* *first = whether no setting before number `at` reads its data like that one. texts (at + 1): of those
 * before, and room for its own. */
static mpb_status is_first(const mpb_sweep_file *file, size_t at, mpb_buffer *texts, bool *first)
{
    MPB_TRY(describe_reading(&file->settings[at].config, &texts[at]));
    *first = true;
    for (size_t i = 0; i < at; i++) {
        *first = *first && strcmp(texts[i].data, texts[at].data) != 0;
    }
    return MPB_OK;
}

/* What is kept of the texts depends on the seed only where it chooses among them. */
static mpb_status fill_setting(const run_groups *groups, const mpb_sweep_file *file, size_t setting)
{
    const mpb_run_config *config = &file->settings[setting].config;
    const size_t different = config->data.max_samples > 0 ? file->num_seeds : 1;

    for (size_t i = 0; i < different; i++) {
        MPB_TRY(run_groups_fill_cache(groups, config, file->seeds[i]));
    }
    return MPB_OK;
}

/* What is wrong with the data of a setting, its runs will meet and tell again. */
static mpb_status fill(const run_groups *groups, const mpb_sweep_file *file, mpb_buffer *texts)
{
    for (size_t i = 0; i < file->count; i++) {
        bool first = false;

        MPB_TRY(mpb_comm_agree(groups->comm, is_first(file, i, texts, &first)));
        if (first) {
            const mpb_status status = fill_setting(groups, file, i);

            MPB_REQUIRE(status != MPB_STOPPED, status, "%s", mpb_status_last());
        }
    }
    return MPB_OK;
}

mpb_status sweep_caches_fill(const run_groups *groups, const mpb_sweep_file *file)
{
    mpb_buffer *texts = calloc(file->count, sizeof(*texts));
    mpb_status status = MPB_OK;

    if (texts == NULL) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory for %zu settings", file->count);
    }
    status = mpb_comm_agree(groups->comm, status);
    if (status == MPB_OK && groups->count > 1) {
        status = fill(groups, file, texts);
    }
    for (size_t i = 0; texts != NULL && i < file->count; i++) {
        mpb_buffer_clear(&texts[i]);
    }
    free(texts);
    return status;
}
