#pragma once

/* Looks for what makes jobs slow or fail, before a job finds it.
 *
 * Facts are gathered on all ranks (src/doctor/facts.h), and judged on rank 0 by one table of checks
 * (src/doctor/checks.c); both read what launchers, libraries and the kernel say, the environment
 * included.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/doctor/findings.h"

/* Whether MPI starts in a process that a launcher started so, or would end the job with a page of
 * its own; then doctor looks without it. */
typedef enum mpb_doctor_start {
    MPB_DOCTOR_STARTS,
    MPB_DOCTOR_NO_PMIX,          /* Open MPI meets its ranks by PMIx alone */
    MPB_DOCTOR_NO_SHARED_MEMORY, /* MPICH takes more of /dev/shm than there is */
} mpb_doctor_start;

typedef struct mpb_doctor_setup {
    bool by_launcher;         /* mpirun, mpiexec or srun started this process */
    mpb_doctor_start start;   /* how MPI started, or why it was left alone */
    int started;              /* processes that the launcher started */
    const char *started_from; /* the variable that says so, or NULL */
    int granted;              /* tasks of a batch job whose script started this one process, or 0 */
    int64_t threads;          /* of a rank; 0: as many as it has cores */
    mpb_strings read;         /* paths that all hosts must read */
    mpb_strings written;      /* folders that all hosts must write to */
    const char *program;      /* version and revision */
} mpb_doctor_setup;

/* On rank 0, *findings (starts as {0}) gets a line for each check that found nothing, and one for
 * each thing that some other found. Leaves no file and no folder behind. What does not answer
 * within a minute ends the job with one line and MPB_ERR_SYSTEM. Collective. */
MPB_MUST_CHECK mpb_status mpb_doctor_examine(const mpb_log *log, const mpb_comm *comm,
                                             const mpb_doctor_setup *setup, mpb_findings *findings);

/* Ends this process, launched as number `rank`, with one line and MPB_ERR_SYSTEM unless
 * mpb_doctor_examine begins within a minute: MPI may wait for ever while it starts. Local. */
void mpb_doctor_watch_start(int rank);

/* For this process. Local. */
mpb_doctor_start mpb_doctor_foresee_start(void);
