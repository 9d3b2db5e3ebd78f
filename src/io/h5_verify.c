#include <stdlib.h>

#include "h5_meant.h"
#include "h5_virtual.h"

enum { READ_BYTES = 1 << 20 };

static mpb_status sum_rows(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum)
{
    size_t row_bytes = (part->cols == 0 ? 1 : part->cols) * mpb_h5_type_size(part->type);
    size_t step = row_bytes >= READ_BYTES ? 1 : READ_BYTES / row_bytes;
    void *values = malloc(step * row_bytes);
    mpb_status status = MPB_OK;

    MPB_REQUIRE(values != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", file->path);
    for (size_t first = 0; first < part->rows && status == MPB_OK; first += step) {
        size_t count = part->rows - first < step ? part->rows - first : step;

        status = mpb_h5_read_rows(file, part->name, part->type, first, count, values);
        if (status == MPB_OK) {
            mpb_checksum_update(sum, values, count * row_bytes);
        }
    }
    free(values);
    return status;
}

static mpb_status read_numbers(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum)
{
    mpb_h5_type type;
    size_t rows, cols;

    MPB_TRY(mpb_h5_shape(file, part->name, &type, &rows, &cols));
    MPB_REQUIRE(type == part->type && rows == part->rows && cols == part->cols, MPB_ERR_SYSTEM,
                "dataset '%s' has another shape (%s)", part->name, file->path);
    return sum_rows(file, part, sum);
}

static mpb_status read_strings(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum)
{
    mpb_strings found = {0};

    MPB_TRY(mpb_h5_read_strings(file, part->name, &found));
    mpb_h5_sum_items(found.items, found.count, sum);
    mpb_strings_clear(&found);
    return MPB_OK;
}

static mpb_status read_names(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum)
{
    mpb_strings found = {0};

    MPB_TRY(mpb_h5_get_strings(file, part->name, &found));
    mpb_h5_sum_items(found.items, found.count, sum);
    mpb_strings_clear(&found);
    return MPB_OK;
}

static mpb_status read_integer(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum)
{
    int64_t value;

    MPB_TRY(mpb_h5_get_integer(file, part->name, &value));
    mpb_checksum_update(sum, &value, sizeof(value));
    return MPB_OK;
}

static mpb_status read_mapping(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum)
{
    return mpb_h5_virtual_sum(file, part->name, sum);
}

typedef mpb_status read_back_fn(const mpb_h5 *file, const mpb_h5_meant *part, mpb_checksum *sum);

static read_back_fn *const read_back[] = {
    [MPB_H5_MEANT_NUMBERS] = read_numbers, [MPB_H5_MEANT_STRINGS] = read_strings,
    [MPB_H5_MEANT_NAMES] = read_names,     [MPB_H5_MEANT_INTEGER] = read_integer,
    [MPB_H5_MEANT_MAPPING] = read_mapping,
};

mpb_status mpb_h5_meant_verify(const mpb_h5 *file, const mpb_h5 *closed)
{
    for (size_t i = 0; i < file->num_meant; i++) {
        const mpb_h5_meant *part = &file->meant[i];
        mpb_checksum found = {0};

        MPB_REQUIRE(read_back[part->kind](closed, part, &found) == MPB_OK, MPB_ERR_SYSTEM,
                    "what was written does not come back: %s", mpb_status_last());
        MPB_REQUIRE(mpb_checksum_value(&found) == part->sum, MPB_ERR_SYSTEM,
                    "other values come back than were written (%s, '%s')", file->path, part->name);
    }
    return MPB_OK;
}
