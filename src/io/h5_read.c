/* Datasets of an HDF5 file that is read. */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "h5_internal.h"
#include "h5_strings.h"

bool mpb_h5_has(const mpb_h5 *file, const char *name)
{
    return mpb_h5_path_exists(file->file, name);
}

static mpb_status open_dataset(const mpb_h5 *file, const char *name, hid_t *dataset)
{
    MPB_REQUIRE(mpb_h5_path_exists(file->file, name), MPB_ERR_DATA, "dataset '%s' is missing (%s)",
                name, file->path);
    *dataset = H5Dopen2(file->file, name, H5P_DEFAULT);
    return *dataset >= 0 ? MPB_OK : mpb_h5_failed(MPB_ERR_DATA, file->path, name);
}

/* Which of ours a stored type is, in either byte order. */
static bool classify(hid_t stored, mpb_h5_type *type)
{
    H5T_class_t class = H5Tget_class(stored);
    size_t bytes = H5Tget_size(stored);
    bool has_sign = class == H5T_INTEGER && H5Tget_sign(stored) == H5T_SGN_2;

    if (class == H5T_FLOAT && bytes == 4) {
        *type = MPB_H5_F32;
    } else if (class == H5T_INTEGER && bytes == 2 && !has_sign) {
        *type = MPB_H5_U16;
    } else if (class == H5T_INTEGER && bytes == 4) {
        *type = has_sign ? MPB_H5_I32 : MPB_H5_U32;
    } else if (class == H5T_INTEGER && bytes == 8) {
        *type = has_sign ? MPB_H5_I64 : MPB_H5_U64;
    } else {
        return false;
    }
    return true;
}

static mpb_status check_extent(const mpb_h5 *file, const char *name, int dims,
                               const hsize_t extent[2], size_t element_bytes)
{
    size_t per_row = dims == 2 ? (size_t)extent[1] : 1;

    MPB_REQUIRE(per_row > 0, MPB_ERR_DATA, "dataset '%s' has rows of no elements (%s)", name,
                file->path);
    MPB_REQUIRE(per_row <= SIZE_MAX / 2 / element_bytes &&
                    extent[0] <= SIZE_MAX / 2 / element_bytes / per_row,
                MPB_ERR_DATA, "dataset '%s' claims %llu rows of %zu elements, beyond memory (%s)",
                name, (unsigned long long)extent[0], per_row, file->path);
    return MPB_OK;
}

/* dims is 1 or 2; extent[1] is 0 for one dimension. */
static mpb_status read_extent(const mpb_h5 *file, const char *name, hid_t dataset,
                              hsize_t extent[2])
{
    hid_t space = H5Dget_space(dataset);
    hid_t type = H5Dget_type(dataset);
    mpb_status status = MPB_OK;
    int dims;

    MPB_TRY_H5(space, MPB_ERR_DATA, file, name);
    MPB_TRY_H5(type, MPB_ERR_DATA, file, name);
    dims = H5Sget_simple_extent_ndims(space);
    MPB_TRY_H5(dims, MPB_ERR_DATA, file, name);
    if (dims < 1 || dims > 2) {
        status = MPB_FAIL(MPB_ERR_DATA, "dataset '%s' has %d dimensions, 1 or 2 were expected (%s)",
                          name, dims, file->path);
        goto done;
    }
    extent[1] = 0;
    MPB_TRY_H5(H5Sget_simple_extent_dims(space, extent, NULL), MPB_ERR_DATA, file, name);
    status = check_extent(file, name, dims, extent, H5Tget_size(type));
done:
    mpb_h5_close_id(type);
    mpb_h5_close_id(space);
    return status;
}

static mpb_status read_type(const mpb_h5 *file, const char *name, hid_t dataset, mpb_h5_type *type)
{
    hid_t stored = H5Dget_type(dataset);
    bool known = stored >= 0 && classify(stored, type);

    mpb_h5_close_id(stored);
    MPB_REQUIRE(known, MPB_ERR_DATA,
                "dataset '%s' has another type than 16- to 64-bit integers or 32-bit floats (%s)",
                name, file->path);
    return MPB_OK;
}

mpb_status mpb_h5_shape(const mpb_h5 *file, const char *name, mpb_h5_type *type, size_t *rows,
                        size_t *cols)
{
    hid_t dataset = H5I_INVALID_HID;
    hsize_t extent[2];
    mpb_status status;

    MPB_TRY(open_dataset(file, name, &dataset));
    status = read_extent(file, name, dataset, extent);
    if (status == MPB_OK) {
        status = read_type(file, name, dataset, type);
    }
    mpb_h5_close_id(dataset);
    if (status == MPB_OK) {
        *rows = (size_t)extent[0];
        *cols = (size_t)extent[1];
    }
    return status;
}

/* HDF5 would put the nearest value that fits; a value that does not fit is an error here. */
static H5T_conv_ret_t refuse_values_that_do_not_fit(H5T_conv_except_t exception, hid_t from,
                                                    hid_t to, void *from_value, void *to_value,
                                                    void *context)
{
    (void)from;
    (void)to;
    (void)from_value;
    (void)to_value;
    if (exception == H5T_CONV_EXCEPT_PRECISION) {
        return H5T_CONV_UNHANDLED; /* rounding to the nearest float */
    }
    *(bool *)context = true;
    return H5T_CONV_ABORT;
}

/* `memory` and `stored` select what is read. */
static mpb_status read_converted(const mpb_h5 *file, const char *name, hid_t dataset,
                                 mpb_h5_type type, hid_t memory, hid_t stored, void *out)
{
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    bool misfit = false;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(transfer, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Pset_type_conv_cb(transfer, refuse_values_that_do_not_fit, &misfit),
               MPB_ERR_SYSTEM, file, name);
    if (H5Dread(dataset, mpb_h5_memory_type(type), memory, stored, transfer, out) < 0) {
        status = misfit ? MPB_FAIL(MPB_ERR_DATA,
                                   "dataset '%s' holds values outside the expected type (%s)", name,
                                   file->path)
                        : mpb_h5_failed(MPB_ERR_DATA, file->path, name);
    }
done:
    mpb_h5_close_id(transfer);
    return status;
}

mpb_status mpb_h5_read(const mpb_h5 *file, const char *name, mpb_h5_type type, void *out)
{
    hid_t dataset = H5I_INVALID_HID;
    mpb_h5_type stored;
    hsize_t extent[2];
    mpb_status status;

    MPB_TRY(open_dataset(file, name, &dataset));
    status = read_extent(file, name, dataset, extent);
    if (status == MPB_OK) {
        status = read_type(file, name, dataset, &stored);
    }
    if (status == MPB_OK && extent[0] > 0) {
        status = read_converted(file, name, dataset, type, H5S_ALL, H5S_ALL, out);
    }
    mpb_h5_close_id(dataset);
    return status;
}

static mpb_status read_selected(const mpb_h5 *file, const char *name, hid_t dataset,
                                mpb_h5_type type, const hsize_t begin[2], const hsize_t extent[2],
                                void *out)
{
    hid_t memory = H5Screate_simple(extent[1] == 0 ? 1 : 2, extent, NULL);
    hid_t stored = H5Dget_space(dataset);
    mpb_status status = MPB_OK;

    MPB_TRY_H5(memory, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(stored, MPB_ERR_DATA, file, name);
    MPB_TRY_H5(H5Sselect_hyperslab(stored, H5S_SELECT_SET, begin, NULL, extent, NULL), MPB_ERR_DATA,
               file, name);
    status = read_converted(file, name, dataset, type, memory, stored, out);
done:
    mpb_h5_close_id(stored);
    mpb_h5_close_id(memory);
    return status;
}

mpb_status mpb_h5_read_rows(const mpb_h5 *file, const char *name, mpb_h5_type type, size_t first,
                            size_t count, void *out)
{
    const hsize_t begin[2] = {first, 0};
    hid_t dataset = H5I_INVALID_HID;
    hsize_t extent[2];
    mpb_status status;

    MPB_TRY(open_dataset(file, name, &dataset));
    status = read_extent(file, name, dataset, extent);
    if (status == MPB_OK) {
        assert(first + count <= extent[0]);
        extent[0] = count;
        status = read_selected(file, name, dataset, type, begin, extent, out);
    }
    mpb_h5_close_id(dataset);
    return status;
}

static herr_t read_dataset_strings(hid_t dataset, hid_t type, char **items)
{
    return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, items);
}

/* `taken` starts as {0}. */
static mpb_status take_dataset_strings(const mpb_h5 *file, const char *name, hid_t dataset,
                                       mpb_strings *taken)
{
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    mpb_status status = MPB_OK;

    MPB_TRY_H5(type, MPB_ERR_DATA, file, name);
    MPB_TRY_H5(space, MPB_ERR_DATA, file, name);
    status = mpb_h5_strings_take(file, name, (mpb_h5_strings_source){dataset, type, space},
                                 read_dataset_strings, taken);
    if (status == MPB_OK) {
        status = mpb_h5_strings_check(file, name, dataset, taken);
    }
done:
    mpb_h5_close_id(space);
    mpb_h5_close_id(type);
    return status;
}

mpb_status mpb_h5_read_strings(const mpb_h5 *file, const char *name, mpb_strings *strings)
{
    hid_t dataset = H5I_INVALID_HID;
    mpb_strings taken = {0};
    mpb_status status;

    MPB_TRY(open_dataset(file, name, &dataset));
    status = take_dataset_strings(file, name, dataset, &taken);
    mpb_h5_close_id(dataset);
    if (status == MPB_OK) {
        status = mpb_h5_strings_add(&taken, strings);
    }
    mpb_strings_clear(&taken);
    return status;
}
