#pragma once

/* The safetensors file format: 8 bytes little-endian header length, a JSON header
 * {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {...}}, then the data.
 *
 * A file is mapped and checked whole at open: header length (at most MPB_JSON_BYTES, with at most
 * MPB_JSON_VALUES values), JSON, dtypes, shape times size equal
 * to the extent, extents inside the file, without gaps and without overlap. A violation is
 * MPB_ERR_DATA and names file and tensor. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

enum { MPB_TENSOR_MAX_DIMS = 8 };

typedef enum mpb_dtype {
    MPB_F64,
    MPB_F32,
    MPB_F16,
    MPB_BF16,
    MPB_I64,
    MPB_I32,
    MPB_OTHER
} mpb_dtype;

typedef struct mpb_tensor_view {
    const char *name; /* borrowed from the file object */
    mpb_dtype dtype;
    int num_dims;
    int64_t shape[MPB_TENSOR_MAX_DIMS];
    size_t count; /* elements */
    size_t bytes;
    const void *data; /* borrowed, may be unaligned */
} mpb_tensor_view;

typedef struct mpb_safetensors mpb_safetensors;

MPB_MUST_CHECK mpb_status mpb_safetensors_open(const char *path, mpb_safetensors **file);
void mpb_safetensors_close(mpb_safetensors **file);

size_t mpb_safetensors_count(const mpb_safetensors *file);
const mpb_tensor_view *mpb_safetensors_at(const mpb_safetensors *file, size_t index);
const mpb_tensor_view *mpb_safetensors_find(const mpb_safetensors *file, const char *name);

/* out (view->count) = the tensor as float; F64, F32, F16 and BF16 convert, other types are
 * MPB_ERR_DATA. `where` is the file's name for the message. */
MPB_MUST_CHECK mpb_status mpb_tensor_to_float(const mpb_tensor_view *view, const char *where,
                                              float *out);

/* Likewise, and the memory that reading takes is given back on the way: a few MiB at a time count
 * as this process'. */
MPB_MUST_CHECK mpb_status mpb_tensor_take(const mpb_tensor_view *view, const char *where,
                                          float *out);

/* One tensor to write: fp32, row-major. */
typedef struct mpb_tensor_source {
    const char *name;
    int num_dims;
    int64_t shape[MPB_TENSOR_MAX_DIMS];
    const float *data;
} mpb_tensor_source;

/* Whether a tensor of a file is this one, by type, shape and bytes; its name is the caller's to compare.
 * Takes memory as mpb_tensor_take. */
bool mpb_tensor_equals(const mpb_tensor_view *view, const mpb_tensor_source *source);

/* Writes F32 tensors, sorted by name as the reference library does, data 8-byte aligned, metadata
 * {"format": "pt"}; synced. */
MPB_MUST_CHECK mpb_status mpb_safetensors_write(const char *path, const mpb_tensor_source *tensors,
                                                size_t count);

/* The same file, written by several processes at once: one makes it, of its full size, in a folder
 * where it is new; then each writes part `index` of `parts`, bytes that no other one writes (cut at
 * multiples of 1 MiB), reads them back and syncs. */
MPB_MUST_CHECK mpb_status mpb_safetensors_begin_parts(const char *path,
                                                      const mpb_tensor_source *tensors,
                                                      size_t count);
MPB_MUST_CHECK mpb_status mpb_safetensors_write_part(const char *path,
                                                     const mpb_tensor_source *tensors, size_t count,
                                                     int index, int parts);
