#pragma once

/* What kernels are measured on: arrays of the sizes that a model has, and where results go. */

#include <stdint.h>

#include "mpibert/core/memory.h"
#include "mpibert/measure/kernels.h"
#include "mpibert/nn/kernels.h"
#include "mpibert/optim/kernels.h"
#include "timing.h"

enum {
    ROW_ARRAYS = 4,
    TABLES = 4,
    COLUMN_ARRAYS = 4,
    ROW_BLOCK = 32,    /* rows a task, as in the model */
    COLUMN_SLICE = 64, /* columns a task, as in the model */
};

typedef struct kernel_bed {
    const mpb_measure_setup *setup;
    mpb_gemm_context products; /* on all threads */
    const mpb_nn *nn;
    const mpb_optim *optim;
    mpb_arena arena;                      /* owns all arrays */
    size_t num_sequences;                 /* of this rank; as many on every rank */
    size_t num_tokens;                    /* T: of these sequences */
    size_t *first;                        /* (num_sequences): where each begins */
    int wide;                             /* max(F, 4 H) */
    float *rows[ROW_ARRAYS];              /* (T, wide) */
    float *tables[TABLES];                /* (vocabulary, H) */
    float *columns[COLUMN_ARRAYS];        /* (wide) */
    float *rstd;                          /* (T) */
    float *lse;                           /* (T, heads) */
    uint32_t *tokens, *positions, *types; /* (T) */
    float *scratch;                       /* attention's, of each thread */
    size_t scratch_stride;                /* floats */
    mpb_kernels_measurement *result;
} kernel_bed;

MPB_MUST_CHECK mpb_status kernel_bed_create(const mpb_measure_setup *setup,
                                            mpb_kernels_measurement *result, kernel_bed *bed);
void kernel_bed_destroy(kernel_bed *bed);

size_t kernel_bed_length(const kernel_bed *bed, size_t sequence);

/* New random numbers in the row arrays. Kernels that work in place must not drift to denormal
 * numbers, which are slow. */
void kernel_bed_refill(kernel_bed *bed);

/* One kernel; `work` is one rank's FLOPs or bytes. */
typedef struct kernel {
    mpb_kernel_limit limit;
    double work;
    mpb_timed timed;
    char name[MPB_KERNEL_TEXT];
    char shape[MPB_KERNEL_TEXT];
} kernel;

/* Measures a kernel and adds it to the result. Collective. */
MPB_MUST_CHECK mpb_status kernel_measure(kernel_bed *bed, const kernel *measured);

/* The families: products of linear layers and attention; kernels over token rows; embeddings,
 * optimizer and loss. Collective. */
MPB_MUST_CHECK mpb_status product_kernels_measure(kernel_bed *bed);
MPB_MUST_CHECK mpb_status attention_kernels_measure(kernel_bed *bed);
MPB_MUST_CHECK mpb_status row_kernels_measure(kernel_bed *bed);
MPB_MUST_CHECK mpb_status table_kernels_measure(kernel_bed *bed);
