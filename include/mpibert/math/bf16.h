#pragma once

/* bfloat16: the upper half of a float, 8 bits of precision. Local. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t mpb_bf16;

static inline float mpb_bf16_widen(mpb_bf16 x)
{
    uint32_t bits = (uint32_t)x << 16;
    float wide;

    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* To the nearest, of two as near to the even one; what is too large becomes infinity, NaN stays
 * NaN. */
static inline mpb_bf16 mpb_bf16_round(float x)
{
    uint32_t bits;
    uint32_t rounded;

    memcpy(&bits, &x, sizeof bits);
    rounded = bits + 0x7FFFu + (bits >> 16 & 1u);
    rounded = (bits & 0x7FFFFFFFu) > 0x7F800000u ? bits | 0x400000u : rounded;
    return (mpb_bf16)(rounded >> 16);
}

/* The same for `count` elements that follow each other, by each instruction set. */
typedef void mpb_bf16_widen_row_fn(size_t count, const mpb_bf16 *x, float *y);
typedef void mpb_bf16_round_row_fn(size_t count, const float *x, mpb_bf16 *y);

mpb_bf16_widen_row_fn mpb_bf16_widen_row_plain, mpb_bf16_widen_row_avx2, mpb_bf16_widen_row_avx512;
mpb_bf16_round_row_fn mpb_bf16_round_row_plain, mpb_bf16_round_row_avx2, mpb_bf16_round_row_avx512;
