#pragma once

/* The labels of a data set, one or any number an example, as outputs of a model; scores have none and
 * stay as they are. shards/label_match.h says which is which. `names`
 * are the names of the outputs, which become the names of the data set's labels, and `where` names
 * the data. Local. */

#include <stdbool.h>

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/shards/dataset.h"

/* Numbers the labels in the order of `names`; one that is not among them is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_dataset_number_labels(const mpb_strings *names, const char *where,
                                                    mpb_dataset *dataset);

/* Likewise for a finished model, where numbers may stand for its outputs: that is said in a line.
 * With `skip`, examples of other labels are left out with a warning, as long as any stay. */
MPB_MUST_CHECK mpb_status mpb_dataset_match_labels(const mpb_log *log, const mpb_strings *names,
                                                   bool skip, const char *where,
                                                   mpb_dataset *dataset);
