#pragma once

/* Predictions as text, a document after the other in input order: one JSON object a line, or a
 * table. Local.
 *
 * Of one row of outputs a text, scores follow transformers' text-classification pipeline:
 *
 *     classification        softmax of the logits; the label of the largest
 *     its only label        sigmoid of the only logit, whose label is always the same
 *     multilabel            sigmoid of each logit; the labels above one half
 *     regression            the outputs themselves
 */

#include <stdbool.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/task/task.h"

/* {"id", "label", "score", "scores", "label_names", "logits"}: score is that of the predicted
 * label, scores are those of all labels in the order of label_names. Multilabel has a list "labels"
 * in place of label and score, regression "score" alone, or "scores" of several. */
MPB_MUST_CHECK mpb_status mpb_predictions_write_jsonl(const mpb_task_table *task,
                                                      const mpb_task_results *results,
                                                      bool with_outputs, mpb_buffer *out);

/* A header line, then id, label, score and one column a label, likewise; "labels" are parted by
 * commas. */
MPB_MUST_CHECK mpb_status mpb_predictions_write_table(const mpb_task_table *task,
                                                      const mpb_task_results *results,
                                                      char delimiter, mpb_buffer *out);
