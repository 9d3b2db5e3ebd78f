/* Attributes of the root of an HDF5 file. */

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "h5_internal.h"
#include "h5_meant.h"
#include "h5_strings.h"

/* Takes `space` over. */
static mpb_status write_attribute(mpb_h5 *file, const char *name, hid_t file_type,
                                  hid_t memory_type, hid_t space, const void *data)
{
    hid_t attribute = H5I_INVALID_HID;
    mpb_status status = MPB_OK;

    assert(file->writable);
    MPB_TRY_H5(file_type, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(space, MPB_ERR_SYSTEM, file, name);
    attribute = H5Acreate2(file->file, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    MPB_TRY_H5(attribute, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Awrite(attribute, memory_type, data), MPB_ERR_SYSTEM, file, name);
done:
    mpb_h5_close_id(space);
    return mpb_h5_end_id(file, name, attribute, status);
}

static mpb_status write_texts(mpb_h5 *file, const char *name, hid_t space, char *const *items,
                              size_t count)
{
    hid_t type = mpb_h5_string_type();
    mpb_status status = write_attribute(file, name, type, type, space, items);

    mpb_h5_close_id(type);
    MPB_TRY(status);
    return mpb_h5_mean_names(file, name, items, count);
}

mpb_status mpb_h5_set_text(mpb_h5 *file, const char *name, const char *text)
{
    return write_texts(file, name, H5Screate(H5S_SCALAR), (char *const *)&text, 1);
}

mpb_status mpb_h5_set_strings(mpb_h5 *file, const char *name, const mpb_strings *strings)
{
    hsize_t extent = strings->count;
    char *none = NULL;

    return write_texts(file, name, H5Screate_simple(1, &extent, NULL),
                       strings->count == 0 ? &none : strings->items, strings->count);
}

mpb_status mpb_h5_set_integer(mpb_h5 *file, const char *name, int64_t value)
{
    MPB_TRY(write_attribute(file, name, H5T_STD_I64LE, H5T_NATIVE_INT64, H5Screate(H5S_SCALAR),
                            &value));
    return mpb_h5_mean_integer(file, name, value);
}

static mpb_status open_attribute(const mpb_h5 *file, const char *name, hid_t *attribute)
{
    htri_t exists = H5Aexists(file->file, name);

    if (exists < 0) {
        return mpb_h5_failed(MPB_ERR_DATA, file->path, name);
    }
    MPB_REQUIRE(exists > 0, MPB_ERR_DATA, "attribute '%s' is missing (%s)", name, file->path);
    *attribute = H5Aopen(file->file, name, H5P_DEFAULT);
    return *attribute >= 0 ? MPB_OK : mpb_h5_failed(MPB_ERR_DATA, file->path, name);
}

static herr_t read_attribute_strings(hid_t attribute, hid_t type, char **items)
{
    return H5Aread(attribute, type, items);
}

mpb_status mpb_h5_get_strings(const mpb_h5 *file, const char *name, mpb_strings *strings)
{
    hid_t attribute = H5I_INVALID_HID;
    hid_t type = H5I_INVALID_HID;
    hid_t space = H5I_INVALID_HID;
    mpb_strings taken = {0};
    mpb_status status = open_attribute(file, name, &attribute);

    if (status != MPB_OK) {
        return status;
    }
    type = H5Aget_type(attribute);
    MPB_TRY_H5(type, MPB_ERR_DATA, file, name);
    space = H5Aget_space(attribute);
    MPB_TRY_H5(space, MPB_ERR_DATA, file, name);
    status = mpb_h5_strings_take(file, name, (mpb_h5_strings_source){attribute, type, space},
                                 read_attribute_strings, &taken);
    if (status == MPB_OK) {
        status = mpb_h5_strings_add(&taken, strings);
    }
done:
    mpb_strings_clear(&taken);
    mpb_h5_close_id(space);
    mpb_h5_close_id(type);
    mpb_h5_close_id(attribute);
    return status;
}

mpb_status mpb_h5_get_text(const mpb_h5 *file, const char *name, char **text)
{
    mpb_strings strings = {0};
    char *copy;
    mpb_status status;

    MPB_TRY(mpb_h5_get_strings(file, name, &strings));
    if (strings.count != 1) {
        status = MPB_FAIL(MPB_ERR_DATA, "attribute '%s' holds %zu texts, 1 was expected (%s)", name,
                          strings.count, file->path);
        mpb_strings_clear(&strings);
        return status;
    }
    copy = strdup(strings.items[0]);
    mpb_strings_clear(&strings);
    MPB_REQUIRE(copy != NULL, MPB_ERR_SYSTEM, "no memory for attribute '%s' (%s)", name,
                file->path);
    *text = copy;
    return MPB_OK;
}

mpb_status mpb_h5_get_integer(const mpb_h5 *file, const char *name, int64_t *value)
{
    hid_t attribute = H5I_INVALID_HID;
    hid_t type = H5I_INVALID_HID;
    hid_t space = H5I_INVALID_HID;
    int64_t got;
    mpb_status status = open_attribute(file, name, &attribute);

    if (status != MPB_OK) {
        return status;
    }
    type = H5Aget_type(attribute);
    MPB_TRY_H5(type, MPB_ERR_DATA, file, name);
    space = H5Aget_space(attribute);
    MPB_TRY_H5(space, MPB_ERR_DATA, file, name);
    if (H5Tget_class(type) != H5T_INTEGER || H5Sget_simple_extent_npoints(space) != 1) {
        status =
            MPB_FAIL(MPB_ERR_DATA, "attribute '%s' is no single integer (%s)", name, file->path);
        goto done;
    }
    MPB_TRY_H5(H5Aread(attribute, H5T_NATIVE_INT64, &got), MPB_ERR_DATA, file, name);
    *value = got;
done:
    mpb_h5_close_id(space);
    mpb_h5_close_id(type);
    mpb_h5_close_id(attribute);
    return status;
}

mpb_status mpb_h5_require_integer(const mpb_h5 *file, const char *name, int64_t expected)
{
    int64_t value = 0;

    MPB_TRY(mpb_h5_get_integer(file, name, &value));
    MPB_REQUIRE(value == expected, MPB_ERR_DATA,
                "attribute %s is %" PRId64 ", %" PRId64 " was expected (%s)", name, value, expected,
                file->path);
    return MPB_OK;
}
