#pragma once

/* Shuffles and splits that draw the numbers NumPy's RandomState and scikit-learn draw, so that a
 * seed selects the same examples here as in a script that uses them. Local and pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

/* order (count) = arange(count) after numpy.random.RandomState(seed).shuffle. */
MPB_MUST_CHECK mpb_status mpb_shuffled_order(size_t count, uint32_t seed, uint32_t *order);

/* MPB_ERR_DATA for a label with one example, as a split by labels (count) would fail, but by its
 * name; numbers without a name are left to the split. */
MPB_MUST_CHECK mpb_status mpb_split_check_labels(size_t count, const int32_t *labels,
                                                 const mpb_strings *names);

/* What is split, and how. */
typedef struct mpb_split_request {
    size_t count;          /* examples */
    const int32_t *labels; /* borrowed, (count); NULL: none */
    double train_share;
    double val_share; /* train_share + val_share <= 1 */
    bool stratify;    /* each label by its share */
    uint32_t seed;
} mpb_split_request;

/* Indices of examples; the arrays are the caller's, (count) each. */
typedef struct mpb_split {
    uint32_t *train; /* (num_train) */
    size_t num_train;
    uint32_t *validation; /* (num_validation) */
    size_t num_validation;
} mpb_split;

/* Fills in the index lists of scikit-learn's train_test_split(test_size=val_share,
 * random_state=seed, stratify=labels if `stratify`), in its order. A class with fewer than 2
 * members cannot be stratified: MPB_ERR_DATA that says so. The numbers are untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_split_train_validation(const mpb_split_request *request,
                                                     mpb_split *split);
