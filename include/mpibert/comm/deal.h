#pragma once

/* Shares numbered pieces of work out to the ranks as they become free.
 *
 * Rank 0 keeps the next number and works as well. Every other rank asks for its next piece while
 * it still computes the one before, so it seldom waits for an answer.
 *
 *     MPB_TRY(mpb_deal_begin(comm, count, &deal));
 *     while (status == MPB_OK && (status = mpb_deal_next(deal, &index, &more)) == MPB_OK && more) {
 *         status = work on piece `index`, calling mpb_deal_serve now and then
 *     }
 *     status = mpb_deal_end(&deal, status);
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"

typedef struct mpb_deal mpb_deal;

/* Collective; every rank passes the same count. Borrows `comm`. */
MPB_MUST_CHECK mpb_status mpb_deal_begin(const mpb_comm *comm, size_t count, mpb_deal **deal);

/* The next piece for this rank; *more is false when none is left. Local: rank 0 may have
 * to answer first, which it does whenever it calls one of these functions. */
MPB_MUST_CHECK mpb_status mpb_deal_next(mpb_deal *deal, size_t *index, bool *more);

/* Rank 0 answers those who wait; nothing to do on other ranks. Cheap. Local. */
MPB_MUST_CHECK mpb_status mpb_deal_serve(mpb_deal *deal);

/* Ends the dealing and frees it. A rank that comes with a failure makes the dealing stop: the
 * others get no further pieces. Gives the worst status of all ranks, as mpb_comm_agree, but for
 * wrong data without the rank that happened to meet it. Collective. */
MPB_MUST_CHECK mpb_status mpb_deal_end(mpb_deal **deal, mpb_status status);
