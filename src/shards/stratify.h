#pragma once

#include "mpibert/core/status.h"
#include "mpibert/shards/split.h"

/* One split of scikit-learn's StratifiedShuffleSplit(random_state=seed): the lists of `split`,
 * whose numbers are given, hold each class by its share. Labels are at least 0; a class with one
 * member, or more classes than a part has places, is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_stratified_split(const mpb_split_request *request, mpb_split *split);
