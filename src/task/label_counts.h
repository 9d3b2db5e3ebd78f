#pragma once

/* What examples, or words, of each label there are decides. */

#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

/* weights (num_labels) = scikit-learn's compute_class_weight("balanced"): all examples /
 * (num_labels * examples of the label), and 0 for labels without an example. */
void label_counts_balance(size_t num_labels, const size_t *counts, float *weights);

/* What the start of a run says. Appends "4 classes: a 3, b 5, c 1, d 2", or of many labels the rarest and the most usual. `noun`
 * is "classes"; `counts` (names->count) are the documents of each label. */
MPB_MUST_CHECK mpb_status label_counts_append(const mpb_strings *names, const size_t *counts,
                                              const char *noun, mpb_buffer *out);
