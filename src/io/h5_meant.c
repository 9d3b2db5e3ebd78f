#include "h5_meant.h"

#include <stdlib.h>
#include <string.h>

#include "checksum.h"

enum { READ_BYTES = 1 << 20 };

typedef struct mpb_h5_meant meant_part;
typedef mpb_status read_back_fn(const mpb_h5 *file, const meant_part *part, mpb_checksum *sum);

struct mpb_h5_meant {
    char *name; /* owned */
    read_back_fn *read_back;
    mpb_h5_type type; /* of numbers, like the next */
    size_t rows;
    size_t cols;
    uint64_t sum;
};

static mpb_status add(mpb_h5 *file, const char *name, meant_part part, const mpb_checksum *sum)
{
    meant_part *grown = realloc(file->meant, (file->num_meant + 1) * sizeof(*grown));

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

/* Rows [first, first + count) of an open dataset. */
static mpb_status read_rows(const mpb_h5 *file, const meant_part *part, hid_t dataset, hid_t space,
                            hsize_t first, hsize_t count, void *out)
{
    hsize_t begin[2] = {first, 0};
    hsize_t extent[2] = {count, part->cols};
    hid_t memory = H5Screate_simple(part->cols == 0 ? 1 : 2, extent, NULL);
    mpb_status status = MPB_OK;

    MPB_TRY_H5(memory, MPB_ERR_SYSTEM, file, part->name);
    MPB_TRY_H5(H5Sselect_hyperslab(space, H5S_SELECT_SET, begin, NULL, extent, NULL),
               MPB_ERR_SYSTEM, file, part->name);
    MPB_TRY_H5(H5Dread(dataset, mpb_h5_memory_type(part->type), memory, space, H5P_DEFAULT, out),
               MPB_ERR_SYSTEM, file, part->name);
done:
    mpb_h5_close_id(memory);
    return status;
}

static mpb_status sum_rows(const mpb_h5 *file, const meant_part *part, hid_t dataset, hid_t space,
                           mpb_checksum *sum)
{
    size_t row_bytes = (part->cols == 0 ? 1 : part->cols) * mpb_h5_type_size(part->type);
    size_t step = row_bytes >= READ_BYTES ? 1 : READ_BYTES / row_bytes;
    void *values = malloc(step * row_bytes);
    mpb_status status = MPB_OK;

    MPB_REQUIRE(values != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", file->path);
    for (size_t first = 0; first < part->rows && status == MPB_OK; first += step) {
        size_t count = part->rows - first < step ? part->rows - first : step;

        status = read_rows(file, part, dataset, space, first, count, values);
        if (status == MPB_OK) {
            mpb_checksum_update(sum, values, count * row_bytes);
        }
    }
    free(values);
    return status;
}

static mpb_status read_numbers(const mpb_h5 *file, const meant_part *part, mpb_checksum *sum)
{
    hid_t dataset = H5I_INVALID_HID;
    hid_t space = H5I_INVALID_HID;
    mpb_h5_type type;
    size_t rows, cols;
    mpb_status status;

    MPB_TRY(mpb_h5_shape(file, part->name, &type, &rows, &cols));
    MPB_REQUIRE(type == part->type && rows == part->rows && cols == part->cols, MPB_ERR_SYSTEM,
                "dataset '%s' has another shape (%s)", part->name, file->path);
    status = MPB_OK;
    dataset = H5Dopen2(file->file, part->name, H5P_DEFAULT);
    MPB_TRY_H5(dataset, MPB_ERR_SYSTEM, file, part->name);
    space = H5Dget_space(dataset);
    MPB_TRY_H5(space, MPB_ERR_SYSTEM, file, part->name);
    status = sum_rows(file, part, dataset, space, sum);
done:
    mpb_h5_close_id(space);
    mpb_h5_close_id(dataset);
    return status;
}

mpb_status mpb_h5_mean_numbers(mpb_h5 *file, const char *name, mpb_h5_type type, size_t rows,
                               size_t cols, const void *data)
{
    mpb_checksum sum = {0};

    mpb_checksum_update(&sum, data, rows * (cols == 0 ? 1 : cols) * mpb_h5_type_size(type));
    return add(file, name,
               (meant_part){.read_back = read_numbers, .type = type, .rows = rows, .cols = cols},
               &sum);
}

/* Each with its terminating NUL. */
static void sum_items(char *const *items, size_t count, mpb_checksum *sum)
{
    for (size_t i = 0; i < count; i++) {
        mpb_checksum_update(sum, items[i], strlen(items[i]) + 1);
    }
}

static mpb_status read_strings(const mpb_h5 *file, const meant_part *part, mpb_checksum *sum)
{
    mpb_strings found = {0};

    MPB_TRY(mpb_h5_read_strings(file, part->name, &found));
    sum_items(found.items, found.count, sum);
    mpb_strings_clear(&found);
    return MPB_OK;
}

mpb_status mpb_h5_mean_strings(mpb_h5 *file, const char *name, const mpb_strings *strings)
{
    mpb_checksum sum = {0};

    sum_items(strings->items, strings->count, &sum);
    return add(file, name, (meant_part){.read_back = read_strings}, &sum);
}

static mpb_status read_names(const mpb_h5 *file, const meant_part *part, mpb_checksum *sum)
{
    mpb_strings found = {0};

    MPB_TRY(mpb_h5_get_strings(file, part->name, &found));
    sum_items(found.items, found.count, sum);
    mpb_strings_clear(&found);
    return MPB_OK;
}

mpb_status mpb_h5_mean_names(mpb_h5 *file, const char *name, char *const *items, size_t count)
{
    mpb_checksum sum = {0};

    sum_items(items, count, &sum);
    return add(file, name, (meant_part){.read_back = read_names}, &sum);
}

static mpb_status read_integer(const mpb_h5 *file, const meant_part *part, mpb_checksum *sum)
{
    int64_t value;

    MPB_TRY(mpb_h5_get_integer(file, part->name, &value));
    mpb_checksum_update(sum, &value, sizeof(value));
    return MPB_OK;
}

mpb_status mpb_h5_mean_integer(mpb_h5 *file, const char *name, int64_t value)
{
    mpb_checksum sum = {0};

    mpb_checksum_update(&sum, &value, sizeof(value));
    return add(file, name, (meant_part){.read_back = read_integer}, &sum);
}

mpb_status mpb_h5_meant_verify(const mpb_h5 *file, const mpb_h5 *closed)
{
    for (size_t i = 0; i < file->num_meant; i++) {
        const meant_part *part = &file->meant[i];
        mpb_checksum found = {0};

        MPB_REQUIRE(part->read_back(closed, part, &found) == MPB_OK, MPB_ERR_SYSTEM,
                    "what was written does not come back: %s", mpb_status_last());
        MPB_REQUIRE(mpb_checksum_value(&found) == part->sum, MPB_ERR_SYSTEM,
                    "other values come back than were written (%s, '%s')", file->path, part->name);
    }
    return MPB_OK;
}
