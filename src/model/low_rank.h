#pragma once

/* Low-rank adaptations of linear layers (model/lora.h) on their way along with the layers' products. With
 * u = drop(x) A^T and t = s dy B, of all rows:
 *
 *     y += s u B^T    dB += s dy^T u    dA += t^T drop(x)    dx += drop(t A)
 *
 * where s is the scale and drop draws from the places of the rows. u and t are made anew where they are
 * needed; they take rank / out of the layer's work. */

#include "model_internal.h"

/* u of all parts, for low_rank_add. */
void low_rank_forward(const mpb_model *model, const low_ranks *low, size_t rows, int in,
                      linear_input x);
/* An epilogue's part: adds s u B^T to the block of y. */
void low_rank_add(const mpb_model *model, const low_ranks *low, const mpb_gemm_block *block);

/* Adds to the gradients of all A and B, where they are trained. */
void low_rank_backward(const mpb_model *model, const low_ranks *low, size_t rows, int in,
                       linear_input dy, linear_input x);

/* t of all parts, for low_rank_add_input. */
void low_rank_backward_input(const mpb_model *model, const low_ranks *low, size_t rows,
                             linear_input dy);
/* An epilogue's part: adds drop(t A) to the block of dx, whose rows are those of `of`. */
void low_rank_add_input(const mpb_model *model, const low_ranks *low, const row_set *of, int in,
                        const mpb_gemm_block *block);
