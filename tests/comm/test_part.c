/* Groups of ranks that work on their own. */

#include "mpibert/comm/part.h"

#include "check.h"

enum { COUNT = 1000 };

/* Ranks 0, 2, 4 ... and 1, 3, 5 ... */
static mpb_comm *split_by_parity(const mpb_comm *whole)
{
    mpb_comm *part = NULL;

    CHECK_OK(mpb_comm_split(whole, mpb_comm_rank(whole) % 2, &part));
    return part;
}

static void a_part_counts_its_own_ranks_in_their_order(const mpb_comm *whole)
{
    const int rank = mpb_comm_rank(whole);
    mpb_comm *part = split_by_parity(whole);

    CHECK(mpb_comm_size(part) == (mpb_comm_size(whole) + 1 - rank % 2) / 2);
    CHECK(mpb_comm_rank(part) == rank / 2);
    mpb_comm_rejoin(&part);
    CHECK(part == NULL);
}

/* The other part takes more of them meanwhile. */
static void sums_stay_within_a_part(const mpb_comm *whole)
{
    const int parity = mpb_comm_rank(whole) % 2;
    mpb_comm *part = split_by_parity(whole);
    const float size = (float)mpb_comm_size(part);

    for (int round = 0; round < 3 + 4 * parity; round++) {
        float values[COUNT];

        for (int i = 0; i < COUNT; i++) {
            values[i] = (float)(i + parity);
        }
        CHECK_OK(mpb_comm_sum_float(part, values, COUNT));
        for (int i = 0; i < COUNT; i++) {
            CHECK(values[i] == size * (float)(i + parity));
        }
    }
    mpb_comm_rejoin(&part);
}

static void a_failure_in_one_part_is_its_own(const mpb_comm *whole)
{
    mpb_comm *part = split_by_parity(whole);
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(whole) == 0) {
        status = MPB_FAIL(MPB_ERR_DATA, "rank 0 fails");
    }
    status = mpb_comm_agree(part, status);
    CHECK(status == (mpb_comm_rank(whole) % 2 == 0 ? MPB_ERR_DATA : MPB_OK));
    mpb_comm_rejoin(&part);
}

static void cores_stay_those_of_the_job(const mpb_comm *whole)
{
    mpb_comm *part = split_by_parity(whole);

    CHECK(mpb_comm_cores(part) == mpb_comm_cores(whole));
    CHECK(mpb_comm_node_size(part) == mpb_comm_node_size(whole));
    mpb_comm_rejoin(&part);
}

static void a_bell_is_heard_by_all_other_ranks(const mpb_comm *whole)
{
    const bool rings = mpb_comm_rank(whole) == 0;
    mpb_comm *part = split_by_parity(whole);

    CHECK(!mpb_comm_has_rung(part));
    CHECK_OK(mpb_comm_barrier(whole));
    if (rings) {
        mpb_comm_ring(part);
        mpb_comm_ring(part);
    }
    while (!rings && !mpb_comm_has_rung(part)) {
    }
    CHECK(mpb_comm_has_rung(part) == !rings);
    mpb_comm_rejoin(&part);
}

/* Everyone rings and nobody listens: no message may be left for the next parts. */
static void what_nobody_heard_is_gone_with_the_parts(const mpb_comm *whole)
{
    mpb_comm *part = split_by_parity(whole);

    mpb_comm_ring(part);
    mpb_comm_rejoin(&part);
    part = split_by_parity(whole);
    CHECK(!mpb_comm_has_rung(part));
    mpb_comm_rejoin(&part);
}

static void nobody_rings_where_nothing_is_split(const mpb_comm *whole)
{
    CHECK(!mpb_comm_has_rung(whole));
}

static void check_all(const mpb_comm *whole)
{
    a_part_counts_its_own_ranks_in_their_order(whole);
    sums_stay_within_a_part(whole);
    a_failure_in_one_part_is_its_own(whole);
    cores_stay_those_of_the_job(whole);
    a_bell_is_heard_by_all_other_ranks(whole);
    what_nobody_heard_is_gone_with_the_parts(whole);
    nobody_rings_where_nothing_is_split(whole);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_alone(&comm));
    check_all(comm);
    mpb_comm_stop(&comm);
    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    check_all(comm);
    mpb_comm_stop(&comm);
    return 0;
}
