#pragma once

/* A sum of squares of floats without rounding, so that neither the order of its terms matters nor
 * who added which of them: a long accumulator (Kulisch), a fixed-point number that is wide enough
 * for the square of any float.
 *
 * Parts of a sum are put together by adding their digits up, within a rank (merge) or over ranks,
 * as doubles, which hold them exactly. Local. */

#include <stdint.h>
#include <string.h>

enum {
    MPB_SQUARE_DIGITS = 20,  /* of 32 bits, the lowest first */
    MPB_SQUARE_LOWEST = 352, /* the lowest bit is worth 2^-352; the smallest square is 2^-298 */
    MPB_SQUARE_TERM = 16,    /* squares that a term may be the sum of */
    MPB_SQUARE_NUMBERS = MPB_SQUARE_DIGITS + 1
};

typedef struct mpb_square_sum {
    int64_t digits[MPB_SQUARE_DIGITS]; /* more than 32 bits until they are carried */
    int64_t not_finite;                /* terms that are infinite or NaN */
} mpb_square_sum;

/* Adds `term`, the sum of at most MPB_SQUARE_TERM squares; up to 2^29 terms before a merge. */
static inline void mpb_square_sum_add(mpb_square_sum *sum, double term)
{
    const uint64_t low_half = UINT64_C(0xFFFFFFFF);
    uint64_t bits, mantissa, low, high;
    int exponent, shift;
    int64_t *digit;

    memcpy(&bits, &term, sizeof bits);
    exponent = (int)(bits >> 52 & 0x7FFu);
    if (exponent == 0) {
        return; /* 0 */
    }
    if (exponent == 0x7FF) {
        sum->not_finite++;
        return;
    }
    mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    shift = exponent - 1075 + MPB_SQUARE_LOWEST;
    digit = sum->digits + shift / 32;
    low = (mantissa & low_half) << shift % 32;
    high = mantissa >> 32 << shift % 32;
    digit[0] += (int64_t)(low & low_half);
    digit[1] += (int64_t)((low >> 32) + (high & low_half));
    digit[2] += (int64_t)(high >> 32);
}

/* sum += part, and carries its digits. */
void mpb_square_sum_merge(mpb_square_sum *sum, const mpb_square_sum *part);

/* Its digits as numbers below 2^32, to be added up over ranks; of a sum that is carried. */
void mpb_square_sum_write(const mpb_square_sum *sum, double numbers[MPB_SQUARE_NUMBERS]);

/* What such numbers, added up over up to 2^21 ranks, are worth: a pure function of the sum. NaN if
 * some term was not finite. */
double mpb_square_sum_read(const double numbers[MPB_SQUARE_NUMBERS]);
