#pragma once

/* What is measured, on which ranks and threads. */

#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"
#include "mpibert/measure/lengths.h"
#include "mpibert/model/config.h"

/* Everything is equal on all ranks but `comm`, which is borrowed. */
typedef struct mpb_measure_setup {
    const mpb_comm *comm;
    mpb_model_config model;
    mpb_lengths lengths; /* owned */
    size_t batch_size;   /* sequences over all ranks */
    int samples;         /* measurements of one thing, 1 to MPB_MAX_SAMPLES */
    mpb_team team;
    mpb_isa isa;
} mpb_measure_setup;

/* A model's configuration by its short name: mini (MiniLM with 6 layers), distil, base, large.
 * MPB_ERR_CONFIG where there is none. Local. */
MPB_MUST_CHECK mpb_status mpb_measure_shape(const char *name, mpb_model_config *config);
