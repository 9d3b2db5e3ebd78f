#pragma once

/* Whether all ranks live.
 *
 * While a job runs, each rank tells the others every second that it lives and what it does. One
 * that dies, or is silent for half a minute because it is stopped or its host or network is gone,
 * ends the job with MPB_ERR_SYSTEM and one line that names it, its host and what it did. Not MPI,
 * whose calls would wait for it for ever, but a thread and connections of its own see to that; so
 * a rank that computes or writes for minutes is none that is silent. One process has no watch.
 *
 * All functions are local and cheap.
 */

#include <stdint.h>

#include "mpibert/comm/comm.h"

/* What this rank does from now on, as in "last while validating after step 120": a constant of less
 * than 24 bytes, and the step, or -1. */
void mpb_comm_note(const mpb_comm *comm, const char *doing, int64_t step);

/* The newest checkpoint is that of this step. */
void mpb_comm_note_saved(const mpb_comm *comm, int64_t step);

/* How long a rank may be silent; 0: for ever. */
void mpb_comm_allow_silence(const mpb_comm *comm, double seconds);

/* This process is about to end with `code`, which is then that of all ranks, and has said why. May
 * be called by a signal handler. */
void mpb_comm_leave(const mpb_comm *comm, mpb_status code);
