#pragma once

/* What each rank of a run will hold, known without starting them: the plans that they would make.
 * Local. */

#include <stddef.h>

#include "mpibert/budget/memory_plan.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/model/config.h"
#include "mpibert/session/inputs.h"
#include "mpibert/step/plan.h"

/* All of it borrowed. */
typedef struct mpb_memory_question {
    const mpb_run_config *config;
    const mpb_model_config *model;
    const mpb_run_inputs *inputs;
    mpb_plan_options plan; /* its rank does not matter */
    int nodes;             /* of the job */
    int threads;           /* of a rank */
    size_t program;        /* bytes of code, libraries and MPI */
    size_t data;           /* bytes of the data sets, of which `inputs` may be a sample */
    size_t granted;        /* bytes that a rank may hold */
} mpb_memory_question;

typedef struct mpb_memory_forecast {
    mpb_memory_plan largest; /* that of the rank with most bytes */
    int owners;              /* ranks that share the moments out: 1 or all */
    size_t max_tokens;       /* of a rank's micro-batch */
    size_t max_sequences;
    bool fits;
} mpb_memory_forecast;

/* Appends to `advice` what would help where it does not fit. */
MPB_MUST_CHECK mpb_status mpb_memory_forecast_make(const mpb_memory_question *question,
                                                   mpb_memory_forecast *forecast,
                                                   mpb_buffer *advice);
