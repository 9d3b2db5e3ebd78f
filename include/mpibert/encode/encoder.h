#pragma once

/* From records to token sequences, as the layout of a task's data wants them (mpb_layout):
 *
 *     text        [CLS] a [SEP], or [CLS] a [SEP] b [SEP]
 *     words       [CLS] words [SEP], labels on first sub-tokens
 *     question    [CLS] question [SEP] context [SEP], a window each
 *     choices     [CLS] context [SEP] question choice [SEP], one a choice
 *     packed      [CLS] texts end to end [SEP], or each text alone
 *     sentences   [CLS] sentences [SEP] next ones or others [SEP]
 *
 * Where masks are to be filled in (fills_masks), as text, with a [MASK] at least in each text or, of
 * sentences, in none of a pair.
 *
 * Words are those of the record or, where it has none and no labels are wanted, those that the
 * tokenizer splits a text into. Without labels the first token of each has 0 for
 * label, and a document's text is kept as the context of a question.
 *
 * Where texts are kept (keeps_texts), a record's first text is the context of a question, and a
 * token of a pair's second text stands at its place in that one.
 *
 * What does not fit is cut and counted, or becomes further chunks that share `stride` tokens.
 * Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/encode/encode_options.h"
#include "mpibert/records/record.h"
#include "mpibert/shards/dataset.h"

typedef struct mpb_encoder mpb_encoder;

/* Copies `options`, borrows what they point to. Sizes that leave no room for text, or strides that
 * do not advance, are MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_encoder_create(const mpb_encode_options *options,
                                             mpb_encoder **encoder);
void mpb_encoder_destroy(mpb_encoder **encoder);

/* The targets that the sequences will have. Of the options it takes the task, whether there are labels,
 * and how many names they have. */
mpb_dataset_shape mpb_encoder_shape(const mpb_encoder *encoder);
mpb_dataset_shape mpb_encode_shape(const mpb_encode_options *options);

/* Adds the sequences of a record, which is the input's example number `document`. `dataset` has the
 * shape above. A record that cannot be encoded is MPB_ERR_DATA and adds nothing. */
MPB_MUST_CHECK mpb_status mpb_encoder_add(mpb_encoder *encoder, const mpb_record *record,
                                          uint64_t document, mpb_dataset *dataset);

/* Adds what packing still holds back; then the encoder is as new, its counts excepted. */
MPB_MUST_CHECK mpb_status mpb_encoder_flush(mpb_encoder *encoder, mpb_dataset *dataset);

/* Counts an example that was left out because it could not be encoded. */
void mpb_encoder_skip(mpb_encoder *encoder);

/* What was cut since the last call. */
mpb_truncation mpb_encoder_take_truncation(mpb_encoder *encoder);
