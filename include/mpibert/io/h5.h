#pragma once

/* HDF5 files for shards and training state: whole one- or two-dimensional datasets and scalar
 * attributes. Every dataset carries a checksum (Fletcher-32; text of variable length, which HDF5
 * does not filter, a SHA-256 in the dataset's attribute of that name) and no time stamps, so equal
 * content gives equal bytes. A checksum of the whole file stands behind its end, where HDF5's tools
 * do not look; mpb_h5_open reads the file once to verify it. HDF5's own error printing is switched
 * off; failures are described as MPB_ERR_DATA (reading) or MPB_ERR_SYSTEM (writing) with file and
 * dataset. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef enum mpb_h5_type {
    MPB_H5_U16,
    MPB_H5_U32,
    MPB_H5_U64,
    MPB_H5_I32,
    MPB_H5_I64,
    MPB_H5_F32,
} mpb_h5_type;

typedef struct mpb_h5 mpb_h5;

/* Creates for writing, or opens for reading with file locks off. A file that is written stands
 * beside `path` until it is whole. */
MPB_MUST_CHECK mpb_status mpb_h5_create(const char *path, mpb_h5 **file);
MPB_MUST_CHECK mpb_status mpb_h5_open(const char *path, mpb_h5 **file);
/* Closes and sets *file to NULL. A file that was written is read back first and compared with what
 * was meant (about as long as reading it once more), synced, and takes the place of an older one at
 * its path; where anything of that fails, MPB_ERR_SYSTEM, the older one stays. */
MPB_MUST_CHECK mpb_status mpb_h5_close(mpb_h5 **file);
/* Closes if `status` is MPB_OK; otherwise drops what was written and gives `status` back, with its
 * description. */
MPB_MUST_CHECK mpb_status mpb_h5_end(mpb_h5 **file, mpb_status status);

/* Datasets of numbers that are written from now on are compressed: deflate level 1 to 9, 0: not. */
void mpb_h5_set_compression(mpb_h5 *file, int level);

/* Writes rows x cols elements (cols = 0: one-dimensional); rows may be 0. A name may hold '/':
 * groups are made. */
MPB_MUST_CHECK mpb_status mpb_h5_write(mpb_h5 *file, const char *name, mpb_h5_type type,
                                       size_t rows, size_t cols, const void *data);
MPB_MUST_CHECK mpb_status mpb_h5_write_strings(mpb_h5 *file, const char *name,
                                               const mpb_strings *strings);
bool mpb_h5_has(const mpb_h5 *file, const char *name);
/* *cols is 0 for one dimension; *type is the stored type. Other types are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_h5_shape(const mpb_h5 *file, const char *name, mpb_h5_type *type,
                                       size_t *rows, size_t *cols);
/* Reads all of a dataset, converted to `type`, into out (rows * cols elements of that type). A
 * failed checksum is MPB_ERR_DATA that says so, and so is a value that `type` cannot hold. */
MPB_MUST_CHECK mpb_status mpb_h5_read(const mpb_h5 *file, const char *name, mpb_h5_type type,
                                      void *out);
/* Likewise of rows [first, first + count), which must be there. */
MPB_MUST_CHECK mpb_status mpb_h5_read_rows(const mpb_h5 *file, const char *name, mpb_h5_type type,
                                           size_t first, size_t count, void *out);
/* Adds to what `strings` holds; so does mpb_h5_get_strings. */
MPB_MUST_CHECK mpb_status mpb_h5_read_strings(const mpb_h5 *file, const char *name,
                                              mpb_strings *strings);

/* Where the elements of a one-dimensional dataset of ids lie in its file: little-endian, run by run. */
typedef struct mpb_h5_runs {
    size_t element;   /* bytes of one: 2 or 4 */
    size_t length;    /* elements of a run; the last one may hold fewer */
    size_t count;     /* runs */
    uint64_t *begins; /* owned, (count): bytes from the beginning of the file */
} mpb_h5_runs;

/* For programs that read some elements of a file often. `runs` is untouched on failure: a dataset
 * that is compressed, or of another type, is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_h5_find_runs(const mpb_h5 *file, const char *name, mpb_h5_runs *runs);
void mpb_h5_runs_clear(mpb_h5_runs *runs);

/* Root attributes, each set once. `*text` is owned by the caller. */
MPB_MUST_CHECK mpb_status mpb_h5_set_text(mpb_h5 *file, const char *name, const char *text);
MPB_MUST_CHECK mpb_status mpb_h5_set_integer(mpb_h5 *file, const char *name, int64_t value);
MPB_MUST_CHECK mpb_status mpb_h5_set_strings(mpb_h5 *file, const char *name,
                                             const mpb_strings *strings);
MPB_MUST_CHECK mpb_status mpb_h5_get_text(const mpb_h5 *file, const char *name, char **text);
MPB_MUST_CHECK mpb_status mpb_h5_get_integer(const mpb_h5 *file, const char *name, int64_t *value);
/* MPB_ERR_DATA unless the attribute is `expected`. */
MPB_MUST_CHECK mpb_status mpb_h5_require_integer(const mpb_h5 *file, const char *name,
                                                 int64_t expected);
MPB_MUST_CHECK mpb_status mpb_h5_get_strings(const mpb_h5 *file, const char *name,
                                             mpb_strings *strings);

/* Elements of a one-dimensional dataset: `blocks` runs of `block`, which begin `stride` apart. */
typedef struct mpb_h5_slab {
    size_t begin;
    size_t stride;
    size_t blocks;
    size_t block;
} mpb_h5_slab;

/* Where elements of a virtual dataset come from: a run of the dataset of the same name, `size`
 * elements long, in another file of the folder. */
typedef struct mpb_h5_source {
    const char *file;
    size_t size;
    size_t begin; /* of the run */
    mpb_h5_slab to;
} mpb_h5_source;

/* Writes a dataset of `size` elements that lie in other files: programs read it as a whole.
 * Elements without a source read as 0; and so they do where a file is missing, so this module's own
 * reader goes to the files. */
MPB_MUST_CHECK mpb_status mpb_h5_write_virtual(mpb_h5 *file, const char *name, mpb_h5_type type,
                                               size_t size, const mpb_h5_source *sources,
                                               size_t count);
