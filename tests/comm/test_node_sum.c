/* Sums through memory that ranks share, on one node and on simulated ones. */

#include "node_sum.h"

#include <mpi.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/comm/comm.h"

enum { LARGEST = 3 * (1 << 18) + 41 }; /* floats: several pieces and a rest */

static const size_t COUNTS[] = {0, 1, 2, 15, 16, 17, 31, 1023, 4099, 1 << 18, LARGEST};

/* Of rank `rank`; every second number is its neighbour's size, so that order matters to the bits.
 * */
static float value_of(int rank, size_t i)
{
    return test_value((unsigned)rank, (unsigned)i) * (i % 2 == 0 ? 1.0f : 1e4f);
}

/* Floats are summed one after the other, at most `ranks` times: each addition may be off by half a
 * unit in the last place (2^-24) of what was summed up so far, at most the sum of magnitudes. */
static void check_sum(int ranks, size_t i, float got)
{
    double sum = 0.0;
    double magnitude = 0.0;

    for (int r = 0; r < ranks; r++) {
        sum += (double)value_of(r, i);
        magnitude += fabs((double)value_of(r, i));
    }
    CHECK_NEAR((double)got, sum, (double)ranks * magnitude * 0x1p-24);
}

static void check_equal_on_all_ranks(const float *values, size_t count)
{
    float *first = malloc((count + 1) * sizeof(*first));

    CHECK(first != NULL);
    memcpy(first, values, count * sizeof(*first));
    CHECK(MPI_Bcast(first, (int)count, MPI_FLOAT, 0, MPI_COMM_WORLD) == MPI_SUCCESS);
    CHECK(memcmp(first, values, count * sizeof(*first)) == 0);
    free(first);
}

static void try_count(node_sum *sum, size_t count)
{
    const float guard = 12345.0f;
    float *values = malloc((count + 1) * sizeof(*values));
    int rank;
    int size;

    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(values != NULL);
    for (size_t i = 0; i < count; i++) {
        values[i] = value_of(rank, i);
    }
    values[count] = guard;
    CHECK_OK(node_sum_float(sum, values, count));
    for (size_t i = 0; i < count; i++) {
        check_sum(size, i, values[i]);
    }
    CHECK(values[count] == guard);
    check_equal_on_all_ranks(values, count);
    free(values);
}

/* Ranks with the same colour share memory; none are made where each is alone. */
static void try_nodes(int colour, bool alone)
{
    MPI_Comm node;
    node_sum *sum = NULL;
    bool refused = true;

    CHECK(MPI_Comm_split(MPI_COMM_WORLD, colour, 0, &node) == MPI_SUCCESS);
    CHECK_OK(node_sum_create(MPI_COMM_WORLD, node, &sum, &refused));
    CHECK(!refused);
    CHECK((sum == NULL) == alone);
    for (size_t i = 0; i < sizeof(COUNTS) / sizeof(*COUNTS) && sum != NULL; i++) {
        try_count(sum, COUNTS[i]);
    }
    node_sum_destroy(&sum);
    CHECK(sum == NULL);
    MPI_Comm_free(&node);
}

static void sums_hold_however_ranks_lie_on_nodes(void)
{
    int rank;
    int size;

    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    try_nodes(0, size == 1);
    try_nodes(rank % 2, size <= 2);
    try_nodes(rank < 1, size <= 2);
    try_nodes(rank / 2, size <= 1);
    try_nodes(rank, true);
}

static rlim_t lowest_free_descriptor(void)
{
    int descriptor = dup(STDERR_FILENO);

    CHECK(descriptor >= 0);
    close(descriptor);
    return (rlim_t)descriptor;
}

/* The last rank may not open another file. */
static void one_rank_without_memory_keeps_all_from_sharing(void)
{
    struct rlimit before;
    struct rlimit none;
    node_sum *sum = NULL;
    bool refused = false;
    int rank;
    int size;

    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none = (struct rlimit){.rlim_cur = lowest_free_descriptor(), .rlim_max = before.rlim_max};
    CHECK(setrlimit(RLIMIT_NOFILE, rank == size - 1 ? &none : &before) == 0);
    CHECK_OK(node_sum_create(MPI_COMM_WORLD, MPI_COMM_WORLD, &sum, &refused));
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(sum == NULL);
    CHECK(refused == (size > 1));
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    CHECK(!mpb_comm_lacks_shared_memory(comm));
    sums_hold_however_ranks_lie_on_nodes();
    one_rank_without_memory_keeps_all_from_sharing();
    mpb_comm_stop(&comm);
    return EXIT_SUCCESS;
}
