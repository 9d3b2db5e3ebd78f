#pragma once

/* The ranks of a job. No header outside src/comm/ mentions MPI.
 *
 * Functions marked collective are called by every rank in the same order. An MPI call that fails
 * ends the job at once, with one line and MPB_ERR_SYSTEM as the exit code of all ranks: whoever met
 * it could not tell the others, who may wait for it in any other call.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct mpb_comm mpb_comm;

/* Starts MPI and groups all ranks; once in a process. `argv` lasts as long as the ranks do: the
 * command in it heads the line that a failed MPI call leaves. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_start(int *argc, char ***argv, mpb_comm **comm);

/* One rank without MPI, whose start takes longer than many a command. */
MPB_MUST_CHECK mpb_status mpb_comm_alone(mpb_comm **comm);

/* Leaves MPI. Collective. */
void mpb_comm_stop(mpb_comm **comm);

int mpb_comm_rank(const mpb_comm *comm);
int mpb_comm_size(const mpb_comm *comm);

/* Ranks on this rank's node, this one included. */
int mpb_comm_node_size(const mpb_comm *comm);

/* The name, without its domain, of the host that `rank` runs on; owned by `comm`. */
const char *mpb_comm_host(const mpb_comm *comm, int rank);

/* How many nodes the job is on: sets of ranks that can share memory. */
int mpb_comm_num_nodes(const mpb_comm *comm);

/* Cores this rank may use without taking any from other ranks of its node: a core in the affinity
 * masks of n local ranks counts 1/n. At least 1. */
int mpb_comm_cores(const mpb_comm *comm);

/* Their numbers, (mpb_comm_cores) ascending, owned by `comm`: ranks that were given the same cores
 * part them. NULL where there are more ranks than cores, or masks overlap in part. */
const int *mpb_comm_own_cores(const mpb_comm *comm);

/* Cores of this node that the job may use and no rank was given, because its launcher bound the
 * ranks to others. */
int mpb_comm_idle_cores(const mpb_comm *comm);

/* Cores of this node that the job may use, whatever its ranks were bound to. */
int mpb_comm_granted_cores(const mpb_comm *comm);

/* Whether floats are summed by messages inside a node, too, because some rank was refused memory to
 * share. */
bool mpb_comm_lacks_shared_memory(const mpb_comm *comm);

/* The worst status of all ranks, on all ranks, with the description of the lowest rank that has
 * it, which names that rank and its host where others fared better. Call it before a collective
 * that follows local work that can fail. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_agree(const mpb_comm *comm, mpb_status status);

/* Likewise at the end of a command, for ranks that come from anywhere: one that failed where the
 * others are in another collective ends the job after some seconds, with its description.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_conclude(const mpb_comm *comm, mpb_status status);

/* MPB_ERR_DATA on all ranks unless each has rank 0's bytes: for what decides about collectives and
 * was read from files, which need not be the same on all hosts. The message is about `what`, such
 * as "the configuration", and ends with `where`. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_compare(const mpb_comm *comm, const void *bytes, size_t size,
                                           const char *what, const char *where);

MPB_MUST_CHECK mpb_status mpb_comm_barrier(const mpb_comm *comm);

/* A barrier where who waits sleeps, and is woken some milliseconds late: for waits on what is
 * outside the job, such as a person. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_await_all(const mpb_comm *comm);

/* Rank 0's bytes, on all ranks. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_broadcast(const mpb_comm *comm, void *bytes, size_t count);

/* all = the bytes of all ranks, one behind the other in the order of ranks, on all ranks; `all`
 * starts as {0} or is reused. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_comm_gather(const mpb_comm *comm, const mpb_buffer *mine,
                                          mpb_buffer *all);

/* On rank 0, bytes (size) = those that rank `from` has there; nothing changes elsewhere. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_fetch(const mpb_comm *comm, int from, void *bytes, size_t size);

/* all (ranks, count) = the numbers `mine` (count) of each rank, on all ranks. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_gather_doubles(const mpb_comm *comm, const double *mine,
                                                  size_t count, double *all);

/* values (count) = their sums over ranks, bit for bit the same on each rank. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_sum_float(const mpb_comm *comm, float *values, size_t count);

/* Floats that ranks exchange at a time while they sum along a tree. */
enum { MPB_TREE_SCRATCH = 1 << 20 };

/* values (count) = their sums over ranks, of which there are a power of 2, along the binary tree
 * over neighbours: ((0 + 1) + (2 + 3)) + ... With the bits of that tree wherever the ranks run, for
 * the bytes of a ring. `scratch` (MPB_TREE_SCRATCH) is the caller's. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_tree_sum_float(const mpb_comm *comm, float *values, size_t count,
                                                  float *scratch);

MPB_MUST_CHECK mpb_status mpb_comm_sum_double(const mpb_comm *comm, double *values, size_t count);
MPB_MUST_CHECK mpb_status mpb_comm_max_double(const mpb_comm *comm, double *values, size_t count);

/* counts[r] floats from values + begins[r] on of each rank r, on all ranks. Collective. */
MPB_MUST_CHECK mpb_status mpb_comm_exchange_float(const mpb_comm *comm, float *values,
                                                  const int *counts, const int *begins);

/* "Open MPI v4.1.4", "MPICH 4.0.2" */
const char *mpb_comm_library(void);
