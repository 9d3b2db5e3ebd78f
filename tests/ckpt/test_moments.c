/* ckpt/moments: what any number of owners wrote, any other number reads, to the last bit. */

#include "mpibert/ckpt/moments.h"

#include "mpibert/ckpt/training_state.h"
#include "opened.h"

enum { MAX_OWNERS = 4, STEP = 7 };

/* 7 rows of 24, which no number of owners divides, and two pieces, the second of which is short. */
static const size_t SIZE = 176 + (size_t)MPB_SHARE_PIECE + 1234;

static char EMPTY_OBJECT[] = "{}";
static char EMPTY_LIST[] = "[]";
static char WORD[] = "own";

static mpb_share share_of(int owner, int owners)
{
    return (mpb_share){.owner = owner,
                       .owners = owners,
                       .num_rows = 7,
                       .row_size = 24,
                       .dense_begin = 176,
                       .size = SIZE};
}

/* What place `offset` of the flat space holds: another number everywhere. */
static float value_at(size_t offset, bool second)
{
    return second ? (float)offset / 16.0f + 1.0f : (float)offset / -16.0f;
}

static void each_run(const mpb_share *share, float *m, float *v, bool check)
{
    for (mpb_owned run = mpb_share_at(share, 0); run.count > 0;
         run = mpb_share_at(share, run.packed + run.count)) {
        for (size_t i = 0; i < run.count; i++) {
            const float first = value_at(run.offset + i, false);
            const float second = value_at(run.offset + i, true);

            if (check) {
                CHECK(m[run.packed + i] == first && v[run.packed + i] == second);
            }
            m[run.packed + i] = first;
            v[run.packed + i] = second;
        }
    }
}

static float *make_floats(void)
{
    float *made = calloc(SIZE, sizeof(*made));

    CHECK(made != NULL);
    return made;
}

static void write_all(const char *folder, int owners, int64_t step_of_last)
{
    const mpb_training_state state = {.step = STEP,
                                      .settled_step = STEP,
                                      .best_step = -1,
                                      .kernel = WORD,
                                      .instruction_set = WORD,
                                      .products = WORD,
                                      .signature = EMPTY_OBJECT,
                                      .history = EMPTY_LIST};
    float *m = make_floats();
    float *v = make_floats();
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_training_state_path(folder, path, sizeof(path)));
    for (int owner = 0; owner < owners; owner++) {
        const mpb_share share = share_of(owner, owners);

        each_run(&share, m, v, false);
        if (owners == 1) {
            CHECK_OK(mpb_training_state_write(path, &state, SIZE, m, v));
            continue;
        }
        CHECK_OK(
            mpb_moments_write_part(folder, &share, owner + 1 < owners ? STEP : step_of_last, m, v));
        if (owner + 1 == owners) {
            CHECK_OK(mpb_training_state_write_shared(path, &state, &share));
        }
    }
    free(m);
    free(v);
}

static mpb_status read_one(const char *folder, const mpb_share *share, float *m, float *v)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_training_state_path(folder, path, sizeof(path)));
    return mpb_moments_read(path, share, m, v);
}

static void any_number_of_owners_reads_what_any_other_wrote(const char *folder)
{
    for (int writers = 1; writers <= MAX_OWNERS; writers++) {
        write_all(folder, writers, STEP);
        for (int readers = 1; readers <= MAX_OWNERS; readers++) {
            for (int owner = 0; owner < readers; owner++) {
                const mpb_share share = share_of(owner, readers);
                float *m = make_floats();
                float *v = make_floats();

                CHECK_OK(read_one(folder, &share, m, v));
                each_run(&share, m, v, true);
                free(m);
                free(v);
            }
        }
    }
}

static void a_part_that_is_missing_or_of_another_step_is_refused(const char *folder)
{
    const mpb_share share = share_of(1, 2);
    float *m = make_floats();
    float *v = make_floats();
    char name[MPB_MOMENTS_FILE];
    char path[MPB_PATH_SIZE];

    write_all(folder, 2, STEP + 1);
    CHECK_FAILS(read_one(folder, &share, m, v), MPB_ERR_DATA,
                "attribute step is 8, 7 was expected");
    mpb_moments_file(1, 2, name);
    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_path_remove(path));
    CHECK_FAILS(read_one(folder, &share, m, v), MPB_ERR_DATA, name);
    free(m);
    free(v);
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    any_number_of_owners_reads_what_any_other_wrote(folder);
    a_part_that_is_missing_or_of_another_step_is_refused(folder);
    scratch_remove(folder);
    return EXIT_SUCCESS;
}
