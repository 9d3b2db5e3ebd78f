#include "rows_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"

static const char KEY[] = "key";

enum { NAME_DIGITS = 16 };

/* A file of the cache, on rank 0. */
typedef struct cached_rows {
    const char *name;
    mpb_sequence_rows *rows;
    char key[MPB_SHA256_TEXT];
    char path[MPB_PATH_SIZE];
} cached_rows;

static size_t rows_in(const mpb_sequence_rows *rows)
{
    return rows->begins[rows->num_sequences];
}

static void add_text(mpb_sha256 *hash, const char *text)
{
    mpb_sha256_update(hash, text, strlen(text) + 1);
}

static mpb_status add_facts(const whole_run *run, const rows_maker *maker, const mpb_dataset *data,
                            const mpb_sequence_rows *rows, mpb_sha256 *hash)
{
    char digest[MPB_SHA256_TEXT];
    char numbers[64];

    MPB_TRY(mpb_dataset_digest(data, digest));
    snprintf(numbers, sizeof(numbers), "2 %d %zu", (int)run->products.precision, rows->width);
    add_text(hash, numbers);
    add_text(hash, maker->name);
    add_text(hash, digest);
    add_text(hash, mpb_isa_label(run->isa));
    add_text(hash, mpb_gemm_description(run->products.kernel, run->isa));
    mpb_sha256_update(hash, rows->begins, (rows->num_sequences + 1) * sizeof(*rows->begins));
    return maker->add_facts(maker->context, hash);
}

static mpb_status find_key(const whole_run *run, const rows_maker *maker, const mpb_dataset *data,
                           const mpb_sequence_rows *rows, char key[MPB_SHA256_TEXT])
{
    mpb_sha256 *hash = NULL;
    mpb_status status;

    MPB_TRY(mpb_sha256_create(&hash));
    status = add_facts(run, maker, data, rows, hash);
    mpb_sha256_finish(hash, key);
    mpb_sha256_destroy(&hash);
    return status;
}

static mpb_status read_opened(const mpb_h5 *file, const cached_rows *cached)
{
    const mpb_sequence_rows *rows = cached->rows;
    mpb_h5_type type;
    size_t height;
    size_t width;
    char *key = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_get_text(file, KEY, &key));
    status = strcmp(key, cached->key) == 0
                 ? MPB_OK
                 : MPB_FAIL(MPB_ERR_DATA, "the key is another one than its name says (%s)",
                            cached->path);
    free(key);
    MPB_TRY(status);
    MPB_TRY(mpb_h5_shape(file, cached->name, &type, &height, &width));
    MPB_REQUIRE(type == MPB_H5_F32 && height == rows_in(rows) && width == rows->width, MPB_ERR_DATA,
                "dataset %s is %zu x %zu, %zu x %zu floats were expected (%s)", cached->name,
                height, width, rows_in(rows), rows->width, cached->path);
    return mpb_h5_read(file, cached->name, MPB_H5_F32, rows->values);
}

static mpb_status read_file(const cached_rows *cached)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_open(cached->path, &file));
    return mpb_h5_end(&file, read_opened(file, cached));
}

/* Where they are, and whether they were there. */
static mpb_status look(const whole_run *run, const rows_maker *maker, const mpb_dataset *data,
                       cached_rows *cached, bool *found)
{
    char name[64];

    MPB_TRY(find_key(run, maker, data, cached->rows, cached->key));
    snprintf(name, sizeof(name), "%s-%.*s.h5", cached->name, NAME_DIGITS, cached->key);
    MPB_TRY(
        mpb_path_join(run->config->data.cache_directory, name, cached->path, sizeof(cached->path)));
    if (!mpb_file_exists(cached->path)) {
        return MPB_OK;
    }
    *found = read_file(cached) == MPB_OK;
    if (!*found) {
        mpb_log_warning(run->log, "%s; it is computed again", mpb_status_last());
    }
    return MPB_OK;
}

static mpb_status write_opened(mpb_h5 *file, const cached_rows *cached)
{
    const mpb_sequence_rows *rows = cached->rows;

    MPB_TRY(mpb_h5_write(file, cached->name, MPB_H5_F32, rows_in(rows), rows->width, rows->values));
    return mpb_h5_set_text(file, KEY, cached->key);
}

static mpb_status write_file(const whole_run *run, const cached_rows *cached)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_directory_create(run->config->data.cache_directory));
    MPB_TRY(mpb_h5_create(cached->path, &file));
    return mpb_h5_end(&file, write_opened(file, cached));
}

mpb_status rows_cache_fill(const whole_run *run, const rows_maker *maker, const mpb_dataset *data,
                           mpb_sequence_rows *rows, size_t *computed)
{
    const bool leads = mpb_comm_rank(run->comm) == 0;
    cached_rows cached = {.name = maker->name, .rows = rows};
    bool found = false;

    if (data->num_sequences == 0) {
        return MPB_OK;
    }
    MPB_TRY(mpb_comm_agree(run->comm, leads ? look(run, maker, data, &cached, &found) : MPB_OK));
    MPB_TRY(mpb_comm_broadcast(run->comm, &found, sizeof(found)));
    if (found) {
        return mpb_comm_broadcast(run->comm, rows->values,
                                  mpb_sequence_rows_count(rows) * sizeof(*rows->values));
    }
    MPB_TRY(maker->make(maker->context));
    *computed += data->num_sequences;
    return mpb_comm_agree(run->comm, leads ? write_file(run, &cached) : MPB_OK);
}
