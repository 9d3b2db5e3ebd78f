#pragma once

/* Every kernel by itself, against what limits it: products and attention against multiply-adds in
 * registers, all others against the memory's bandwidth. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/measure/setup.h"

enum { MPB_MAX_KERNELS = 64, MPB_KERNEL_TEXT = 40 };

typedef enum mpb_kernel_limit { MPB_LIMIT_FMA, MPB_LIMIT_STREAM } mpb_kernel_limit;

typedef struct mpb_kernel_measurement {
    char name[MPB_KERNEL_TEXT];
    char shape[MPB_KERNEL_TEXT]; /* on one rank */
    mpb_kernel_limit limit;
    double seconds;       /* of the slowest rank, median */
    double rate;          /* FLOPs or bytes a second, over all ranks */
    double share_of_peak; /* above 1 where caches serve what memory was thought to */
} mpb_kernel_measurement;

/* Of one thread a rank, and of all threads; the sum over all ranks either way. */
typedef struct mpb_peak_measurement {
    double one_thread;
    double all_threads;
} mpb_peak_measurement;

typedef struct mpb_kernels_measurement {
    mpb_peak_measurement fma;  /* FLOPs a second */
    mpb_peak_measurement gemm; /* FLOPs a second */
    mpb_peak_measurement bf16_gemm;
    mpb_peak_measurement stream; /* bytes a second */
    int gemm_size;               /* of the product on all threads */
    int bf16_gemm_size;
    mpb_kernel_measurement items[MPB_MAX_KERNELS];
    size_t count;
} mpb_kernels_measurement;

/* The peaks, then all kernels on all threads over a rank's share of the batch. FLOPs count a
 * multiply-add as 2, and of attention's backward only 2 times forward; bytes are what a kernel must
 * read and write of its arrays once. A kernel that overwrites in place can beat the triad, whose
 * written array is fetched as well without being counted. Collective. */
MPB_MUST_CHECK mpb_status mpb_measure_kernels(const mpb_measure_setup *setup,
                                              mpb_kernels_measurement *result);
