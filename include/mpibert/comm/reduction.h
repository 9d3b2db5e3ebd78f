#pragma once

/* Sums a long run of floats over all ranks while its end is final and its start still being
 * computed.
 *
 *     begin the step's run                       all ranks, with the same pieces
 *     ready(offset) ...  poll() ...              as gradients become final, from the end on
 *     sum_double()                               small numbers of the step
 *     finish()  or  abandon()                    all ranks alike
 *
 * Pieces go out from the end of the run towards its start, many of them at a time. Within a node a
 * piece is summed through shared memory, in the order of ranks. Between nodes each part of it goes
 * from every node to the part's owner, which sums in the order of nodes and sends the sum back: the
 * bytes of a ring with two latencies, and one rounding a node where bf16 travels.
 *
 * Nothing but finish, await, abandon and sum_double waits. MPI makes progress inside its calls
 * only, so mpb_reduction_poll is to be called every few milliseconds. A rank that fails between
 * begin and the end of its step still joins sum_double and abandon, or the others would wait. All
 * calls by the thread that started MPI. An MPI call that fails ends the job.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"

enum { MPB_REDUCTION_NUMBERS = 32 }; /* of one sum_double, at most */

typedef struct mpb_reduction mpb_reduction;

typedef enum mpb_wire { MPB_WIRE_FP32, MPB_WIRE_BF16 } mpb_wire;

typedef struct mpb_reduction_options {
    size_t capacity; /* floats of the flat space that runs are part of */
    size_t max_pieces;
    mpb_wire wire;       /* of sums between nodes; what is published travels as floats */
    bool error_feedback; /* bf16: what rounding took from a value is added to the next step's */
    bool plain;          /* the run is summed by mpb_comm_sum_float in finish */
    mpb_isa isa;
    const mpb_team *team; /* borrowed, for what one rank alone or the plain way computes */
} mpb_reduction_options;

/* Equal options on all ranks. Borrows `comm`. Collective; all ranks return the same status. */
MPB_MUST_CHECK mpb_status mpb_reduction_create(const mpb_comm *comm,
                                               const mpb_reduction_options *options,
                                               mpb_reduction **reduction);
/* NULL is allowed. Collective. */
void mpb_reduction_destroy(mpb_reduction **reduction);

/* Bytes that create would take on a rank, its part of shared memory included, for `size` ranks on
 * `num_nodes` nodes, up to `node_size` on each. Local. */
size_t mpb_reduction_bytes(const mpb_reduction_options *options, int size, int node_size,
                           int num_nodes);

enum { MPB_ALL_OWNERS = -1 };

/* Floats [offset, offset + count) of the flat space. Rank `owner` sums all of it; or each rank the
 * part that mpb_piece_part tells (MPB_ALL_OWNERS). Pieces with one owner come in groups of `size`
 * neighbours, that of rank 0 first; their parts of a group travel side by side. */
typedef struct mpb_piece {
    size_t offset;
    size_t count; /* 0 is allowed */
    int owner;
} mpb_piece;

/* The part of a piece that `rank` of `size` owns, as a piece: whole cache lines from the piece's
 * offset on. Local. */
mpb_piece mpb_piece_part(const mpb_piece *piece, int size, int rank);

/* One step's run. */
typedef struct mpb_reduction_run {
    float *values;           /* borrowed until the end, flat space */
    const mpb_piece *pieces; /* borrowed until the next run, ascending, the same on all ranks */
    size_t num_pieces;
    /* Sums stay with their owners: only this rank's own parts are summed, the rest of the run holds
     * nothing. Otherwise ranks get all of it, and who owns what does not matter. */
    bool to_owners;
    /* Rows packed at the end of a table that begins at 0 (model/word_rows.h): row first_row + k of
     * the run is rows[k] of the table. {0}: none. Tells error feedback which values are equal. */
    struct {
        const uint32_t *rows; /* borrowed until the next run */
        size_t first_row;
        size_t num_rows;
        size_t row_size;
    } packed;
} mpb_reduction_run;

/* Nothing may be under way. Local. */
void mpb_reduction_begin(mpb_reduction *reduction, const mpb_reduction_run *run);

/* This rank's values from `offset` to the end are final. Local. */
void mpb_reduction_ready(mpb_reduction *reduction, size_t offset);

/* Lets what is under way go on. Cheap, does not wait. Local. */
void mpb_reduction_poll(mpb_reduction *reduction);

/* values (count, at most MPB_REDUCTION_NUMBERS) = their sums over ranks, while pieces go on.
 * Collective. */
MPB_MUST_CHECK mpb_status mpb_reduction_sum_double(mpb_reduction *reduction, double *values,
                                                   size_t count);

/* Brings the run to its end; all of it is ready. *squares, summed over the ranks, is the sum of the
 * squares of all summed values; its bits do not depend on threads. Collective. */
MPB_MUST_CHECK mpb_status mpb_reduction_finish(mpb_reduction *reduction, double *squares);

/* Instead of finish, where the run has become pointless: ends what some rank has begun. The run
 * holds nothing. Collective. */
MPB_MUST_CHECK mpb_status mpb_reduction_abandon(mpb_reduction *reduction);

/* What finished runs have rounded away and the next one adds: (capacity), others on each rank.
 * NULL where nothing is fed back: then on all ranks. The caller may fill it between runs. Local. */
float *mpb_reduction_remainders(mpb_reduction *reduction);

/* Takes what the run that has just been finished rounded away for the remainders. Without it, as
 * after mpb_reduction_abandon, they are those from before that run. Local. */
void mpb_reduction_keep_remainders(mpb_reduction *reduction);

/* Sends owners' parts of `pieces` to all ranks, from the start to the end. `values` is borrowed
 * until mpb_reduction_await has got the last of them; nothing else may begin before. Collective,
 * does not wait. */
void mpb_reduction_publish(mpb_reduction *reduction, float *values, const mpb_piece *pieces,
                           size_t num_pieces);

/* Waits until all that was published before `offset` is here; SIZE_MAX: all. Local, but the other
 * ranks must poll or await, too. Nothing is waited for where nothing has been published since the
 * last run. */
void mpb_reduction_await(mpb_reduction *reduction, size_t offset);

/* Whether something is under way. Local. */
bool mpb_reduction_is_busy(const mpb_reduction *reduction);
