#pragma once

/* When the batch system will end this job, as seconds of the wall clock since 1970.
 *
 * Slurm says so in SLURM_JOB_END_TIME; squeue and scontrol know it where that is not set, and
 * later: an administrator may move the end, and a suspended job gets its time back. A child process
 * asks them, so nothing of MPI is forked. Local, for rank 0. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MPB_JOB_ANSWER_SIZE = 16384 };

typedef struct mpb_job_end {
    const char *job;  /* borrowed from the environment; NULL: this is no job of Slurm */
    double at;        /* INFINITY: there is none, or it is unknown */
    double asked_at;  /* wall clock */
    bool nobody_asks; /* neither squeue nor scontrol is there */
    pid_t child;      /* that asks, 0: none */
    int answer;       /* where it answers */
    char text[MPB_JOB_ANSWER_SIZE];
    size_t size;
} mpb_job_end;

/* Waits for an answer, seconds at most, where the environment does not tell the end; a later one is
 * not lost. */
void mpb_job_end_begin(mpb_job_end *end);

/* Takes the answer that has come since, and asks anew when the last question is `every` seconds
 * ago. Never waits. */
void mpb_job_end_look(mpb_job_end *end, double every);

/* Ends a child that still asks. */
void mpb_job_end_clear(mpb_job_end *end);

/* The wall clock now. */
double mpb_job_clock(void);
