#pragma once

/* Rank 0 decides after every step what all ranks do next: validate, save, stop. The others learn
 * it from one small message, so ranks can never disagree. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/train/time_limit.h"

typedef struct mpb_cadence {
    int64_t last_step; /* after which the run ends, or is left */
    int64_t steps_per_epoch;
    int64_t validate_every_steps; /* 0: at the end of each epoch */
    int64_t save_every_steps;     /* 0: at the end of each epoch */
    double save_every_minutes;    /* and when so much training is not saved yet; 0: not by time */
} mpb_cadence;

typedef struct mpb_coordinator {
    const mpb_comm *comm; /* borrowed */
    mpb_cadence cadence;
    mpb_time_limit *limit; /* borrowed, rank 0's; NULL: there is none */
    double saved_at;       /* clock seconds of the last checkpoint */
    double compared_at;    /* and of the last comparison of the ranks, */
    int64_t compared_step; /* after this step */
} mpb_coordinator;

typedef enum mpb_stop {
    MPB_GO_ON,
    MPB_STOP_IN_TIME,     /* the time limit is near */
    MPB_STOP_WITH_OTHERS, /* another part of the job stops (mpb_comm_ring) */
    MPB_STOP_BY_SIGNAL,   /* to any rank; nothing that is decided here */
} mpb_stop;

typedef struct mpb_decision {
    bool epoch_ends;
    bool validate;
    bool save;
    bool compare;  /* the pace of the ranks (train/pace.h): every few seconds */
    mpb_stop stop; /* save and leave, before all else */
} mpb_decision;

/* Local. */
mpb_coordinator mpb_coordinator_begin(const mpb_comm *comm, const mpb_cadence *cadence,
                                      mpb_time_limit *limit);

/* After step number `step` (counted from 1). Collective. */
MPB_MUST_CHECK mpb_status mpb_coordinator_decide(mpb_coordinator *coordinator, int64_t step,
                                                 mpb_decision *decision);
