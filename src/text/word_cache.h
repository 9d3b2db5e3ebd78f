#pragma once

/* The pieces of words met before: each word has one place, where it replaces the word that had the
 * place until then. A place fills half a cache line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

enum {
    MPB_CACHE_BITS = 15,        /* 32768 places of 32 bytes */
    MPB_CACHED_BYTES = 15,      /* longest word that is kept */
    MPB_CACHED_PIECES = 3,      /* most pieces that are kept */
    MPB_CACHE_LENGTH_SHIFT = 56 /* the last byte of a key is the length of the word */
};

/* The bytes of a normalised word, zeros, and its length: never all zero. */
typedef struct mpb_word_key {
    uint64_t low;
    uint64_t high;
} mpb_word_key;

/* Zero where no word has come by. */
typedef struct mpb_cached_word {
    mpb_word_key key;
    uint32_t ids[MPB_CACHED_PIECES];
    uint8_t ends[MPB_CACHED_PIECES]; /* one past the last character of a piece */
    uint8_t count;                   /* of pieces */
} mpb_cached_word;

typedef struct mpb_word_cache {
    mpb_cached_word *places; /* owned, (1 << MPB_CACHE_BITS) */
} mpb_word_cache;

MPB_MUST_CHECK mpb_status mpb_word_cache_init(mpb_word_cache *cache);
void mpb_word_cache_clear(mpb_word_cache *cache);

/* Two odd multipliers, the top bits of the sum of the products (Dietzfelbinger 1996). */
static inline mpb_cached_word *mpb_word_cache_place(const mpb_word_cache *cache, mpb_word_key key)
{
    uint64_t hash =
        key.low * UINT64_C(0x9E3779B97F4A7C15) + key.high * UINT64_C(0xC2B2AE3D27D4EB4F);

    return &cache->places[hash >> (64 - MPB_CACHE_BITS)];
}

static inline bool mpb_cached_word_is(const mpb_cached_word *place, mpb_word_key key)
{
    return place->key.low == key.low && place->key.high == key.high;
}

static inline size_t mpb_word_key_length(mpb_word_key key)
{
    return (size_t)(key.high >> MPB_CACHE_LENGTH_SHIFT);
}
