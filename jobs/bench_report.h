#pragma once

/* What `mpibert bench` prints: a JSON object or tables, on standard output. Local. */

#include <stdbool.h>

#include "mpibert/measure/allreduce.h"
#include "mpibert/measure/kernels.h"
#include "mpibert/measure/setup.h"
#include "mpibert/measure/step.h"

/* What was asked for. */
typedef struct mpb_bench {
    const char *what;  /* kernels, train, infer or allreduce */
    const char *shape; /* mini, distil, base or large */
    bool json;
    long threads; /* of each rank, 0: as many as it has cores */
    mpb_measure_setup setup;
} mpb_bench;

MPB_MUST_CHECK mpb_status mpb_bench_json_kernels(const mpb_bench *bench,
                                                 const mpb_kernels_measurement *result);
MPB_MUST_CHECK mpb_status mpb_bench_json_step(const mpb_bench *bench,
                                              const mpb_step_measurement *result);
MPB_MUST_CHECK mpb_status mpb_bench_json_allreduce(const mpb_bench *bench,
                                                   const mpb_allreduce_measurement *result);

void mpb_bench_table_kernels(const mpb_bench *bench, const mpb_kernels_measurement *result);
void mpb_bench_table_step(const mpb_bench *bench, const mpb_step_measurement *result);
void mpb_bench_table_allreduce(const mpb_bench *bench, const mpb_allreduce_measurement *result);
