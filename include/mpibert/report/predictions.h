#pragma once

/* Predictions of a sequence classifier as text: one JSON object a line, or a table. Local.
 *
 * Scores follow transformers' text-classification pipeline:
 *
 *     MPB_PREDICT_LABEL   softmax of the logits; the label of the largest
 *     MPB_PREDICT_LABELS  sigmoid of each logit; the labels above one half
 *     MPB_PREDICT_ONE     sigmoid of the only logit, whose label is always the same
 *     MPB_PREDICT_NUMBER  the logits themselves
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef enum mpb_prediction_kind {
    MPB_PREDICT_LABEL,
    MPB_PREDICT_LABELS,
    MPB_PREDICT_ONE,
    MPB_PREDICT_NUMBER,
} mpb_prediction_kind;

/* What is known of all examples; everything borrowed. */
typedef struct mpb_predictions {
    mpb_prediction_kind kind;
    const mpb_strings *ids;
    const mpb_strings *label_names; /* in the order of the logits */
    const float *logits;            /* (ids->count, label_names->count) */
    bool with_logits;               /* JSON lines only */
} mpb_predictions;

/* {"id", "label", "score", "scores", "label_names", "logits"}: score is that of the predicted
 * label, scores are those of all labels in the order of label_names. MPB_PREDICT_LABELS has a list
 * "labels" in place of label and score, MPB_PREDICT_NUMBER "score" alone, or "scores" of several.
 * */
MPB_MUST_CHECK mpb_status mpb_predictions_write_jsonl(const mpb_predictions *predictions,
                                                      mpb_buffer *out);

/* A header line, then id, label, score and one column a label, likewise; "labels" are parted by
 * commas. With ',' it is RFC 4180; fields that hold the delimiter, a quote or a line break stand in
 * quotes. */
MPB_MUST_CHECK mpb_status mpb_predictions_write_table(const mpb_predictions *predictions,
                                                      char delimiter, mpb_buffer *out);
