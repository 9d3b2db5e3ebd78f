/* Datasets of an HDF5 file that is being written. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "h5_internal.h"
#include "h5_meant.h"
#include "h5_strings.h"

enum {
    MAX_CHUNK_ROWS = 65536,
    MAX_CHUNK_BYTES = 1 << 20, /* HDF5's own cache holds one such chunk */
    MAX_NAME = 1024            /* bytes of a dataset's path */
};

/* Calls for a/b/c: a, then a/b, then a/b/c; `part` (MAX_NAME) is its memory, *end starts at 0. */
static bool next_part(const char *name, char *part, size_t *end)
{
    size_t at = *end;

    while (name[at] == '/') {
        at++;
    }
    if (name[at] == '\0') {
        return false;
    }
    at += strcspn(name + at, "/");
    memcpy(part, name, at);
    part[at] = '\0';
    *end = at;
    return true;
}

bool mpb_h5_path_exists(hid_t file, const char *name)
{
    char part[MAX_NAME];
    size_t end = 0;

    if (strlen(name) >= sizeof(part)) {
        return false;
    }
    while (next_part(name, part, &end)) {
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0) {
            return false;
        }
    }
    return end > 0;
}

static mpb_status create_group(mpb_h5 *file, const char *name)
{
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    hid_t group = H5I_INVALID_HID;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(creation, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Pset_obj_track_times(creation, false), MPB_ERR_SYSTEM, file, name);
    group = H5Gcreate2(file->file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    MPB_TRY_H5(group, MPB_ERR_SYSTEM, file, name);
done:
    mpb_h5_close_id(creation);
    return mpb_h5_end_id(file, name, group, status);
}

mpb_status mpb_h5_create_groups_above(mpb_h5 *file, const char *name)
{
    char part[MAX_NAME];
    size_t end = 0;

    MPB_REQUIRE(strlen(name) < sizeof(part), MPB_ERR_SYSTEM,
                "name of %zu bytes is too long for a dataset (%s)", strlen(name), file->path);
    while (next_part(name, part, &end) && name[end] != '\0') {
        if (!mpb_h5_path_exists(file->file, part)) {
            MPB_TRY(create_group(file, part));
        }
    }
    return MPB_OK;
}

/* The extent. A dimension of length 0 must be able to grow: a chunk has at least one row. */
static hid_t new_space(size_t rows, size_t cols)
{
    hsize_t extent[2] = {rows, cols};
    hsize_t limit[2] = {rows == 0 ? H5S_UNLIMITED : rows, cols};

    return H5Screate_simple(cols == 0 ? 1 : 2, extent, limit);
}

static herr_t set_chunk(hid_t creation, size_t rows, size_t cols, size_t element_bytes)
{
    size_t row_bytes = (cols == 0 ? 1 : cols) * element_bytes;
    size_t fitting = row_bytes >= MAX_CHUNK_BYTES ? 1 : MAX_CHUNK_BYTES / row_bytes;
    hsize_t chunk[2] = {rows, cols};

    if (chunk[0] > fitting) {
        chunk[0] = fitting;
    }
    if (chunk[0] > MAX_CHUNK_ROWS) {
        chunk[0] = MAX_CHUNK_ROWS;
    }
    if (chunk[0] == 0) {
        chunk[0] = 1;
    }
    return H5Pset_chunk(creation, cols == 0 ? 1 : 2, chunk);
}

void mpb_h5_set_compression(mpb_h5 *file, int level)
{
    file->compression = level;
}

/* Bytes of equal significance go together first, which is what makes ids compress. */
static herr_t set_filters(hid_t creation, int compression)
{
    if (compression > 0 &&
        (H5Pset_shuffle(creation) < 0 || H5Pset_deflate(creation, (unsigned)compression) < 0)) {
        return -1;
    }
    return H5Pset_fletcher32(creation);
}

mpb_status mpb_h5_new_dataset(mpb_h5 *file, const char *name, hid_t type, size_t rows, size_t cols,
                              hid_t *dataset)
{
    hid_t space = H5I_INVALID_HID;
    hid_t creation = H5I_INVALID_HID;
    mpb_status status = MPB_OK;

    MPB_TRY(mpb_h5_create_groups_above(file, name));
    space = new_space(rows, cols);
    MPB_TRY_H5(space, MPB_ERR_SYSTEM, file, name);
    creation = H5Pcreate(H5P_DATASET_CREATE);
    MPB_TRY_H5(creation, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(set_chunk(creation, rows, cols, H5Tget_size(type)), MPB_ERR_SYSTEM, file, name);
    if (H5Tis_variable_str(type) == 0) { /* HDF5 has no filters for text of variable length */
        MPB_TRY_H5(set_filters(creation, file->compression), MPB_ERR_SYSTEM, file, name);
    }
    MPB_TRY_H5(H5Pset_obj_track_times(creation, false), MPB_ERR_SYSTEM, file, name);
    *dataset = H5Dcreate2(file->file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    MPB_TRY_H5(*dataset, MPB_ERR_SYSTEM, file, name);
done:
    mpb_h5_close_id(creation);
    mpb_h5_close_id(space);
    return status;
}

/* The dataset stays open: *dataset is closed by the caller, also on failure. */
static mpb_status write_dataset(mpb_h5 *file, const char *name, hid_t file_type, hid_t memory_type,
                                size_t rows, size_t cols, const void *data, hid_t *dataset)
{
    MPB_TRY(mpb_h5_new_dataset(file, name, file_type, rows, cols, dataset));
    if (rows > 0 && H5Dwrite(*dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
        return mpb_h5_failed(MPB_ERR_SYSTEM, file->path, name);
    }
    return MPB_OK;
}

mpb_status mpb_h5_write(mpb_h5 *file, const char *name, mpb_h5_type type, size_t rows, size_t cols,
                        const void *data)
{
    hid_t dataset = H5I_INVALID_HID;
    mpb_status status;

    assert(file->writable);
    status = write_dataset(file, name, mpb_h5_file_type(type), mpb_h5_memory_type(type), rows, cols,
                           data, &dataset);
    MPB_TRY(mpb_h5_end_id(file, name, dataset, status));
    return mpb_h5_mean_numbers(file, name, type, rows, cols, data);
}

mpb_status mpb_h5_write_strings(mpb_h5 *file, const char *name, const mpb_strings *strings)
{
    hid_t dataset = H5I_INVALID_HID;
    hid_t type = mpb_h5_string_type();
    mpb_status status = MPB_OK;

    assert(file->writable);
    MPB_TRY_H5(type, MPB_ERR_SYSTEM, file, name);
    status = write_dataset(file, name, type, type, strings->count, 0, strings->items, &dataset);
    if (status == MPB_OK) {
        status = mpb_h5_strings_seal(file, name, dataset, strings);
    }
done:
    mpb_h5_close_id(type);
    MPB_TRY(mpb_h5_end_id(file, name, dataset, status));
    return mpb_h5_mean_strings(file, name, strings);
}
