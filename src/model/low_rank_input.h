#pragma once

/* What a low-rank adaptation reads: x after dropout of its own, which draws from the places of the rows. */

#include "model_internal.h"

/* Whether there is any in this pass. */
bool low_rank_drops(const mpb_model *model);

/* Drops elements of a block of (rows, in), whose rows are those of `of`. */
void low_rank_drop(const mpb_model *model, const low_rank *part, const row_set *of,
                   const mpb_gemm_block *block);

/* x of one part on its way into a product. */
typedef struct low_rank_input {
    const mpb_model *model;
    const low_rank *part;
    linear_input x;
} low_rank_input;

/* The prologue that gives drop(x); borrows `input`. */
mpb_gemm_prologue low_rank_dropped(low_rank_input *input);
