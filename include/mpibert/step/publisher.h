#pragma once

/* Where ranks share the optimizer out, each updates the weights that it owns: this gives them to
 * the others. Parts of the dense weights go out after each step. A row of the word table goes out
 * when it is used, which may be many steps after its update, so a rank's rows of other owners are
 * stale until a step uses them or all rows are published. NULL: nothing is shared out, and there is
 * nothing to do.
 *
 * Where it works with the run's reduction, sums of gradients stay with those who own the weights,
 * and dense weights go out by it: together the bytes of one sum to all. Otherwise sums go to all
 * ranks, and weights by collectives of their own. Collective. */

#include <stdbool.h>

#include "mpibert/comm/comm.h"
#include "mpibert/comm/reduction.h"
#include "mpibert/core/status.h"
#include "mpibert/model/shares.h"
#include "mpibert/model/word_rows.h"

typedef struct mpb_publisher mpb_publisher;

/* Borrows `weights` (share->size) and `reduction`, which is NULL where sums go to all. Leaves
 * *publisher NULL where there is one owner. Local. */
MPB_MUST_CHECK mpb_status mpb_publisher_create(const mpb_comm *comm, const mpb_share *share,
                                               float *weights, mpb_reduction *reduction,
                                               mpb_publisher **publisher);
void mpb_publisher_destroy(mpb_publisher **publisher);

/* Bytes that it takes. Local. */
size_t mpb_publisher_bytes(const mpb_share *share);

/* Of a run of gradients in a flat space of `size` floats; 1 where there is one owner. Local. */
size_t mpb_publisher_max_pieces(size_t size, int owners);

/* Ranks that sums of gradients stay with; 1: all of them get them. Local. */
int mpb_publisher_owners(const mpb_publisher *publisher);

/* The pieces of a step's gradients, which begin at `begin`, those of `rows` (by owners) packed, for
 * sums that stay with owners; borrowed until the next call. Pieces are cut by a fixed grid, so the first
 * one may begin before. Local. */
const mpb_piece *mpb_publisher_pieces(mpb_publisher *publisher, const mpb_word_rows *rows,
                                      size_t begin, size_t *num_pieces);

/* Sends dense weights from `begin` on, which are up to date at their owners, to all ranks. By the reduction that
 * goes on while it is polled, and nobody may change weights or begin a run of it before all are
 * here. */
MPB_MUST_CHECK mpb_status mpb_publisher_dense(mpb_publisher *publisher, size_t begin);

/* Waits until all dense weights before `offset` are here; SIZE_MAX: all. As mpb_reduction_await. */
void mpb_publisher_await(mpb_publisher *publisher, size_t offset);

/* Whether some are still on their way. Local. */
bool mpb_publisher_is_busy(const mpb_publisher *publisher);

/* Every rank has these rows of the word table, which are up to date at their owners; of all words,
 * all dense weights, too. */
MPB_MUST_CHECK mpb_status mpb_publisher_words(mpb_publisher *publisher, const mpb_word_rows *rows);
MPB_MUST_CHECK mpb_status mpb_publisher_all_words(mpb_publisher *publisher);
