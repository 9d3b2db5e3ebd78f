#include "h5_meant.h"

#include <stdlib.h>
#include <string.h>

static mpb_status add(mpb_h5 *file, const char *name, mpb_h5_meant part, const mpb_checksum *sum)
{
    mpb_h5_meant *grown = realloc(file->meant, (file->num_meant + 1) * sizeof(*grown));

    MPB_REQUIRE(grown != NULL, MPB_ERR_SYSTEM, "no memory for a list of datasets (%s)", file->path);
    file->meant = grown;
    part.name = strdup(name);
    part.sum = mpb_checksum_value(sum);
    MPB_REQUIRE(part.name != NULL, MPB_ERR_SYSTEM, "no memory for a list of datasets (%s)",
                file->path);
    file->meant[file->num_meant++] = part;
    return MPB_OK;
}

void mpb_h5_meant_clear(mpb_h5 *file)
{
    for (size_t i = 0; i < file->num_meant; i++) {
        free(file->meant[i].name);
    }
    free(file->meant);
    file->meant = NULL;
    file->num_meant = 0;
}

mpb_status mpb_h5_mean_numbers(mpb_h5 *file, const char *name, mpb_h5_type type, size_t rows,
                               size_t cols, const void *data)
{
    mpb_checksum sum = {0};

    mpb_checksum_update(&sum, data, rows * (cols == 0 ? 1 : cols) * mpb_h5_type_size(type));
    return add(
        file, name,
        (mpb_h5_meant){.kind = MPB_H5_MEANT_NUMBERS, .type = type, .rows = rows, .cols = cols},
        &sum);
}

void mpb_h5_sum_items(char *const *items, size_t count, mpb_checksum *sum)
{
    for (size_t i = 0; i < count; i++) {
        mpb_checksum_update(sum, items[i], strlen(items[i]) + 1);
    }
}

mpb_status mpb_h5_mean_strings(mpb_h5 *file, const char *name, const mpb_strings *strings)
{
    mpb_checksum sum = {0};

    mpb_h5_sum_items(strings->items, strings->count, &sum);
    return add(file, name, (mpb_h5_meant){.kind = MPB_H5_MEANT_STRINGS}, &sum);
}

mpb_status mpb_h5_mean_names(mpb_h5 *file, const char *name, char *const *items, size_t count)
{
    mpb_checksum sum = {0};

    mpb_h5_sum_items(items, count, &sum);
    return add(file, name, (mpb_h5_meant){.kind = MPB_H5_MEANT_NAMES}, &sum);
}

mpb_status mpb_h5_mean_integer(mpb_h5 *file, const char *name, int64_t value)
{
    mpb_checksum sum = {0};

    mpb_checksum_update(&sum, &value, sizeof(value));
    return add(file, name, (mpb_h5_meant){.kind = MPB_H5_MEANT_INTEGER}, &sum);
}

mpb_status mpb_h5_mean_virtual(mpb_h5 *file, const char *name, const mpb_checksum *sum)
{
    return add(file, name, (mpb_h5_meant){.kind = MPB_H5_MEANT_MAPPING}, sum);
}
