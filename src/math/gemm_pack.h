#pragma once

/* Panels of an operand for micro-tiles: `width` elements across, k after k. What is missing in the
 * last panel is 0. */

#include <stddef.h>
#include <string.h>
#include <xmmintrin.h>

#include "gemm_own.h"
#include "gemm_tile.h"

/* Rows are fetched this far ahead: pieces of kc elements are too short for the processor to notice
 * that one follows the other. */
enum { PACK_AHEAD = 8 };

/* Four rows of x become four elements of each of kc panel rows; four rows from `next` on will be
 * read soon. */
static inline void transpose_four(const float *x, const float *next, size_t ld, int kc,
                                  size_t width, float *panel)
{
    int k = 0;

    for (; k + 4 <= kc; k += 4) {
        __m128 r0 = _mm_loadu_ps(x + k);
        __m128 r1 = _mm_loadu_ps(x + ld + (size_t)k);
        __m128 r2 = _mm_loadu_ps(x + 2 * ld + (size_t)k);
        __m128 r3 = _mm_loadu_ps(x + 3 * ld + (size_t)k);
        float *to = panel + (size_t)k * width;
        /* Two of its rows each time: a line holds 16 k. */
        const float *soon = next + (size_t)(k / 4 % 2) * 2 * ld + (size_t)k;

        __builtin_prefetch(soon);
        __builtin_prefetch(soon + ld);
        _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
        _mm_storeu_ps(to, r0);
        _mm_storeu_ps(to + width, r1);
        _mm_storeu_ps(to + 2 * width, r2);
        _mm_storeu_ps(to + 3 * width, r3);
    }
    for (; k < kc; k++) {
        for (size_t i = 0; i < 4; i++) {
            panel[(size_t)k * width + i] = x[i * ld + (size_t)k];
        }
    }
}

static inline void spread_one(const float *x, int kc, size_t width, float *panel)
{
    for (int k = 0; k < kc; k++) {
        panel[(size_t)k * width] = x[k];
    }
}

/* Of the block's `left` rows, the panel takes up to its width. */
static inline void pack_rows(const float *x, size_t ld, size_t left, int kc, size_t width,
                             float *panel)
{
    size_t count = left < width ? left : width;
    size_t i = 0;

    for (; i + 4 <= count; i += 4) {
        size_t ahead = i + PACK_AHEAD + 4 <= left ? PACK_AHEAD : 0;

        transpose_four(x + i * ld, x + (i + ahead) * ld, ld, kc, width, panel + i);
    }
    for (; i < count; i++) {
        spread_one(x + i * ld, kc, width, panel + i);
    }
}

static inline void pack_columns(const float *x, size_t ld, size_t count, int kc, size_t width,
                                float *panel)
{
    for (int k = 0; k < kc; k++) {
        memcpy(panel + (size_t)k * width, x + (size_t)k * ld, count * sizeof(*x));
    }
}

/* `count` elements across and kc along, into ceil(count / width) panels of kc * width, each rounded
 * to bf16 while it is in the caches if `rounds`. */
static inline __attribute__((always_inline)) void pack_plain(const operand *from, size_t count,
                                                             int kc, const size_t width,
                                                             const bool rounds, float *panels)
{
    for (size_t i = 0; i < count; i += width) {
        const float *x = operand_from(*from, (int)i, 0).x;
        size_t here = count - i < width ? count - i : width;

        if (here < width) {
            memset(panels, 0, (size_t)kc * width * sizeof(*panels));
        }
        if (from->rows_across) {
            pack_rows(x, from->ld, count - i, kc, width, panels);
        } else if (here < width) {
            pack_columns(x, from->ld, here, kc, width, panels);
        } else {
            pack_columns(x, from->ld, width, kc, width, panels); /* of constant size: faster */
        }
        if (rounds) {
            round_values((size_t)kc * width, panels);
        }
        panels += (size_t)kc * width;
    }
}

/* The same for any operand, as floats rounded to its precision: what is not in memory as it is
 * multiplied is made strip by strip. strip: GEMM_STRIP * kc floats */
static inline __attribute__((always_inline)) void
pack_panels(const operand *from, int count, int kc, const size_t width, float *strip, float *panels)
{
    const bool rounds = operand_rounds(from);

    if (operand_is_plain(from)) {
        pack_plain(from, (size_t)count, kc, width, rounds, panels);
        return;
    }
    for (int i = 0; i < count; i += GEMM_STRIP) {
        int here = count - i < GEMM_STRIP ? count - i : GEMM_STRIP;
        const operand part = operand_from(*from, i, 0);
        const operand values = operand_expand(&part, here, kc, strip);

        pack_plain(&values, (size_t)here, kc, width, rounds, panels + (size_t)i * (size_t)kc);
    }
}
