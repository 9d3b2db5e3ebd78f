#include "encoded_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"

static const char VALUES[] = "encoded";
static const char KEY[] = "key";

enum { NAME_DIGITS = 16 };

static size_t rows_of(const mpb_dataset *data)
{
    return data->encoded_begins[data->num_sequences];
}

/* Whatever decides about a bit of what is kept. */
static mpb_status add_facts(const whole_run *run, const mpb_dataset *data, mpb_sha256 *hash)
{
    const mpb_model_config *config = &run->opened.config;
    const mpb_parameters *parameters = mpb_model_parameters(run->model);
    char digest[MPB_SHA256_TEXT];
    char text[256];
    int length;

    MPB_TRY(mpb_dataset_digest(data, digest));
    length =
        snprintf(text, sizeof(text), "1 %s %d %d %d %a %d %s %s", digest, (int)config->family,
                 (int)config->head, config->num_attention_heads, (double)config->layer_norm_eps,
                 (int)run->products.precision, mpb_isa_label(run->isa),
                 mpb_gemm_description(run->products.kernel, run->isa));
    mpb_sha256_update(hash, text, (size_t)length);
    mpb_sha256_update(hash, data->encoded_begins,
                      (data->num_sequences + 1) * sizeof(*data->encoded_begins));
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        if (!item->is_head) {
            mpb_sha256_update(hash, mpb_model_weights(run->model) + item->offset,
                              item->count * sizeof(float));
        }
    }
    return MPB_OK;
}

static mpb_status find_key(const whole_run *run, const mpb_dataset *data, char key[MPB_SHA256_TEXT])
{
    mpb_sha256 *hash = NULL;
    mpb_status status;

    MPB_TRY(mpb_sha256_create(&hash));
    status = add_facts(run, data, hash);
    mpb_sha256_finish(hash, key);
    mpb_sha256_destroy(&hash);
    return status;
}

static mpb_status read_opened(const mpb_h5 *file, const encoded_cache *cache, mpb_dataset *data)
{
    mpb_h5_type type;
    size_t rows;
    size_t cols;
    char *key = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_get_text(file, KEY, &key));
    status =
        strcmp(key, cache->key) == 0
            ? MPB_OK
            : MPB_FAIL(MPB_ERR_DATA, "the key is another one than its name says (%s)", cache->path);
    free(key);
    MPB_TRY(status);
    MPB_TRY(mpb_h5_shape(file, VALUES, &type, &rows, &cols));
    MPB_REQUIRE(type == MPB_H5_F32 && rows == rows_of(data) && cols == data->encoded_width,
                MPB_ERR_DATA, "dataset %s is %zu x %zu, %zu x %zu floats were expected (%s)",
                VALUES, rows, cols, rows_of(data), data->encoded_width, cache->path);
    return mpb_h5_read(file, VALUES, MPB_H5_F32, data->encoded);
}

static mpb_status read_file(const encoded_cache *cache, mpb_dataset *data)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_open(cache->path, &file));
    return mpb_h5_end(&file, read_opened(file, cache, data));
}

mpb_status encoded_cache_look(const whole_run *run, mpb_dataset *data, encoded_cache *cache,
                              bool *found)
{
    char name[64];

    *found = false;
    MPB_TRY(find_key(run, data, cache->key));
    snprintf(name, sizeof(name), "encoded-%.*s.h5", NAME_DIGITS, cache->key);
    MPB_TRY(
        mpb_path_join(run->config->data.cache_directory, name, cache->path, sizeof(cache->path)));
    if (!mpb_file_exists(cache->path)) {
        return MPB_OK;
    }
    *found = read_file(cache, data) == MPB_OK;
    if (!*found) {
        mpb_log_warning(run->log, "%s; it is computed again", mpb_status_last());
    }
    return MPB_OK;
}

static mpb_status write_opened(mpb_h5 *file, const encoded_cache *cache, const mpb_dataset *data)
{
    MPB_TRY(
        mpb_h5_write(file, VALUES, MPB_H5_F32, rows_of(data), data->encoded_width, data->encoded));
    return mpb_h5_set_text(file, KEY, cache->key);
}

mpb_status encoded_cache_write(const whole_run *run, const encoded_cache *cache,
                               const mpb_dataset *data)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_directory_create(run->config->data.cache_directory));
    MPB_TRY(mpb_h5_create(cache->path, &file));
    return mpb_h5_end(&file, write_opened(file, cache, data));
}
