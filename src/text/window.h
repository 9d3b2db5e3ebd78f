#pragma once

/* Sixteen bytes of text at a time: which of them make up an ASCII word, and that word as the key of
 * the cache. SSE2, which every x86-64 has. */

#include <emmintrin.h>
#include <stddef.h>
#include <string.h>

#include "word_cache.h"

enum { MPB_WINDOW = 16 }; /* bytes */

/* The window at `text`, of which `left` bytes may be read; zeros behind them. */
static inline __m128i mpb_window_load(const char *text, size_t left)
{
    char padded[MPB_WINDOW] = {0};

    if (left >= MPB_WINDOW) {
        return _mm_loadu_si128((const __m128i *)text);
    }
    memcpy(padded, text, left);
    return _mm_loadu_si128((const __m128i *)padded);
}

static inline __m128i mpb_window_in_range(__m128i bytes, char first, char last)
{
    __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    __m128i most = _mm_set1_epi8((char)(last - first));

    return _mm_cmpeq_epi8(_mm_min_epu8(above, most), above);
}

/* How many ASCII letters and digits the window begins with. */
static inline size_t mpb_window_word(__m128i bytes)
{
    __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8('a' - 'A'));
    __m128i letters = mpb_window_in_range(lower, 'a', 'z');
    __m128i digits = mpb_window_in_range(bytes, '0', '9');
    unsigned others = ~(unsigned)_mm_movemask_epi8(_mm_or_si128(letters, digits));

    return (size_t)__builtin_ctz(others);
}

/* The key of the window's first `length` bytes, at most MPB_CACHED_BYTES. */
static inline mpb_word_key mpb_window_key(__m128i bytes, size_t length)
{
    static const unsigned char keep[2 * MPB_WINDOW] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                       255, 255, 255, 255, 255, 255, 255, 255};
    __m128i kept = _mm_loadu_si128((const __m128i *)(keep + MPB_WINDOW - length));
    __m128i word = _mm_and_si128(bytes, kept);
    uint64_t high = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(word, word));

    return (mpb_word_key){.low = (uint64_t)_mm_cvtsi128_si64(word),
                          .high = high | (uint64_t)length << MPB_CACHE_LENGTH_SHIFT};
}
