#pragma once

/* The runs of several seeds in one job, each as if it had its ranks alone. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

typedef struct mpb_seeds {
    int64_t *items; /* owned, (count): training.seed of each run */
    size_t count;
} mpb_seeds;

/* Reads "1,2,3"; `seeds` starts as {0}, and is to be cleared on failure, too.
 * Local. */
MPB_MUST_CHECK mpb_status mpb_seeds_read(const char *text, mpb_seeds *seeds);
void mpb_seeds_clear(mpb_seeds *seeds);

/* Trains training.seed = N in checkpoint.directory/seed-N for each seed, bit for bit the run that
 * as many ranks as a group has would train alone. Groups of equal size work at the same time: the
 * largest divisor of the number of ranks that is no more than that of the seeds, so no rank idles
 * from the start and no group waits for a seed. Group g has the seeds g, g + groups, ... in their
 * order. They share data.cache_directory, which all ranks
 * fill together before. Ends with the table of mpb_sweep_write_table on standard output and in
 * checkpoint.directory/seeds.txt. The first run that stops or fails stops the others, with their
 * work saved: MPB_STOPPED, or the failure, which names its seed. mpb_train_run says what
 * `started_at` is. Collective. */
MPB_MUST_CHECK mpb_status mpb_seeds_train(const mpb_log *log, const mpb_comm *comm,
                                          const mpb_run_config *config, const mpb_seeds *seeds,
                                          double started_at);
