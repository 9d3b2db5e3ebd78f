#include "mpibert/session/text_settings.h"

#include "mpibert/io/file.h"
#include "mpibert/shards/shards.h"

/* As far as the shards' length is within the run's, which is within the model's positions. */
static mpb_status write_of_shards(const mpb_run_config *config, const char *path,
                                  mpb_buffer *settings, int *length)
{
    mpb_run_config read = *config;
    mpb_shard_info info = {0};
    mpb_status status;

    MPB_TRY(mpb_shards_describe(path, &info, NULL, NULL));
    if ((int64_t)info.max_seq_length < read.model.max_seq_length) {
        read.model.max_seq_length = (int64_t)info.max_seq_length;
    }
    *length = (int)read.model.max_seq_length;
    status = mpb_run_config_write_for_model(&read, info.options.data, settings);
    mpb_shard_info_clear(&info);
    return status;
}

mpb_status mpb_text_settings_make(const mpb_run_config *config, mpb_buffer *settings, int *length)
{
    const char *path = config->data.train.items[0];
    mpb_data_format format = config->data.format;

    if (mpb_file_is_directory(path)) {
        MPB_TRY(mpb_data_format_find(path, format, &format));
    }
    if (format == MPB_FORMAT_SHARDS) {
        return write_of_shards(config, path, settings, length);
    }
    *length = (int)config->model.max_seq_length;
    return mpb_run_config_write_for_model(config, NULL, settings);
}
