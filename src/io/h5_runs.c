/* Where the elements of a dataset lie in its file. */

#include <stdlib.h>

#include "h5_internal.h"

/* Filters turn elements into something else, but for the checksum behind a chunk. */
static bool leaves_elements(hid_t creation)
{
    const int count = H5Pget_nfilters(creation);

    for (int i = 0; i < count; i++) {
        unsigned flags;
        unsigned settings;
        size_t num_values = 0;

        if (H5Pget_filter2(creation, (unsigned)i, &flags, &num_values, NULL, 0, NULL, &settings) !=
            H5Z_FILTER_FLETCHER32) {
            return false;
        }
    }
    return count >= 0;
}

static mpb_status find_element(const mpb_h5 *file, const char *name, hid_t dataset,
                               mpb_h5_runs *runs)
{
    const hid_t stored = H5Dget_type(dataset);
    const bool narrow = stored >= 0 && H5Tequal(stored, mpb_h5_file_type(MPB_H5_U16)) > 0;
    const bool wide = stored >= 0 && H5Tequal(stored, mpb_h5_file_type(MPB_H5_U32)) > 0;

    mpb_h5_close_id(stored);
    MPB_REQUIRE(narrow || wide, MPB_ERR_DATA,
                "dataset '%s' has another type than little-endian integers of 16 or 32 bits (%s)",
                name, file->path);
    runs->element = narrow ? sizeof(uint16_t) : sizeof(uint32_t);
    return MPB_OK;
}

static mpb_status find_chunks(const mpb_h5 *file, const char *name, hid_t dataset,
                              mpb_h5_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++) {
        const hsize_t first = i * runs->length;
        unsigned skipped_filters;
        haddr_t address;
        hsize_t size;

        if (H5Dget_chunk_info_by_coord(dataset, &first, &skipped_filters, &address, &size) < 0) {
            return mpb_h5_failed(MPB_ERR_DATA, file->path, name);
        }
        MPB_REQUIRE(address != HADDR_UNDEF, MPB_ERR_DATA,
                    "dataset '%s' has no bytes for element %llu (%s)", name,
                    (unsigned long long)first, file->path);
        runs->begins[i] = address;
    }
    return MPB_OK;
}

static mpb_status find_whole(const mpb_h5 *file, const char *name, hid_t dataset, mpb_h5_runs *runs)
{
    const haddr_t address = H5Dget_offset(dataset);

    MPB_REQUIRE(address != HADDR_UNDEF, MPB_ERR_DATA,
                "dataset '%s' has no place of its own in the file (%s)", name, file->path);
    runs->begins[0] = address;
    return MPB_OK;
}

static mpb_status find_begins(const mpb_h5 *file, const char *name, hid_t dataset, hid_t creation,
                              size_t size, mpb_h5_runs *runs)
{
    const bool chunked = H5Pget_layout(creation) == H5D_CHUNKED;
    hsize_t chunk = size == 0 ? 1 : size;

    if (chunked && H5Pget_chunk(creation, 1, &chunk) != 1) {
        return mpb_h5_failed(MPB_ERR_DATA, file->path, name);
    }
    runs->length = (size_t)chunk;
    runs->count = size / runs->length + (size % runs->length > 0);
    runs->begins = calloc(runs->count + 1, sizeof(*runs->begins));
    MPB_REQUIRE(runs->begins != NULL, MPB_ERR_SYSTEM, "no memory for %zu places (%s)", runs->count,
                file->path);
    if (runs->count == 0) {
        return MPB_OK;
    }
    return chunked ? find_chunks(file, name, dataset, runs) : find_whole(file, name, dataset, runs);
}

mpb_status mpb_h5_find_runs(const mpb_h5 *file, const char *name, mpb_h5_runs *runs)
{
    mpb_h5_runs made = {0};
    mpb_h5_type type;
    size_t rows;
    size_t cols;
    hid_t dataset = H5I_INVALID_HID;
    hid_t creation = H5I_INVALID_HID;
    mpb_status status;

    MPB_TRY(mpb_h5_shape(file, name, &type, &rows, &cols));
    MPB_REQUIRE(cols == 0, MPB_ERR_DATA, "dataset '%s' has two dimensions, one was expected (%s)",
                name, file->path);
    dataset = H5Dopen2(file->file, name, H5P_DEFAULT);
    MPB_TRY_H5(dataset, MPB_ERR_DATA, file, name);
    creation = H5Dget_create_plist(dataset);
    MPB_TRY_H5(creation, MPB_ERR_DATA, file, name);
    status = leaves_elements(creation)
                 ? find_element(file, name, dataset, &made)
                 : MPB_FAIL(MPB_ERR_DATA,
                            "dataset '%s' is compressed: its elements have no places of their own "
                            "in the file (%s)",
                            name, file->path);
    if (status == MPB_OK) {
        status = find_begins(file, name, dataset, creation, rows, &made);
    }
done:
    mpb_h5_close_id(creation);
    mpb_h5_close_id(dataset);
    if (status != MPB_OK) {
        mpb_h5_runs_clear(&made);
        return status;
    }
    *runs = made;
    return MPB_OK;
}

void mpb_h5_runs_clear(mpb_h5_runs *runs)
{
    free(runs->begins);
    *runs = (mpb_h5_runs){0};
}
