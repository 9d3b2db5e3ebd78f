#pragma once

/* Panels of pairs of bf16 (gemm_micro.h): factors are rounded to the nearest, to the even one from
 * the middle; denormal ones count as 0. What is missing is 0. */

#include <immintrin.h>
#include <string.h>

#include "gemm_micro.h"
#include "gemm_own.h"
#include "gemm_pack.h"

#if defined(__AVX512BF16__)

enum { PAIR_LANES = 16 };

static inline __mmask16 first_lanes(int count)
{
    return _cvtu32_mask16(count >= PAIR_LANES ? 0xFFFFu : (1u << count) - 1u);
}

/* Floats [at, at + 16) of a row that ends at `count`, the rest 0. */
static inline __m512 load_floats(const float *x, int at, int count)
{
    return count > at ? _mm512_maskz_loadu_ps(first_lanes(count - at), x + at)
                      : _mm512_setzero_ps();
}

/* count floats that follow each other along the sum */
static inline void pair_row(const float *x, int count, uint32_t *pairs)
{
    for (int k = 0; k < count; k += 2 * PAIR_LANES) {
        __m512 low = load_floats(x, k, count);
        __m512 high = load_floats(x, k + PAIR_LANES, count);
        __m512i both = (__m512i)_mm512_cvtne2ps_pbh(high, low);

        _mm512_mask_storeu_epi32(pairs + k / 2, first_lanes((count - k + 1) / 2), both);
    }
}

/* 16 numbers of a row as bf16 in the lower halves of lanes */
static inline __m512i load_lanes(const operand *from, const void *row, int at, int count)
{
    __mmask16 lanes = first_lanes(count - at);

    if (from->type == MPB_GEMM_BF16) {
        return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, (const mpb_bf16 *)row + at));
    }
    return _mm512_cvtepu16_epi32(
        (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(lanes, (const float *)row + at)));
}

/* Two rows, of which one step of the sum follows the other; `second` is NULL after the last. */
static inline void pair_rows(const operand *from, const void *first, const void *second, int count,
                             uint32_t *pairs)
{
    for (int i = 0; i < count; i += PAIR_LANES) {
        __m512i low = load_lanes(from, first, i, count);
        __m512i high = second == NULL ? _mm512_setzero_si512() : load_lanes(from, second, i, count);

        _mm512_mask_storeu_epi32(pairs + i, first_lanes(count - i),
                                 _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
    }
}

static inline const void *row_of(const operand *from, int row)
{
    return gemm_element(from->x, from->type, (size_t)row * from->ld);
}

/* Rows are fetched this far ahead: each is a short piece, which the processor does not see coming.
 */
enum { ACROSS_AHEAD = 4, ALONG_AHEAD = 32, FETCH_LINE = 64 };

/* `count` elements of a row, if there is one of that number among the first `rows`. */
static inline void fetch_row(const operand *from, int row, int rows, int count)
{
    const size_t bytes = (size_t)count * mpb_gemm_type_bytes(from->type);

    for (size_t at = 0; row < rows && at < bytes; at += FETCH_LINE) {
        __builtin_prefetch((const char *)row_of(from, row) + at);
    }
}

/* Rows of `steps` pairs */
static inline void make_pairs_across(const operand *from, int count, int kc, int steps,
                                     uint32_t *pairs)
{
    for (int i = 0; i < count; i++) {
        uint32_t *to = pairs + (size_t)i * (size_t)steps;

        fetch_row(from, i + ACROSS_AHEAD, count, kc);
        for (int k = kc / 2; k < steps; k++) {
            to[k] = 0;
        }
        if (from->type == MPB_GEMM_F32) {
            pair_row(row_of(from, i), kc, to);
        } else {
            memcpy(to, row_of(from, i), (size_t)kc * sizeof(mpb_bf16));
        }
    }
}

/* `steps` rows of pairs */
static inline void make_pairs_along(const operand *from, int count, int kc, int steps,
                                    uint32_t *pairs)
{
    const size_t made = (size_t)(kc + 1) / 2;

    for (int k = 0; k < kc; k += 2) {
        const void *second = k + 1 < kc ? row_of(from, k + 1) : NULL;

        fetch_row(from, k + ALONG_AHEAD, kc, count);
        fetch_row(from, k + ALONG_AHEAD + 1, kc, count);
        pair_rows(from, row_of(from, k), second, count, pairs + (size_t)(k / 2) * (size_t)count);
    }
    memset(pairs + made * (size_t)count, 0,
           ((size_t)steps - made) * (size_t)count * sizeof(*pairs));
}

/* A matrix of pairs without gaps, `count` across and micro_steps(kc) along, as an operand of
 * elements that are not looked into. strip: 3 * GEMM_STRIP * GEMM_KC floats */
static inline __attribute__((always_inline)) operand make_pairs(operand from, int count, int kc,
                                                                float *strip)
{
    const int steps = micro_steps(kc);
    uint32_t *pairs = (uint32_t *)(void *)strip;

    if (from.prologue.make != NULL) {
        from = operand_expand(&from, count, kc, strip + (size_t)GEMM_STRIP * GEMM_KC);
    }
    if (from.rows_across) {
        make_pairs_across(&from, count, kc, steps, pairs);
        return (operand){.x = pairs, .ld = (size_t)steps, .rows_across = true};
    }
    make_pairs_along(&from, count, kc, steps, pairs);
    return (operand){.x = pairs, .ld = (size_t)count};
}

/* `count` elements across and kc along, into ceil(count / width) panels of micro_steps(kc) * width
 * pairs. strip: as above */
static inline __attribute__((always_inline)) void
pack_pairs(const operand *from, int count, int kc, const size_t width, float *strip, float *panels)
{
    const int steps = micro_steps(kc);

    for (int i = 0; i < count; i += GEMM_STRIP) {
        int here = count - i < GEMM_STRIP ? count - i : GEMM_STRIP;
        const operand pairs = make_pairs(operand_from(*from, i, 0), here, kc, strip);

        pack_plain(&pairs, (size_t)here, steps, width, false, panels + (size_t)i * (size_t)steps);
    }
}

#else

static inline void pack_pairs(const operand *from, int count, int kc, const size_t width,
                              float *strip, float *panels)
{
    pack_panels(from, count, kc, width, strip, panels);
}

#endif
