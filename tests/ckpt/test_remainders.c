/* ckpt/remainders: what a rank wrote comes back to the bit, for the same rank of as many after the
 * same step; nothing else is taken for it. */

#include "mpibert/ckpt/remainders.h"

#include "check.h"
#include "mpibert/io/file.h"
#include "opened.h"

enum { COUNT = 1013 };

static char folder[MPB_PATH_SIZE];

static const mpb_remainders_owner OWNER = {.rank = 1, .ranks = 3, .step = 7};

static void write_file(size_t count, float last)
{
    float values[COUNT];

    for (size_t i = 0; i < count; i++) {
        values[i] = test_value(1, (unsigned)i) * 1e-5f;
    }
    values[count - 1] = last;
    CHECK_OK(mpb_remainders_write(folder, &OWNER, count, values));
}

static void rename_to(const mpb_remainders_owner *other)
{
    char name[MPB_REMAINDERS_FILE];
    char from[MPB_PATH_SIZE];
    char to[MPB_PATH_SIZE];

    mpb_remainders_file(OWNER.rank, OWNER.ranks, name);
    CHECK_OK(mpb_path_join(folder, name, from, sizeof(from)));
    mpb_remainders_file(other->rank, other->ranks, name);
    CHECK_OK(mpb_path_join(folder, name, to, sizeof(to)));
    CHECK(rename(from, to) == 0);
}

static void the_same_rank_reads_what_it_wrote(void)
{
    float values[COUNT] = {0.0f};
    bool found = false;

    write_file(COUNT, -1.0f);
    CHECK_OK(mpb_remainders_read(folder, &OWNER, COUNT, values, &found));
    CHECK(found && values[COUNT - 1] == -1.0f);
    for (unsigned i = 0; i + 1 < COUNT; i++) {
        CHECK(values[i] == test_value(1, i) * 1e-5f);
    }
}

static void other_numbers_of_ranks_find_nothing(void)
{
    const mpb_remainders_owner other = {.rank = 1, .ranks = 2, .step = 7};
    float values[COUNT] = {5.0f};
    bool found = true;

    CHECK_OK(mpb_remainders_read(folder, &other, COUNT, values, &found));
    CHECK(!found && values[0] == 5.0f);
}

static void files_of_another_step_rank_or_model_are_refused(void)
{
    const mpb_remainders_owner later = {.rank = 1, .ranks = 3, .step = 8};
    const mpb_remainders_owner neighbour = {.rank = 2, .ranks = 3, .step = 7};
    float values[COUNT];
    bool found;

    CHECK_FAILS(mpb_remainders_read(folder, &later, COUNT, values, &found), MPB_ERR_DATA,
                "attribute step is 7, 8 was expected");
    CHECK_FAILS(mpb_remainders_read(folder, &OWNER, COUNT - 1, values, &found), MPB_ERR_DATA,
                "has 1013 values, the model has 1012 parameters");
    rename_to(&neighbour);
    CHECK_FAILS(mpb_remainders_read(folder, &neighbour, COUNT, values, &found), MPB_ERR_DATA,
                "attribute rank is 1, 2 was expected");
}

static void what_is_not_finite_is_refused(void)
{
    float values[COUNT];
    bool found;

    write_file(COUNT, INFINITY);
    CHECK_FAILS(mpb_remainders_read(folder, &OWNER, COUNT, values, &found), MPB_ERR_DATA,
                "value 1012 of dataset /remainders is inf");
}

int main(void)
{
    scratch_make(folder);
    the_same_rank_reads_what_it_wrote();
    other_numbers_of_ranks_find_nothing();
    files_of_another_step_rank_or_model_are_refused();
    what_is_not_finite_is_refused();
    scratch_remove(folder);
    return EXIT_SUCCESS;
}
