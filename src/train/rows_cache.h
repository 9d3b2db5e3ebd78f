#pragma once

/* What a model that does not change makes of a dataset, row by row, in a file of the cache of the data:
 * NAME-KEY.h5, the key being of whatever decides about a bit of it. Collective. */

#include "whole_run.h"

/* Who makes the rows; all of it borrowed. */
typedef struct rows_maker {
    const char *name; /* of the file and of the values in it */
    void *context;
    /* Adds what of the model decides about them; sequences, products and the places of the rows are
     * known. On rank 0. Local. */
    mpb_status (*add_facts)(const void *context, mpb_sha256 *hash);
    /* Fills them on all ranks. Collective. */
    mpb_status (*make)(void *context);
} rows_maker;

/* rows, of `data`, for which there is room, are on all ranks what the cache has, or else what is made and
 * goes into the cache; *computed += the sequences that this took. A file that is damaged is warned of,
 * and written anew. */
MPB_MUST_CHECK mpb_status rows_cache_fill(const whole_run *run, const rows_maker *maker,
                                          const mpb_dataset *data, mpb_sequence_rows *rows,
                                          size_t *computed);
