#include "h5_virtual.h"

#include <assert.h>
#include <string.h>

#include "h5_meant.h"

enum { MAX_FILE = 256 }; /* bytes of a source's name */

/* As much of a mapping as HDF5 gives back whatever form it keeps selections in: first and last
 * element and their number, of both sides. */
typedef struct extent {
    hsize_t first;
    hsize_t last;
    hssize_t count;
} extent;

static void sum_mapping(const char *file, const extent *from, const extent *to, mpb_checksum *sum)
{
    mpb_checksum_update(sum, file, strlen(file) + 1);
    mpb_checksum_update(sum, from, sizeof(*from));
    mpb_checksum_update(sum, to, sizeof(*to));
}

static void sum_source(const mpb_h5_source *source, mpb_checksum *sum)
{
    const mpb_h5_slab *to = &source->to;
    const size_t count = to->blocks * to->block;
    const extent from = {source->begin, source->begin + count - 1, (hssize_t)count};
    const extent into = {to->begin, to->begin + (to->blocks - 1) * to->stride + to->block - 1,
                         (hssize_t)count};

    sum_mapping(source->file, &from, &into, sum);
}

/* Takes `space` over. */
static bool find_extent(hid_t space, extent *found)
{
    const bool known = space >= 0 && H5Sget_select_bounds(space, &found->first, &found->last) >= 0;

    found->count = known ? H5Sget_select_npoints(space) : -1;
    mpb_h5_close_id(space);
    return found->count >= 0;
}

static mpb_status sum_list(const mpb_h5 *file, const char *name, hid_t creation, mpb_checksum *sum)
{
    size_t count = 0;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(H5Pget_virtual_count(creation, &count), MPB_ERR_SYSTEM, file, name);
    for (size_t i = 0; i < count; i++) {
        char source[MAX_FILE] = "";
        extent from, to;

        MPB_TRY_H5(H5Pget_virtual_filename(creation, i, source, sizeof(source)), MPB_ERR_SYSTEM,
                   file, name);
        if (!find_extent(H5Pget_virtual_srcspace(creation, i), &from) ||
            !find_extent(H5Pget_virtual_vspace(creation, i), &to)) {
            return mpb_h5_failed(MPB_ERR_SYSTEM, file->path, name);
        }
        sum_mapping(source, &from, &to, sum);
    }
done:
    return status;
}

mpb_status mpb_h5_virtual_sum(const mpb_h5 *file, const char *name, mpb_checksum *sum)
{
    hid_t dataset = H5Dopen2(file->file, name, H5P_DEFAULT);
    hid_t creation = H5I_INVALID_HID;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(dataset, MPB_ERR_SYSTEM, file, name);
    creation = H5Dget_create_plist(dataset);
    MPB_TRY_H5(creation, MPB_ERR_SYSTEM, file, name);
    status = sum_list(file, name, creation, sum);
done:
    mpb_h5_close_id(creation);
    mpb_h5_close_id(dataset);
    return status;
}

static mpb_status add_source(const mpb_h5 *file, const char *name, const mpb_h5_source *source,
                             hid_t creation, hid_t space)
{
    const mpb_h5_slab *to = &source->to;
    const hsize_t begin = to->begin, stride = to->stride, blocks = to->blocks, block = to->block;
    const hsize_t size = source->size, from = source->begin, count = blocks * block;
    hid_t source_space = H5Screate_simple(1, &size, NULL);
    mpb_status status = MPB_OK;

    assert(strlen(source->file) < MAX_FILE && blocks > 0 && block > 0);
    MPB_TRY_H5(source_space, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Sselect_hyperslab(source_space, H5S_SELECT_SET, &from, NULL, &count, NULL),
               MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Sselect_hyperslab(space, H5S_SELECT_SET, &begin, &stride, &blocks, &block),
               MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Pset_virtual(creation, space, source->file, name, source_space), MPB_ERR_SYSTEM,
               file, name);
done:
    mpb_h5_close_id(source_space);
    return status;
}

static mpb_status create_virtual(mpb_h5 *file, const char *name, mpb_h5_type type, size_t size,
                                 const mpb_h5_source *sources, size_t count)
{
    const hsize_t length = size;
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &length, NULL);
    hid_t dataset = H5I_INVALID_HID;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(creation, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(space, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Pset_obj_track_times(creation, false), MPB_ERR_SYSTEM, file, name);
    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        status = add_source(file, name, sources + i, creation, space);
    }
    if (status == MPB_OK) {
        dataset = H5Dcreate2(file->file, name, mpb_h5_file_type(type), space, H5P_DEFAULT, creation,
                             H5P_DEFAULT);
        MPB_TRY_H5(dataset, MPB_ERR_SYSTEM, file, name);
    }
done:
    mpb_h5_close_id(space);
    mpb_h5_close_id(creation);
    return mpb_h5_end_id(file, name, dataset, status);
}

mpb_status mpb_h5_write_virtual(mpb_h5 *file, const char *name, mpb_h5_type type, size_t size,
                                const mpb_h5_source *sources, size_t count)
{
    mpb_checksum sum = {0};

    assert(file->writable);
    MPB_TRY(mpb_h5_create_groups_above(file, name));
    MPB_TRY(create_virtual(file, name, type, size, sources, count));
    for (size_t i = 0; i < count; i++) {
        sum_source(sources + i, &sum);
    }
    return mpb_h5_mean_virtual(file, name, &sum);
}
