#include "activation.h"

#include <string.h>

enum { PIECE = 256 }; /* elements of a row that are worked on at a time */

/* a may be u. */
static void activate_some(const activation *of, size_t count, const float *u, float *a)
{
    const mpb_row_kernels *kernels = &of->nn->rows;

    switch (of->kind) {
    case ACTIVATION_GELU:
        kernels->gelu(count, u, a);
        break;
    case ACTIVATION_SILU:
        kernels->silu(count, u, a);
        break;
    case ACTIVATION_RELU:
        kernels->relu(count, u, a);
        break;
    }
}

/* du may be u; da is lost. */
static void activate_some_backward(const activation *of, size_t count, const float *u, float *da,
                                   float *du)
{
    const mpb_row_kernels *kernels = &of->nn->rows;

    switch (of->kind) {
    case ACTIVATION_GELU:
        kernels->gelu_backward(count, u, da, du);
        break;
    case ACTIVATION_SILU:
        kernels->silu_backward(count, u, da, du);
        break;
    case ACTIVATION_RELU:
        kernels->relu_backward(count, u, da);
        memcpy(du, da, count * sizeof(*du));
        break;
    }
}

static void activate(void *context, const mpb_gemm_block *block, const void *stored)
{
    const activation *of = context;
    const stored_rows u = stored_from(of->u, (size_t)block->row, (size_t)block->col);
    const size_t cols = (size_t)block->cols;

    (void)stored;
    for (int r = 0; r < block->rows; r++) {
        float *a = block->values + (size_t)r * (size_t)block->ld;

        activate_some(of, cols, stored_read(of->nn, stored_from(u, (size_t)r, 0), cols, a), a);
    }
}

/* From the gradient of act(u) to that of u, in place of u, for up to PIECE elements. */
static void piece_backward(const activation *of, stored_rows u, size_t count, float *da)
{
    float memory[PIECE];
    const float *read = stored_read(of->nn, u, count, memory);
    float *du = stored_place(u, memory);

    activate_some_backward(of, count, read, da, du);
    stored_finish(of->nn, u, count, du);
}

static void activate_backward(void *context, const mpb_gemm_block *block)
{
    const activation *of = context;
    const stored_rows u = stored_from(of->u, (size_t)block->row, (size_t)block->col);
    const size_t cols = (size_t)block->cols;

    for (size_t r = 0; r < (size_t)block->rows; r++) {
        float *da = block->values + r * (size_t)block->ld;

        for (size_t c = 0; c < cols; c += PIECE) {
            piece_backward(of, stored_from(u, r, c), cols - c < PIECE ? cols - c : PIECE, da + c);
        }
    }
}

linear_input activated(activation *of)
{
    linear_input input = stored_input(of->u);

    input.made = (mpb_gemm_prologue){activate, of};
    return input;
}

mpb_gemm_epilogue activation_backward(activation *of)
{
    return (mpb_gemm_epilogue){activate_backward, of};
}
