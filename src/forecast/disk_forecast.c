#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "mpibert/io/file.h"
#include "survey.h"

enum {
    FLOAT_BYTES = 4,
    MOMENTS = 2,
    SMALL_VOCABULARY = 1 << 16, /* ids of a smaller one take two bytes in a shard */
    SEQUENCE_BYTES = 48,        /* of a shard's other arrays, an id of 16 bytes included */
};

/* Of the files that go with the weights: configuration, vocabulary, tokenizer. */
static double small_files(const char *directory)
{
    mpb_strings names = {0};
    double bytes = 0.0;

    if (mpb_directory_list(directory, &names) == MPB_OK) {
        for (size_t i = 0; i < names.count; i++) {
            const char *end = strrchr(names.items[i], '.');
            char path[MPB_PATH_SIZE];
            uint64_t size = 0;

            if (end != NULL && (strcmp(end, ".json") == 0 || strcmp(end, ".txt") == 0) &&
                mpb_path_join(directory, names.items[i], path, sizeof(path)) == MPB_OK &&
                mpb_file_size(path, &size) == MPB_OK) {
                bytes += (double)size;
            }
        }
    }
    mpb_strings_clear(&names);
    return bytes;
}

/* Where `path`, or the nearest folder above it that is there, lies; 0 where that is not known. */
static double free_bytes(const char *path)
{
    char folder[MPB_PATH_SIZE];
    struct statvfs system;
    char *slash = folder;

    snprintf(folder, sizeof(folder), "%s", path);
    while (slash != NULL && !mpb_file_is_directory(folder)) {
        slash = strrchr(folder, '/');
        snprintf(slash == NULL ? folder : slash, 2, "%s", slash == NULL ? "." : "");
    }
    if (statvfs(folder[0] == '\0' ? "/" : folder, &system) != 0) {
        return 0.0;
    }
    return (double)system.f_bavail * (double)system.f_frsize;
}

static double shard_bytes(const survey *s, const mpb_data_forecast *data)
{
    const double id = s->opened.config.vocab_size <= SMALL_VOCABULARY ? 2.0 : 4.0;
    const double sequences = (double)(data->train_sequences + data->validation_sequences);

    return sequences * (data->mean_length * id + SEQUENCE_BYTES);
}

static double trained_floats(const survey *s)
{
    return (double)(s->parameters.size - s->parameters.frozen);
}

/* What each rank keeps of rounding (ckpt/remainders). */
static double remainder_bytes(const survey *s)
{
    const mpb_run_cluster *cluster = &s->config.cluster;
    const bool kept = s->question->nodes > 1 && cluster->overlap && cluster->error_feedback &&
                      cluster->gradient_dtype == MPB_RUN_BF16;

    return kept ? (double)s->question->ranks * FLOAT_BYTES * trained_floats(s) : 0.0;
}

mpb_status disk_forecast_make(const survey *s, const mpb_data_forecast *data,
                              mpb_disk_forecast *disk)
{
    const bool validates = s->inputs.validation.num_sequences > 0;
    const double state = (double)MOMENTS * FLOAT_BYTES * trained_floats(s);
    mpb_data_format format = s->config.data.format;
    const char *path = s->config.data.train.items[0];

    if (mpb_file_is_directory(path)) {
        MPB_TRY(mpb_data_format_find(path, format, &format));
    }
    *disk = (mpb_disk_forecast){
        .model = FLOAT_BYTES * (double)s->parameters.num_total + small_files(s->opened.directory),
        .frozen = FLOAT_BYTES * (double)s->parameters.frozen,
        .kept = s->config.checkpoint.keep + 1,
        .models = validates ? 2 : 1,
        .cache = format == MPB_FORMAT_SHARDS ? 0.0 : shard_bytes(s, data),
        .free = free_bytes(s->config.checkpoint.directory),
    };
    disk->checkpoint = disk->model - disk->frozen + state + remainder_bytes(s);
    disk->total = disk->frozen + (double)disk->kept * disk->checkpoint +
                  (double)disk->models * disk->model + disk->cache;
    return MPB_OK;
}
