#pragma once

/* What the files of the HDF5 wrapper share. */

#include <hdf5.h>
#include <stdbool.h>

#include "mpibert/io/h5.h"

struct mpb_h5 {
    hid_t file;      /* owned */
    bool writable;   /* made by mpb_h5_create */
    int compression; /* deflate level of new datasets, 0: none */
    char *path;      /* owned, for messages */
};

/* Leaves for the label `done` with `status` set, unless the HDF5 call gave a valid id or success. */
#define MPB_TRY_H5(call, code, file, name)                                                         \
    do {                                                                                           \
        if ((call) < 0) {                                                                          \
            status = mpb_h5_failed((code), (file)->path, (name));                                  \
            goto done;                                                                             \
        }                                                                                          \
    } while (0)

/* Records what HDF5's innermost function complained about. */
mpb_status mpb_h5_failed(mpb_status code, const char *path, const char *name);

/* Closes whatever object `id` is; a negative id is none. */
void mpb_h5_close_id(hid_t id);

/* `type` as it lies in memory, and in files: little-endian. */
hid_t mpb_h5_memory_type(mpb_h5_type type);
hid_t mpb_h5_file_type(mpb_h5_type type);
size_t mpb_h5_type_size(mpb_h5_type type);

/* A new type for variable-length UTF-8; negative on failure. */
hid_t mpb_h5_string_type(void);

/* Creates the dataset `name` with its groups; closed by the caller. */
MPB_MUST_CHECK mpb_status mpb_h5_new_dataset(mpb_h5 *file, const char *name, hid_t type,
                                             size_t rows, size_t cols, hid_t *dataset);

/* Whether every part of the path `name` exists. */
bool mpb_h5_path_exists(hid_t file, const char *name);
