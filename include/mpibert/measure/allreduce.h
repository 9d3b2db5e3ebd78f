#pragma once

/* How fast sums over ranks are, by size of the message. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/measure/setup.h"

enum { MPB_MAX_MESSAGES = 16 };

typedef struct mpb_message_measurement {
    size_t bytes;
    double seconds;              /* of the slowest rank, median */
    double bytes_per_second;     /* bytes / seconds */
    double bus_bytes_per_second; /* times 2 (p - 1) / p: what each of p ranks must send */
} mpb_message_measurement;

typedef struct mpb_allreduce_measurement {
    mpb_message_measurement items[MPB_MAX_MESSAGES];
    size_t count;
} mpb_allreduce_measurement;

/* Sums as training has them, with nothing to compute meanwhile, of messages from 4 KiB on, 8 times
 * larger each, up to the gradients of the setup's model, which are the last one. One rank alone
 * sends nothing. Collective. */
MPB_MUST_CHECK mpb_status mpb_measure_allreduce(const mpb_measure_setup *setup,
                                                mpb_allreduce_measurement *result);
