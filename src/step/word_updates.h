#pragma once

/* AdamW for the word embedding, whose rows mostly have no gradient: their steps are taken later,
 * all at once while the row is in cache, with the same bits as if taken in time. Rows that another
 * rank owns are passed over. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/shares.h"
#include "mpibert/model/word_rows.h"
#include "mpibert/optim/adamw.h"
#include "update_target.h"

enum { HISTORY = 64 }; /* steps that a row may lag behind */

typedef struct word_updates {
    const update_target *target; /* borrowed */
    size_t num_own;              /* rows of the table */
    int64_t num_steps;           /* so far */
    int64_t *taken;              /* (num_own): steps that a row has taken */
    /* (2 HISTORY): step s is at s % HISTORY and again HISTORY later, so that the steps which a row
     * lags behind are adjacent. */
    mpb_adamw_factors *history;
} word_updates;

/* Takes the pieces of `words` from `arena`. */
void word_updates_lay_out(word_updates *words, const mpb_share *share, mpb_arena *arena);

/* Takes the steps that `rows` lag behind, and those of a HISTORYth of all rows: none falls out
 * of the history as long as this precedes every step. */
void word_updates_catch_up(word_updates *words, const mpb_word_rows *rows);
void word_updates_catch_up_all(word_updates *words);

/* One step. `gradients` (rows->count, row_size) are those of `rows`, which lag behind no more. */
void word_updates_apply(word_updates *words, const mpb_adamw_factors *factors,
                        const mpb_word_rows *rows, const float *gradients);
