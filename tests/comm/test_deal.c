/* mpb_deal: every piece goes to one rank, and a failure stops the dealing, on any number of ranks.
 * */

#include "mpibert/comm/deal.h"

#include "check.h"

enum { PIECES = 1000 };

/* How often each piece was dealt, over all ranks. */
static void deal_all(const mpb_comm *comm, size_t count, double *dealt)
{
    mpb_deal *deal = NULL;
    mpb_status status = MPB_OK;
    size_t index;
    bool more = true;

    CHECK_OK(mpb_deal_begin(comm, count, &deal));
    for (;;) {
        status = mpb_deal_next(deal, &index, &more);
        if (status != MPB_OK || !more) {
            break;
        }
        CHECK(index < count);
        dealt[index] += 1.0;
        CHECK_OK(mpb_deal_serve(deal));
    }
    CHECK_OK(mpb_deal_end(&deal, status));
    CHECK(deal == NULL);
    CHECK_OK(mpb_comm_sum_double(comm, dealt, count));
}

static void every_piece_is_dealt_once(const mpb_comm *comm)
{
    double dealt[PIECES] = {0};

    deal_all(comm, PIECES, dealt);
    for (int i = 0; i < PIECES; i++) {
        CHECK(dealt[i] == 1.0);
    }
}

static void no_pieces_and_fewer_than_ranks_are_fine(const mpb_comm *comm)
{
    double dealt[1] = {0};

    deal_all(comm, 0, dealt);
    deal_all(comm, 1, dealt);
    CHECK(dealt[0] == 1.0);
}

/* The last rank fails at its first piece; the pieces could not all be dealt in the time. */
static void a_failure_ends_the_dealing_everywhere(const mpb_comm *comm)
{
    bool fails = mpb_comm_rank(comm) == mpb_comm_size(comm) - 1;
    mpb_deal *deal = NULL;
    mpb_status status = MPB_OK;
    size_t index;
    bool more = true;

    CHECK_OK(mpb_deal_begin(comm, (size_t)1 << 40, &deal));
    while (status == MPB_OK && more) {
        status = mpb_deal_next(deal, &index, &more);
        if (status == MPB_OK && more && fails) {
            status = MPB_FAIL(MPB_ERR_DATA, "piece %zu is broken", index);
        }
    }
    CHECK_FAILS(mpb_deal_end(&deal, status), MPB_ERR_DATA, "is broken");
}

static void check_all(const mpb_comm *comm)
{
    every_piece_is_dealt_once(comm);
    no_pieces_and_fewer_than_ranks_are_fine(comm);
    a_failure_ends_the_dealing_everywhere(comm);
}

int main(int argc, char **argv)
{
    mpb_comm *alone = NULL;
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_alone(&alone));
    check_all(alone);
    mpb_comm_stop(&alone);
    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    check_all(comm);
    mpb_comm_stop(&comm);
    return 0;
}
