#pragma once

/* Matrix products over row-major arrays: C = alpha op(A) op(B) + beta C, summed in float.
 *
 * op(A) is M x K, op(B) is K x N, C is M x N; lda, ldb, ldc are the distances between stored rows,
 * in elements. With beta = 0, C is not read. The one door to BLAS and to kernels of our own. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/math/bf16.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"

typedef enum mpb_transpose { MPB_NO_TRANS, MPB_TRANS } mpb_transpose;

typedef enum mpb_gemm_type { MPB_GEMM_F32, MPB_GEMM_BF16 } mpb_gemm_type;

/* Bytes of an element. */
static inline size_t mpb_gemm_type_bytes(mpb_gemm_type type)
{
    return type == MPB_GEMM_BF16 ? sizeof(mpb_bf16) : sizeof(float);
}

/* Rows [row, row + rows) and columns [col, col + cols) of a matrix, as float values with row
 * distance ld. */
typedef struct mpb_gemm_block {
    int row, rows, col, cols;
    float *values;
    int ld;
} mpb_gemm_block;

/* Makes the values that are multiplied from the stored ones, on their way to the caches: fills
 * `block`, which is counted in rows and columns of the matrix as it is stored; `stored` is its
 * first element, of the type and with the row distance of the operand. Must give the same for an
 * element each time, on any thread: it may be called for it more than once. */
typedef struct mpb_gemm_prologue {
    void (*make)(void *context, const mpb_gemm_block *block, const void *stored);
    void *context;
} mpb_gemm_prologue;

/* Works on each block of C that is finished, while it is in the caches, and may change it. Every
 * element is in one block; an element's new value must not depend on how blocks are cut. */
typedef struct mpb_gemm_epilogue {
    void (*finish)(void *context, const mpb_gemm_block *block);
    void *context;
} mpb_gemm_epilogue;

typedef struct mpb_gemm_args {
    mpb_transpose trans_a, trans_b;
    int M, N, K;
    float alpha, beta;
    mpb_gemm_type type_a, type_b, type_c;
    const void *a;
    int lda;
    const void *b;
    int ldb;
    void *c; /* NULL: C is not kept, only the epilogue sees it; beta is 0 then */
    int ldc;
    mpb_gemm_prologue prologue_a, prologue_b; /* {0}: the stored values are multiplied */
    mpb_gemm_epilogue epilogue;               /* {0}: none */
} mpb_gemm_args;

/* MPB_GEMM_DOTS and MPB_GEMM_TILES are ours with the CPU's dot products of bf16, of vectors and of
 * AMX tiles, for that precision alone. */
typedef enum mpb_gemm_kernel {
    MPB_GEMM_OWN,
    MPB_GEMM_BLAS,
    MPB_GEMM_DOTS,
    MPB_GEMM_TILES
} mpb_gemm_kernel;

/* How the products of a job are computed, the same on all its ranks. {0}: by ours, in floats. */
typedef struct mpb_gemm_choice {
    mpb_gemm_kernel kernel;
    mpb_gemm_type precision; /* what factors are rounded to before they are multiplied */
} mpb_gemm_choice;

/* What products are computed with. */
typedef struct mpb_gemm_context {
    const mpb_team *team; /* borrowed */
    mpb_gemm_kernel kernel;
    mpb_gemm_type precision;
    mpb_isa isa;    /* of our own kernels; this CPU must support it */
    float *scratch; /* borrowed, (team->threads, mpb_gemm_scratch()), aligned to 64 bytes */
} mpb_gemm_context;

/* Floats that a thread needs to pack what it multiplies. */
size_t mpb_gemm_scratch(void);

/* On all threads of the team: the output is cut into a grid of tiles, K is never split, so the
 * result does not depend on the number of threads. M or N of 0 is allowed. mpb_blas_single_threaded
 * must have been called. */
void mpb_gemm(const mpb_gemm_context *context, const mpb_gemm_args *args);

/* On the calling thread, the one with this number in the team; for use inside tasks. */
void mpb_gemm_serial(const mpb_gemm_context *context, int thread, const mpb_gemm_args *args);

/* Whether this process can run a kernel with factors of this precision. It must ask before it uses
 * MPB_GEMM_TILES (mpb_isa_has_bf16_tiles). */
bool mpb_gemm_available(mpb_gemm_kernel kernel, mpb_isa isa, mpb_gemm_type precision);

/* Measures all kernels that are available for some milliseconds. MPB_GEMM_OWN is chosen unless
 * another one takes turns with it and is a quarter faster in the median, twice: the choice changes
 * the last bits of results, so chance must not make it. Ranks of a job must agree on one. */
MPB_MUST_CHECK mpb_status mpb_gemm_calibrate(mpb_isa isa, mpb_gemm_type precision,
                                             mpb_gemm_kernel *kernel);

/* A word for files: "own", "blas", "bf16-dots", "bf16-tiles". */
const char *mpb_gemm_kernel_name(mpb_gemm_kernel kernel);
/* The one of that name; false where there is none. */
bool mpb_gemm_kernel_find(const char *name, mpb_gemm_kernel *kernel);

/* "AVX-512 products of our own" or mpb_blas_description. */
const char *mpb_gemm_description(mpb_gemm_kernel kernel, mpb_isa isa);
