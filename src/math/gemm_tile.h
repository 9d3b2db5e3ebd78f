#pragma once

/* Parts of a product, and the factors that are multiplied in them. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/math/gemm.h"

/* Sizes and pointers in `args` are those of the part, whose corner is at (row, col) of C. */
typedef struct gemm_tile {
    mpb_gemm_args args;
    int row, col;
    mpb_gemm_type precision;
    const mpb_team *team; /* NULL: no errands */
    int thread;           /* that computes it */
} gemm_tile;

/* op(A) or op(B), by elements across (rows of op(A), columns of op(B)) and along the sum. */
typedef struct operand {
    const void *x;
    mpb_gemm_type type;
    size_t ld;
    bool rows_across; /* stored rows follow each other across; otherwise along */
    int row, col;     /* of x in the stored matrix */
    mpb_gemm_prologue prologue;
    mpb_gemm_type precision;
} operand;

static inline const void *gemm_element(const void *x, mpb_gemm_type type, size_t at)
{
    return (const char *)x + at * mpb_gemm_type_bytes(type);
}

/* From row i and column k on, or column i and row k where rows run along. */
static inline operand operand_from(operand from, int i, int k)
{
    int row = from.rows_across ? i : k;
    int col = from.rows_across ? k : i;

    from.x = gemm_element(from.x, from.type, (size_t)row * from.ld + (size_t)col);
    from.row += row;
    from.col += col;
    return from;
}

/* Whether its values are the floats in memory. */
static inline bool operand_is_plain(const operand *from)
{
    return from->type == MPB_GEMM_F32 && from->prologue.make == NULL;
}

/* Rows of A across: op(A) is (M, K). */
static inline operand gemm_rows_of_a(const gemm_tile *tile)
{
    const mpb_gemm_args *args = &tile->args;
    bool rows_across = args->trans_a == MPB_NO_TRANS;

    return (operand){.x = args->a,
                     .type = args->type_a,
                     .ld = (size_t)args->lda,
                     .rows_across = rows_across,
                     .row = rows_across ? tile->row : 0,
                     .col = rows_across ? 0 : tile->row,
                     .prologue = args->prologue_a,
                     .precision = tile->precision};
}

/* Columns of B across: op(B) is (K, N). */
static inline operand gemm_columns_of_b(const gemm_tile *tile)
{
    const mpb_gemm_args *args = &tile->args;
    bool rows_across = args->trans_b == MPB_TRANS;

    return (operand){.x = args->b,
                     .type = args->type_b,
                     .ld = (size_t)args->ldb,
                     .rows_across = rows_across,
                     .row = rows_across ? tile->col : 0,
                     .col = rows_across ? 0 : tile->col,
                     .prologue = args->prologue_b,
                     .precision = tile->precision};
}

/* Fills `block`, which has its place, with the values of an operand, not yet rounded. */
static inline void operand_values(const operand *from, const mpb_gemm_block *block)
{
    if (from->prologue.make != NULL) {
        from->prologue.make(from->prologue.context, block, from->x);
        return;
    }
    for (int r = 0; r < block->rows; r++) {
        float *to = block->values + (size_t)r * (size_t)block->ld;

        if (from->type == MPB_GEMM_BF16) {
            const mpb_bf16 *x = (const mpb_bf16 *)from->x + (size_t)r * from->ld;

            for (int c = 0; c < block->cols; c++) {
                to[c] = mpb_bf16_widen(x[c]);
            }
        } else {
            memcpy(to, (const float *)from->x + (size_t)r * from->ld,
                   (size_t)block->cols * sizeof(*to));
        }
    }
}

/* Whether its values must still be rounded. */
static inline bool operand_rounds(const operand *from)
{
    return from->precision == MPB_GEMM_BF16 &&
           (from->type == MPB_GEMM_F32 || from->prologue.make != NULL);
}

static inline void round_values(size_t count, float *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = mpb_bf16_widen(mpb_bf16_round(x[i]));
    }
}

/* `count` elements across and kc along become a matrix of float values, not yet rounded, without
 * gaps in memory, which can be used in their place. */
static inline operand operand_expand(const operand *from, int count, int kc, float *memory)
{
    operand values = {.x = memory, .type = MPB_GEMM_F32, .rows_across = from->rows_across};
    mpb_gemm_block block = {.row = from->row, .col = from->col, .values = memory};

    block.rows = from->rows_across ? count : kc;
    block.cols = from->rows_across ? kc : count;
    block.ld = block.cols;
    values.ld = (size_t)block.cols;
    operand_values(from, &block);
    return values;
}

/* Columns [n, n + cols) and rows [m, m + rows) of C are finished. */
static inline void gemm_tile_finish(const gemm_tile *tile, int m, int rows, int n, int cols)
{
    const mpb_gemm_args *args = &tile->args;
    const mpb_gemm_block block = {.row = tile->row + m,
                                  .rows = rows,
                                  .col = tile->col + n,
                                  .cols = cols,
                                  .values =
                                      (float *)args->c + (size_t)m * (size_t)args->ldc + (size_t)n,
                                  .ld = args->ldc};

    if (args->epilogue.finish != NULL) {
        args->epilogue.finish(args->epilogue.context, &block);
    }
}

/* Between two stretches of a part that takes long. */
static inline void gemm_tile_pause(const gemm_tile *tile)
{
    if (tile->team != NULL) {
        mpb_team_attend(tile->team, tile->thread);
    }
}
