#pragma once

/* Predictions of a classifier as text: one JSON object a line, or CSV. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

/* What is known of all examples; everything borrowed. */
typedef struct mpb_predictions {
    const mpb_strings *ids;
    const mpb_strings *label_names; /* in the order of the logits */
    const float *logits;            /* (ids->count, label_names->count) */
    bool with_logits;               /* JSON lines only */
} mpb_predictions;

/* {"id", "label", "score", "scores", "logits"}: score is the softmax of the predicted label, scores
 * are those of all labels in their order. */
MPB_MUST_CHECK mpb_status mpb_predictions_write_jsonl(const mpb_predictions *predictions,
                                                      mpb_buffer *out);

/* A header line, then id, label, score and one column a label; RFC 4180. */
MPB_MUST_CHECK mpb_status mpb_predictions_write_csv(const mpb_predictions *predictions,
                                                    mpb_buffer *out);
