#pragma once

/* The data sets of a shard beside /tokens, /offsets and /id, and the arrays of a data set that they
 * hold: one table for writing and reading. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/io/h5.h"
#include "mpibert/shards/dataset.h"

#define MPB_SHARD_FORMAT "mpibert-shard"
#define MPB_SHARD_MANIFEST "manifest.json"

typedef struct mpb_shard_array {
    const char *name;
    mpb_h5_type type;
    size_t element; /* bytes */
    size_t offset;  /* of the pointer in mpb_dataset */
    bool by_token;  /* an element a token; otherwise one (or a row) a sequence */
    bool (*exists)(const mpb_dataset_shape *shape);
    bool is_table; /* rows of value_width columns */
} mpb_shard_array;

extern const mpb_shard_array mpb_shard_arrays[];
extern const size_t mpb_num_shard_arrays;

/* Where the data set keeps the pointer to this array. */
void **mpb_shard_array_of(mpb_dataset *dataset, const mpb_shard_array *array);
