#pragma once

/* Between the scan of ranges and what all of them say together. */

#include "corpus_internal.h"

/* Names that labels must be among; NULL: any. */
const mpb_strings *mpb_corpus_given_names(const mpb_corpus *corpus);

/* Whether the selection needs the label of every record. */
bool mpb_corpus_keeps_labels(const mpb_corpus *corpus);

/* Fills in what the scan finds from the parcels of all ranges, in any order. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_merge(mpb_corpus *corpus, const mpb_buffer *parcels);
