#pragma once

/* What the facts of a job mean. Each check knows facts only, so that tests can give it any. */

#include "facts.h"
#include "mpibert/comm/links.h"
#include "paths.h"

typedef struct doctor_job {
    const doctor_facts *ranks; /* (size) */
    int size;
    int hosts;
    const mpb_doctor_setup *setup;
    const doctor_place *places; /* (num_places) */
    int num_places;
    const mpb_link *links; /* (num_links) between first ranks of hosts */
    size_t num_links;
    bool open_mpi;        /* otherwise MPICH or its like */
    int open_mpi_version; /* its first number, 0: another MPI */
    bool slurm;           /* within an allocation of Slurm */
} doctor_job;

/* Puts down with each first rank of a host how its best link does. */
void doctor_note_links(const mpb_link *links, size_t num_links, doctor_facts *ranks);

/* All checks in the order of their table. */
MPB_MUST_CHECK mpb_status doctor_judge(const doctor_job *job, mpb_findings *findings);

/* A check of single ranks: `finding` starts as "ok" and says what this rank has. What is found on
 * several ranks with the same remedy becomes one finding. */
typedef void doctor_rank_check(const doctor_job *job, const doctor_facts *own,
                               mpb_finding *finding);

/* A check of the job as a whole: `finding` likewise. */
typedef void doctor_job_check(const doctor_job *job, mpb_finding *finding);

doctor_job_check doctor_check_start;
doctor_job_check doctor_check_versions;
doctor_job_check doctor_check_processors;
doctor_rank_check doctor_check_binding;
doctor_rank_check doctor_check_threads;
doctor_rank_check doctor_check_quota;
doctor_rank_check doctor_check_kernels;
doctor_rank_check doctor_check_memory;
doctor_rank_check doctor_check_shared_memory;
doctor_rank_check doctor_check_huge_pages;
doctor_rank_check doctor_check_single_copy;
doctor_rank_check doctor_check_limits;
doctor_rank_check doctor_check_reading;
doctor_rank_check doctor_check_writing;
doctor_rank_check doctor_check_locking;
doctor_rank_check doctor_check_clock;
doctor_job_check doctor_check_addresses;
doctor_job_check doctor_check_transport;
doctor_job_check doctor_check_links;

/* Makes `finding` say so. */
void doctor_says(mpb_finding *finding, mpb_severity severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_where(mpb_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_remedy(mpb_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
