#pragma once

/* What a run directory tells of its run without a look into models and checkpoints. Local. */

#include "mpibert/config/run_config.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/file.h"
#include "mpibert/report/run_metrics.h"
#include "mpibert/task/task.h"

typedef struct mpb_run_facts {
    mpb_run_config config;
    mpb_strings checkpoints;       /* names, the newest last */
    char folder[MPB_PATH_SIZE];    /* of the checkpoints */
    const mpb_task_metric *metric; /* that decides which model is the best */
    mpb_run_metrics metrics;
    int64_t total_steps; /* 0: unknown */
} mpb_run_facts;

/* `facts` starts as {0}, and is to be cleared on failure, too. */
MPB_MUST_CHECK mpb_status mpb_run_facts_gather(const char *run, mpb_run_facts *facts);
void mpb_run_facts_clear(mpb_run_facts *facts);

/* "running", "not begun", "finished" or "stopped" */
const char *mpb_run_facts_state(const char *run, const mpb_run_facts *facts);
