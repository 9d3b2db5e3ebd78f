#pragma once

/* Which sequences of a data set are texts that were cut: its shards count them all, and a cut text
 * has as many tokens as there may be. Local. */

#include "mpibert/session/inputs.h"

/* `source` is a data set as it was read. */
mpb_cut_texts mpb_cut_texts_of(const mpb_dataset *source);

/* Of `dataset`, sequences of that source. */
size_t mpb_cut_texts_count(const mpb_cut_texts *cut, const mpb_dataset *dataset);
