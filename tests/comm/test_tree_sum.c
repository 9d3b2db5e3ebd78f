/* mpb_comm_tree_sum_float: the sum of eight leaves has the same bits on 1, 2, 4 and 8 ranks. */

#include "check.h"
#include "mpibert/comm/comm.h"

enum { LEAVES = 8 };

/* Of such different sizes that another order of sums changes bits in most places. */
static float leaf_value(int leaf, size_t i)
{
    const float scales[4] = {1.0f, 1e3f, 1e-3f, 1e6f};

    return scales[(i + (size_t)leaf) % 4] * test_value((unsigned)leaf, (unsigned)i);
}

static float tree_of(int first, int num_leaves, size_t i)
{
    return num_leaves == 1 ? leaf_value(first, i)
                           : tree_of(first, num_leaves / 2, i) +
                                 tree_of(first + num_leaves / 2, num_leaves / 2, i);
}

static void the_bits_are_those_of_the_tree_over_all_leaves(const mpb_comm *comm, size_t count)
{
    const int own = LEAVES / mpb_comm_size(comm);
    float *values = malloc(count * sizeof(*values));
    float *scratch = malloc(MPB_TREE_SCRATCH * sizeof(*scratch));
    size_t in_another_order = 0;

    CHECK(values != NULL && scratch != NULL);
    for (size_t i = 0; i < count; i++) {
        values[i] = tree_of(own * mpb_comm_rank(comm), own, i);
    }
    CHECK_OK(mpb_comm_tree_sum_float(comm, values, count, scratch));
    for (size_t i = 0; i < count; i++) {
        const float want = tree_of(0, LEAVES, i);
        float one_by_one = 0.0f;

        CHECK(memcmp(&values[i], &want, sizeof(want)) == 0);
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            one_by_one += leaf_value(leaf, i);
        }
        in_another_order += one_by_one != want;
    }
    CHECK(count < 1000 || in_another_order > count / 10);
    free(values);
    free(scratch);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    the_bits_are_those_of_the_tree_over_all_leaves(comm, 1);
    the_bits_are_those_of_the_tree_over_all_leaves(comm, 3);
    the_bits_are_those_of_the_tree_over_all_leaves(comm, 1001);
    the_bits_are_those_of_the_tree_over_all_leaves(comm, 2 * MPB_TREE_SCRATCH + 5);
    mpb_comm_stop(&comm);
    return 0;
}
