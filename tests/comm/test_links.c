/* Messages between pairs of ranks: each meets each, and clocks of one host agree. */

#include "mpibert/comm/links.h"

#include "check.h"

enum { MAX_PLAYERS = 12 };

static void in_a_tournament_each_meets_each_once(void)
{
    for (int count = 2; count <= MAX_PLAYERS; count++) {
        const int rounds = count % 2 == 0 ? count - 1 : count;
        int met[MAX_PLAYERS][MAX_PLAYERS] = {{0}};

        for (int round = 0; round < rounds; round++) {
            for (int me = 0; me < count; me++) {
                const int other = mpb_links_partner(me, round, count);

                CHECK(other >= -1 && other < count && other != me);
                if (other >= 0) {
                    CHECK(mpb_links_partner(other, round, count) == me);
                    met[me][other]++;
                }
            }
        }
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                CHECK(met[a][b] == (a != b));
            }
        }
    }
}

static void all_ranks_know_every_link(const mpb_comm *comm)
{
    const int size = mpb_comm_size(comm);
    int ranks[MAX_PLAYERS];
    int seen[MAX_PLAYERS][MAX_PLAYERS] = {{0}};
    mpb_link *links = NULL;
    size_t count = 0;

    for (int rank = 0; rank < size; rank++) {
        ranks[rank] = rank;
    }
    CHECK_OK(mpb_links_measure(comm, ranks, size, 0.05, &links, &count));
    CHECK(count == (size_t)(size * (size - 1) / 2));
    for (size_t i = 0; i < count; i++) {
        CHECK(links[i].a < links[i].b && links[i].b < size);
        CHECK(links[i].latency > 0.0 && links[i].bytes_per_second > 0.0);
        seen[links[i].a][links[i].b]++;
    }
    for (int a = 0; a < size; a++) {
        for (int b = a + 1; b < size; b++) {
            CHECK(seen[a][b] == 1);
        }
    }
    free(links);
}

static void ranks_that_are_left_out_wait(const mpb_comm *comm)
{
    const int last = mpb_comm_size(comm) - 1;
    const int ends[] = {0, last};
    mpb_link *links = NULL;
    size_t count = 0;

    CHECK_OK(mpb_links_measure(comm, ends, last > 0 ? 2 : 1, 0.05, &links, &count));
    CHECK(count == (last > 0 ? 1 : 0));
    CHECK(count == 0 || (links[0].a == 0 && links[0].b == last));
    free(links);
}

static void ranks_of_one_host_have_one_clock(const mpb_comm *comm)
{
    const int ends[] = {0, mpb_comm_size(comm) - 1};
    double ahead[2] = {7.0, 7.0};

    CHECK_OK(mpb_links_clocks(comm, ends, 2, ahead));
    CHECK(ahead[0] == 0.0);
    CHECK_NEAR(ahead[1], 0.0, 1.0); /* half of the fastest of ten pings, however busy the machine */
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    in_a_tournament_each_meets_each_once();
    all_ranks_know_every_link(comm);
    ranks_that_are_left_out_wait(comm);
    ranks_of_one_host_have_one_clock(comm);
    mpb_comm_stop(&comm);
    return 0;
}
