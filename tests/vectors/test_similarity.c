/* Cosines, and the nearest of many. */

#include "mpibert/vectors/similarity.h"

#include "check.h"
#include "mpibert/vectors/vector_set.h"

/* Lengths are whole numbers, so cosines are exact but for the last rounding. */
static const float ROWS[] = {3.0f, 4.0f, 0.0f, 0.0f, -6.0f, -8.0f, 4.0f, 3.0f, 30.0f, 40.0f};

enum { COUNT = 5, WIDTH = 2 };

static void cosines_are_of_directions_alone(void)
{
    const double first[COUNT] = {1.0, 0.0, -1.0, 0.96, 1.0};
    double matrix[COUNT * COUNT];

    CHECK_OK(mpb_cosines(COUNT, WIDTH, ROWS, matrix));
    for (size_t i = 0; i < COUNT; i++) {
        CHECK_NEAR(matrix[i], first[i], 1e-15);
        CHECK(matrix[i * COUNT + i] == (i == 1 ? 0.0 : 1.0)); /* row 1 has no direction */
        for (size_t k = 0; k < COUNT; k++) {
            CHECK(matrix[i * COUNT + k] == matrix[k * COUNT + i]);
        }
    }
}

static void check_nearest(size_t top, size_t count, const size_t *want)
{
    const float query[WIDTH] = {3.0f, 4.0f};
    mpb_neighbour found[COUNT + 2];
    size_t num = 0;

    CHECK_OK(mpb_nearest(COUNT, WIDTH, ROWS, query, top, found, &num));
    CHECK(num == count);
    for (size_t i = 0; i < num; i++) {
        CHECK(found[i].row == want[i]);
    }
}

/* Equal ones in their order, as many as are asked for or there are. */
static void the_nearest_come_first(void)
{
    const size_t all[COUNT] = {0, 4, 3, 1, 2};

    for (size_t top = 1; top <= COUNT; top++) {
        check_nearest(top, top, all);
    }
    check_nearest(COUNT + 2, COUNT, all);
}

static void a_query_without_direction_is_refused(void)
{
    const float query[WIDTH] = {0.0f, 0.0f};
    mpb_neighbour found[1];
    size_t num;

    CHECK_FAILS(mpb_nearest(COUNT, WIDTH, ROWS, query, 1, found, &num), MPB_ERR_DATA,
                "the query's vector is 0");
}

static void rows_get_length_one_unless_they_are_zero(void)
{
    float rows[COUNT * WIDTH];

    memcpy(rows, ROWS, sizeof(rows));
    mpb_rows_normalise(COUNT, WIDTH, rows);
    CHECK(rows[0] == 0.6f && rows[1] == 0.8f && rows[2] == 0.0f && rows[4] == -0.6f);
}

int main(void)
{
    cosines_are_of_directions_alone();
    the_nearest_come_first();
    a_query_without_direction_is_refused();
    rows_get_length_one_unless_they_are_zero();
    return 0;
}
