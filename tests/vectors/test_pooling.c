/* Rows of tokens to one vector. */

#include "mpibert/vectors/pooling.h"

#include "check.h"

enum { ROWS = 3, WIDTH = 70 }; /* wider than the columns that are summed at a time */

/* Quarters are exact in binary, and so are their sums; a sum in float would lose the ones beside
 * 2^25. */
static void mean_and_largest_are_of_each_column(void)
{
    float rows[ROWS * WIDTH];
    float mean[WIDTH];
    float largest[WIDTH];

    for (size_t j = 0; j < WIDTH; j++) {
        rows[j] = -0.25f * (float)j - 1.0f;
        rows[WIDTH + j] = -0.5f * (float)j - 1.0f;
        rows[2 * WIDTH + j] = j == 69 ? 100663296.0f : -0.75f * (float)j + 2.0f;
    }
    rows[69] = rows[WIDTH + 69] = 3.0f;
    mpb_rows_mean(ROWS, WIDTH, rows, mean);
    mpb_rows_max(ROWS, WIDTH, rows, largest);
    for (size_t j = 0; j < 69; j++) {
        CHECK(mean[j] == -0.5f * (float)j);
        CHECK(largest[j] == (j < 6 ? -0.75f * (float)j + 2.0f : -0.25f * (float)j - 1.0f));
    }
    CHECK(mean[69] == 33554434.0f && largest[69] == 100663296.0f);
    mpb_rows_mean(1, WIDTH, rows, mean);
    CHECK(memcmp(mean, rows, sizeof(mean)) == 0);
}

static void each_way_has_a_name(void)
{
    for (int i = 0; i < MPB_NUM_VECTOR_POOLINGS; i++) {
        CHECK(mpb_vector_pooling_named(mpb_vector_pooling_name((mpb_vector_pooling)i)) ==
              (mpb_vector_pooling)i);
    }
    CHECK(mpb_vector_pooling_named("sum") == MPB_NUM_VECTOR_POOLINGS);
}

int main(void)
{
    mean_and_largest_are_of_each_column();
    each_way_has_a_name();
    return 0;
}
