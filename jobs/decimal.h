#pragma once

/* Numbers as text, without a branch on how many digits they have. */

#include <stdint.h>
#include <string.h>

enum {
    MPB_DECIMAL_DIGITS = 10, /* most that a number has */
    MPB_DECIMAL_ROOM = 16,   /* bytes that may be written */
};

/* The eight digits of `number` < 10^8 as values of bytes, the first in the lowest byte: halves,
 * quarters and digits are divided side by side (x / 100 = x * 10486 >> 20 for x < 10^4, and x / 10
 * = x * 103 >> 10 for x < 100). */
static inline uint64_t mpb_decimal_eight(uint32_t number)
{
    uint64_t halves = number / 10000 | (uint64_t)(number % 10000) << 32;
    uint64_t hundreds = halves * 10486 >> 20 & UINT64_C(0x0000007F0000007F);
    uint64_t quarters = hundreds | (halves - 100 * hundreds) << 16;
    uint64_t tens = quarters * 103 >> 10 & UINT64_C(0x000F000F000F000F);

    return tens | (quarters - 10 * tens) << 8;
}

/* Writes `number` to `out`, which has MPB_DECIMAL_ROOM bytes, and returns the end of its digits. */
static inline char *mpb_decimal_write(char *out, uint32_t number)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    const uint64_t last = UINT64_C(1) << 56; /* of a number that is 0 its last digit stays */
    uint32_t above = number / 100000000;
    uint64_t digits = mpb_decimal_eight(number % 100000000);
    int leading = above > 0 ? 0 : __builtin_ctzll(digits | last) / 8 * 8;
    uint64_t text = digits + zeros;

    if (above > 0) {
        out = mpb_decimal_write(out, above);
    }
    text >>= leading;
    memcpy(out, &text, sizeof(text));
    return out + sizeof(text) - leading / 8;
}
