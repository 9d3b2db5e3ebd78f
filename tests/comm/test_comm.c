/* mpb_comm: sums, broadcast and agreement on errors, on any number of ranks. */

#include "mpibert/comm/comm.h"

#include <time.h>

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

static void gathering_puts_bytes_in_the_order_of_ranks(const mpb_comm *comm)
{
    mpb_buffer mine = {0};
    mpb_buffer all = {0};

    CHECK_OK(mpb_buffer_append_format(&mine, "%d,", mpb_comm_rank(comm)));
    CHECK_OK(mpb_comm_gather(comm, &mine, &all));
    CHECK(all.size == 2 * (size_t)mpb_comm_size(comm));
    for (int rank = 0; rank < mpb_comm_size(comm); rank++) {
        CHECK(all.data[2 * rank] == '0' + rank);
    }
    mpb_buffer_clear(&mine);
    mpb_buffer_clear(&all);
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

/* A spinning rank would burn the whole wait; a tenth of it leaves room for MPI's own work. */
static void who_awaits_a_late_rank_sleeps(const mpb_comm *comm)
{
    const struct timespec late = {.tv_nsec = 800000000};
    clock_t before = clock();

    if (mpb_comm_rank(comm) == 0) {
        nanosleep(&late, NULL);
    }
    CHECK_OK(mpb_comm_await_all(comm));
    CHECK((double)(clock() - before) / CLOCKS_PER_SEC < 0.08);
}

static void check_all(const mpb_comm *comm)
{
    sums_are_exact_over_several_messages(comm);
    broadcast_gives_rank_0s_bytes(comm);
    gathering_puts_bytes_in_the_order_of_ranks(comm);
    agreement_passes_the_worst_status_and_its_text(comm);
    every_rank_has_a_core(comm);
    who_awaits_a_late_rank_sleeps(comm);
    CHECK_OK(mpb_comm_barrier(comm));
}

static void one_rank_needs_no_mpi(void)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_alone(&comm));
    CHECK(mpb_comm_size(comm) == 1 && mpb_comm_rank(comm) == 0 && mpb_comm_node_size(comm) == 1);
    check_all(comm);
    mpb_comm_stop(&comm);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    one_rank_needs_no_mpi();
    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    check_all(comm);
    mpb_comm_stop(&comm);
    return 0;
}
