#pragma once

/* From raw examples to token ids: [CLS] a [SEP], or [CLS] a [SEP] b [SEP]. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/data/dataset.h"
#include "mpibert/data/examples.h"
#include "mpibert/data/shards.h"
#include "mpibert/text/tokenizer.h"

/* Adds `count` examples to `dataset` (starts as {0}) as documents first_document, ...: example
 * order[i] for i < count, or example i where order is NULL. What exceeds max_seq_length is cut,
 * longest first, and counted on top of `truncation`. `labelled`: labels are kept. A maximum
 * without room for one token of each text is MPB_ERR_CONFIG. On failure `dataset` is cleared. */
MPB_MUST_CHECK mpb_status mpb_encode_examples(const mpb_tokenizer *tokenizer, size_t max_seq_length,
                                              const mpb_examples *examples, const size_t *order,
                                              size_t count, uint64_t first_document, bool labelled,
                                              mpb_dataset *dataset, mpb_truncation *truncation);
