#include "check.h"
#include "mpibert/math/bf16.h"

static float float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static void every_number_comes_back_from_its_float(void)
{
    for (uint32_t bits = 0; bits < 0x10000u; bits++) {
        float wide = mpb_bf16_widen((mpb_bf16)bits);

        if (isnan(wide)) {
            CHECK(isnan(mpb_bf16_widen(mpb_bf16_round(wide))));
        } else {
            CHECK(mpb_bf16_round(wide) == bits);
        }
    }
}

/* Between two neighbours, the nearer one; the even one from the middle. Distances between floats so
 * close are exact in double. */
static void check_between(uint32_t high, uint32_t low)
{
    double below = (double)float_of(high << 16);
    double above = (double)float_of((high + 1) << 16);
    float x = float_of(high << 16 | low);
    double up = above - (double)x;
    double down = (double)x - below;
    uint32_t want = high + (up < down || (up == down && high % 2 == 1));

    CHECK(mpb_bf16_round(x) == want);
    CHECK(mpb_bf16_round(-x) == (want | 0x8000u));
}

static void floats_become_the_nearest_number(void)
{
    for (uint32_t high = 0; high < 0x7F7Fu; high += high < 0x200u ? 1 : 37) {
        for (uint32_t low = 0; low < 0x10000u; low += 251) {
            check_between(high, low);
        }
        for (uint32_t low = 0x7FFEu; low <= 0x8002u; low++) {
            check_between(high, low);
        }
    }
}

static void what_is_no_number_stays_what_it_is(void)
{
    CHECK(mpb_bf16_round(INFINITY) == 0x7F80u);
    CHECK(mpb_bf16_round(-INFINITY) == 0xFF80u);
    CHECK(mpb_bf16_round(3.4e38f) == 0x7F80u); /* above the largest by more than half a step */
    CHECK(isnan(mpb_bf16_widen(mpb_bf16_round(float_of(0x7F800001u)))));
    CHECK(isnan(mpb_bf16_widen(mpb_bf16_round(float_of(0x7FFFFFFFu)))));
    CHECK(isnan(mpb_bf16_widen(mpb_bf16_round(float_of(0xFFFFFFFFu)))));
}

int main(void)
{
    every_number_comes_back_from_its_float();
    floats_become_the_nearest_number();
    what_is_no_number_stays_what_it_is();
    return EXIT_SUCCESS;
}
