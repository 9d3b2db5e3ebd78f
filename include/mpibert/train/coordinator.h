#pragma once

/* Rank 0 decides after every step what all ranks do next: validate, save. The others learn
 * it from one small message, so ranks can never disagree. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"

typedef struct mpb_cadence {
    int64_t total_steps; /* optimizer steps of the run */
    int64_t steps_per_epoch;
    int64_t validate_every_steps; /* 0: at the end of each epoch */
    int64_t save_every_steps;     /* 0: at the end of each epoch */
    double save_every_minutes;    /* and when so much training is not saved yet; 0: not by time */
} mpb_cadence;

typedef struct mpb_coordinator {
    const mpb_comm *comm; /* borrowed */
    mpb_cadence cadence;
    double saved_at; /* clock seconds of the last checkpoint */
} mpb_coordinator;

typedef struct mpb_decision {
    bool epoch_ends;
    bool validate;
    bool save;
} mpb_decision;

mpb_coordinator mpb_coordinator_begin(const mpb_comm *comm, const mpb_cadence *cadence);

/* After step number `step` (counted from 1). Collective. */
MPB_MUST_CHECK mpb_status mpb_coordinator_decide(mpb_coordinator *coordinator, int64_t step,
                                                 mpb_decision *decision);
