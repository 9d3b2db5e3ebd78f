#pragma once

/* What the files of the HDF5 wrapper share. */

#include <hdf5.h>
#include <stdbool.h>

#include "aside.h"
#include "mpibert/io/h5.h"

struct mpb_h5 {
    hid_t file;      /* owned */
    bool writable;   /* made by mpb_h5_create; what follows but for `path` is for such files */
    bool reads_back; /* to see whether it is what was written: text may be of any bytes */
    int compression; /* deflate level of new datasets, 0: none */
    char *path;      /* owned, for messages */
    mpb_aside aside; /* the file until it is whole */
    struct mpb_h5_meant *meant; /* owned, (num_meant): see h5_meant.h */
    size_t num_meant;
};

/* Leaves for the label `done` with `status` set, unless the HDF5 call gave a valid id or success.
 * */
#define MPB_TRY_H5(call, code, file, name)                                                         \
    do {                                                                                           \
        if ((call) < 0) {                                                                          \
            status = mpb_h5_failed((code), (file)->path, (name));                                  \
            goto done;                                                                             \
        }                                                                                          \
    } while (0)

/* Records what HDF5's innermost function complained about. */
mpb_status mpb_h5_failed(mpb_status code, const char *path, const char *name);

/* Closes what is only read, or lies in memory alone (types, spaces, property lists); a negative id
 * is none. */
void mpb_h5_close_id(hid_t id);

/* Closes what was written, which may write what HDF5 held back: the status after it, `status`
 * itself if that was a failure. */
MPB_MUST_CHECK mpb_status mpb_h5_end_id(const mpb_h5 *file, const char *name, hid_t id,
                                        mpb_status status);

/* `type` as it lies in memory, and in files: little-endian. */
hid_t mpb_h5_memory_type(mpb_h5_type type);
hid_t mpb_h5_file_type(mpb_h5_type type);
size_t mpb_h5_type_size(mpb_h5_type type);

/* A new type for variable-length UTF-8; negative on failure. */
hid_t mpb_h5_string_type(void);

/* Creates the groups that the dataset `name` lies in, where they are not there yet. */
MPB_MUST_CHECK mpb_status mpb_h5_create_groups_above(mpb_h5 *file, const char *name);

/* Creates the dataset `name` with its groups; closed by the caller. */
MPB_MUST_CHECK mpb_status mpb_h5_new_dataset(mpb_h5 *file, const char *name, hid_t type,
                                             size_t rows, size_t cols, hid_t *dataset);

/* Whether every part of the path `name` exists. */
bool mpb_h5_path_exists(hid_t file, const char *name);
