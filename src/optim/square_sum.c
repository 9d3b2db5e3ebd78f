#include "mpibert/optim/square_sum.h"

#include <math.h>

static const double DIGIT = 4294967296.0; /* 2^32 */

static void carry(int64_t digits[MPB_SQUARE_DIGITS])
{
    for (int i = 0; i + 1 < MPB_SQUARE_DIGITS; i++) {
        digits[i + 1] += digits[i] >> 32;
        digits[i] &= INT64_C(0xFFFFFFFF);
    }
}

void mpb_square_sum_merge(mpb_square_sum *sum, const mpb_square_sum *part)
{
    for (int i = 0; i < MPB_SQUARE_DIGITS; i++) {
        sum->digits[i] += part->digits[i];
    }
    sum->not_finite += part->not_finite;
    carry(sum->digits);
}

void mpb_square_sum_write(const mpb_square_sum *sum, double numbers[MPB_SQUARE_NUMBERS])
{
    for (int i = 0; i < MPB_SQUARE_DIGITS; i++) {
        numbers[i] = (double)sum->digits[i];
    }
    numbers[MPB_SQUARE_DIGITS] = (double)sum->not_finite;
}

double mpb_square_sum_read(const double numbers[MPB_SQUARE_NUMBERS])
{
    int64_t digits[MPB_SQUARE_DIGITS];
    double value = 0.0;

    if (numbers[MPB_SQUARE_DIGITS] > 0.0) {
        return NAN;
    }
    for (int i = 0; i < MPB_SQUARE_DIGITS; i++) {
        digits[i] = (int64_t)numbers[i];
    }
    carry(digits);
    for (int i = 0; i < MPB_SQUARE_DIGITS; i++) {
        value = value / DIGIT + (double)digits[i];
    }
    return ldexp(value, 32 * (MPB_SQUARE_DIGITS - 1) - MPB_SQUARE_LOWEST);
}
