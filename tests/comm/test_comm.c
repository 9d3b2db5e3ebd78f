/* mpb_comm: sums, broadcast and agreement on errors, on any number of ranks. */

#include "mpibert/comm/comm.h"

#include "check.h"

enum { COUNT = (1 << 22) + 7 }; /* more than one message */

static void sums_are_exact_over_several_messages(const mpb_comm *comm)
{
    const int size = mpb_comm_size(comm);
    const float ranks_sum = (float)(size * (size - 1) / 2);
    float *values = malloc(COUNT * sizeof(*values));

    CHECK(values != NULL);
    for (int i = 0; i < COUNT; i++) {
        values[i] = (float)(mpb_comm_rank(comm) + i % 1000);
    }
    CHECK_OK(mpb_comm_sum_float(comm, values, COUNT));
    for (int i = 0; i < COUNT; i++) {
        CHECK(values[i] == ranks_sum + (float)(size * (i % 1000)));
    }
    free(values);
}

static void broadcast_gives_rank_0s_bytes(const mpb_comm *comm)
{
    int64_t value = 100 + mpb_comm_rank(comm);

    CHECK_OK(mpb_comm_broadcast(comm, &value, sizeof(value)));
    CHECK(value == 100);
}

static void agreement_passes_the_worst_status_and_its_text(const mpb_comm *comm)
{
    const int last = mpb_comm_size(comm) - 1;
    mpb_status mine = MPB_OK;

    CHECK_OK(mpb_comm_agree(comm, MPB_OK));
    if (mpb_comm_rank(comm) == last) {
        mine = MPB_FAIL(MPB_ERR_DATA, "row 7 is torn (file.csv:7)");
    }
    CHECK_FAILS(mpb_comm_agree(comm, mine), MPB_ERR_DATA, "row 7 is torn (file.csv:7)");
}

static void every_rank_has_a_core(const mpb_comm *comm)
{
    CHECK(mpb_comm_cores(comm) >= 1);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    sums_are_exact_over_several_messages(comm);
    broadcast_gives_rank_0s_bytes(comm);
    agreement_passes_the_worst_status_and_its_text(comm);
    every_rank_has_a_core(comm);
    mpb_comm_stop(&comm, true);
    return 0;
}
