#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

/* One split of scikit-learn's StratifiedShuffleSplit(random_state=seed): train (num_train) and
 * validation (num_validation) hold each class by its share. Labels are at least 0; a class with
 * one member, or more classes than a part has places, is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_stratified_split(size_t count, const int32_t *labels, uint32_t seed,
                                               size_t num_train, size_t num_validation,
                                               size_t *train, size_t *validation);
