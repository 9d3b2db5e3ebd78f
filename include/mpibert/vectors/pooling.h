#pragma once

/* From the rows that an encoder gives of a text (MPB_HEAD_HIDDEN) to what is kept of it. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/eval/batch.h"
#include "mpibert/eval/kept.h"
#include "mpibert/shards/dataset.h"

typedef enum mpb_vector_pooling {
    MPB_VECTOR_CLS,  /* the row of [CLS], which is the only one that the last layer computes */
    MPB_VECTOR_MEAN, /* the mean over all tokens, [CLS] and [SEP] included */
    MPB_VECTOR_MAX,  /* the largest over these, number by number */
    MPB_VECTOR_NONE, /* all rows */
    MPB_NUM_VECTOR_POOLINGS
} mpb_vector_pooling;

/* "cls", "mean", "max", "none". */
const char *mpb_vector_pooling_name(mpb_vector_pooling pooling);

/* MPB_NUM_VECTOR_POOLINGS: it is the name of none. */
mpb_vector_pooling mpb_vector_pooling_named(const char *name);

/* Texts on their way to vectors. */
typedef struct mpb_vector_source {
    const mpb_dataset *data; /* borrowed */
    mpb_vector_pooling pooling;
    size_t width; /* H */
} mpb_vector_source;

/* Both borrow `source`. What is kept of a sequence are H floats or, without pooling, as many for
 * each of its tokens. */
mpb_row_choice mpb_vector_choice(const mpb_vector_source *source);
mpb_keeping mpb_vector_keeping(const mpb_vector_source *source);

/* out (width) = the mean, or the largest, of rows (num_rows, width), num_rows > 0; the mean by a
 * sum in double. */
void mpb_rows_mean(size_t num_rows, size_t width, const float *rows, float *out);
void mpb_rows_max(size_t num_rows, size_t width, const float *rows, float *out);
