/* mpb_comm: sums, broadcast and agreement on errors, on any number of ranks. */

#include "mpibert/comm/comm.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

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

static void gathered_numbers_stand_in_the_order_of_ranks(const mpb_comm *comm)
{
    const double mine[2] = {mpb_comm_rank(comm), 0.5};
    double all[2 * 16] = {0};

    CHECK_OK(mpb_comm_gather_doubles(comm, mine, 2, all));
    for (int rank = 0; rank < mpb_comm_size(comm); rank++) {
        CHECK(all[2 * rank] == rank && all[2 * rank + 1] == 0.5);
    }
}

static void rank_0_fetches_the_bytes_of_another(const mpb_comm *comm)
{
    unsigned char *bytes = malloc(2 * COUNT);

    CHECK(bytes != NULL);
    for (int from = 0; from < mpb_comm_size(comm); from++) {
        const int own = mpb_comm_rank(comm);

        memset(bytes, 10 + own, 2 * COUNT);
        CHECK_OK(mpb_comm_fetch(comm, from, bytes, 2 * COUNT - 1));
        CHECK(bytes[0] == 10 + (own == 0 ? from : own));
        CHECK(bytes[2 * COUNT - 2] == bytes[0] && bytes[2 * COUNT - 1] == 10 + own);
        CHECK_OK(mpb_comm_fetch(comm, from, NULL, 0));
    }
    free(bytes);
}

typedef mpb_status agreement(const mpb_comm *comm, mpb_status status);

/* What the last rank alone has met names that rank and its host. */
static void the_worst_status_is_passed_on_with_who_met_it(const mpb_comm *comm, agreement *agree)
{
    const int last = mpb_comm_size(comm) - 1;
    char text[256] = "row 7 is torn (file.csv:7)";
    mpb_status mine = MPB_OK;

    CHECK_OK(agree(comm, MPB_OK));
    if (last > 0) {
        snprintf(text, sizeof(text), "row 7 is torn (file.csv:7, rank %d on %s)", last,
                 mpb_comm_host(comm, last));
    }
    if (mpb_comm_rank(comm) == last) {
        mine = MPB_FAIL(MPB_ERR_DATA, "row 7 is torn (file.csv:7)");
    }
    CHECK_STATUS(agree(comm, mine), MPB_ERR_DATA);
    CHECK_TEXT(mpb_status_last(), text);
}

static void what_all_have_met_names_nobody(const mpb_comm *comm)
{
    CHECK_STATUS(mpb_comm_agree(comm, MPB_FAIL(MPB_ERR_DATA, "there is no such file (a)")),
                 MPB_ERR_DATA);
    CHECK_TEXT(mpb_status_last(), "there is no such file (a)");
}

static void bytes_that_differ_from_rank_0s_are_refused_everywhere(const mpb_comm *comm)
{
    const int last = mpb_comm_size(comm) - 1;
    const bool differs = last > 0 && mpb_comm_rank(comm) == last;

    CHECK_OK(mpb_comm_compare(comm, "abc", 3, "the data", "path"));
    if (last > 0) {
        CHECK_FAILS(mpb_comm_compare(comm, differs ? "abd" : "abc", 3, "the data", "path"),
                    MPB_ERR_DATA, "the data must be what rank 0 on ");
        CHECK_FAILS(mpb_comm_compare(comm, "abcd", differs ? 4 : 3, "the data", "path"),
                    MPB_ERR_DATA, "have to see the same files (path, rank ");
    }
}

static void every_rank_has_a_core(const mpb_comm *comm)
{
    CHECK(mpb_comm_cores(comm) >= 1);
}

static void every_rank_knows_the_hosts_of_all(const mpb_comm *comm)
{
    char own[256] = "";

    CHECK(gethostname(own, sizeof(own) - 1) == 0);
    own[strcspn(own, ".")] = '\0';
    for (int rank = 0; rank < mpb_comm_size(comm); rank++) {
        CHECK_TEXT(mpb_comm_host(comm, rank), own);
    }
    CHECK(mpb_comm_num_nodes(comm) == 1);
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
    rank_0_fetches_the_bytes_of_another(comm);
    gathering_puts_bytes_in_the_order_of_ranks(comm);
    gathered_numbers_stand_in_the_order_of_ranks(comm);
    the_worst_status_is_passed_on_with_who_met_it(comm, mpb_comm_agree);
    the_worst_status_is_passed_on_with_who_met_it(comm, mpb_comm_conclude);
    what_all_have_met_names_nobody(comm);
    bytes_that_differ_from_rank_0s_are_refused_everywhere(comm);
    every_rank_has_a_core(comm);
    every_rank_knows_the_hosts_of_all(comm);
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
