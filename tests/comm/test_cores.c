/* Which cores of a node belong to which of its ranks. */

#define _GNU_SOURCE /* affinity masks */

#include "cores.h"

#include "check.h"

/* Cores [first, end) */
static cpu_set_t mask_of(int first, int end)
{
    cpu_set_t mask;

    CPU_ZERO(&mask);
    for (int cpu = first; cpu < end; cpu++) {
        CPU_SET((size_t)cpu, &mask);
    }
    return mask;
}

static void check_part(const cpu_set_t *masks, int count, int me, int first, int end)
{
    int numbers[CPU_SETSIZE];

    CHECK(cores_part(masks, count, me, numbers) == end - first);
    for (int i = 0; i < end - first; i++) {
        CHECK(numbers[i] == first + i);
    }
}

static void one_rank_has_all_cores_of_its_mask(void)
{
    const cpu_set_t masks[] = {mask_of(3, 9)};

    check_part(masks, 1, 0, 3, 9);
    CHECK(cores_share(masks, 1, 0) == 6);
}

static void ranks_bound_apart_keep_their_cores(void)
{
    const cpu_set_t masks[] = {mask_of(0, 2), mask_of(2, 6)};

    check_part(masks, 2, 0, 0, 2);
    check_part(masks, 2, 1, 2, 6);
}

static void ranks_with_the_same_mask_part_it(void)
{
    const cpu_set_t masks[] = {mask_of(0, 4), mask_of(0, 4), mask_of(8, 9), mask_of(0, 4)};

    check_part(masks, 4, 0, 0, 1);
    check_part(masks, 4, 1, 1, 2);
    check_part(masks, 4, 3, 2, 4);
    check_part(masks, 4, 2, 8, 9);
}

static void more_ranks_than_cores_have_none_of_their_own(void)
{
    const cpu_set_t masks[] = {mask_of(0, 2), mask_of(0, 2), mask_of(0, 2)};
    int numbers[CPU_SETSIZE];

    for (int me = 0; me < 3; me++) {
        CHECK(cores_part(masks, 3, me, numbers) == 0);
        CHECK(cores_share(masks, 3, me) == 1);
    }
}

static void masks_that_overlap_in_part_leave_shares(void)
{
    const cpu_set_t masks[] = {mask_of(0, 4), mask_of(2, 6)};
    int numbers[CPU_SETSIZE];

    CHECK(cores_part(masks, 2, 0, numbers) == 0);
    CHECK(cores_part(masks, 2, 1, numbers) == 0);
    CHECK(cores_share(masks, 2, 0) == 3);
}

int main(void)
{
    one_rank_has_all_cores_of_its_mask();
    ranks_bound_apart_keep_their_cores();
    ranks_with_the_same_mask_part_it();
    more_ranks_than_cores_have_none_of_their_own();
    masks_that_overlap_in_part_leave_shares();
    return EXIT_SUCCESS;
}
