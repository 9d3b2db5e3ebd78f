#pragma once

/* Which rows of the word table a step uses, on all ranks and in all its micro-batches. Every rank
 * has the tokens of all ranks and the same plan, so each finds the same rows alone. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/model/word_rows.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/step/plan.h"

typedef struct mpb_used_rows {
    uint32_t *items; /* owned, (vocab_size) */
    bool *marks;     /* owned, (vocab_size): all false between calls */
    size_t vocab_size;
    int owners;
    bool all; /* each step uses all rows (mpb_head_facts); set after it is created */
} mpb_used_rows;

/* Rows will be listed by `owners` (mpb_word_rows). `used` starts as {0}. */
MPB_MUST_CHECK mpb_status mpb_used_rows_create(size_t vocab_size, int owners, mpb_used_rows *used);
/* Bytes that it takes. */
size_t mpb_used_rows_bytes(size_t vocab_size);
void mpb_used_rows_destroy(mpb_used_rows *used);

/* Those of `step` in `epoch`, whose tokens are in use; they last until the next call. Allocates nothing. */
mpb_word_rows mpb_used_rows_find(mpb_used_rows *used, mpb_plan *plan, const mpb_dataset *dataset,
                                 size_t epoch, const mpb_step *step);
