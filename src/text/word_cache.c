#include "word_cache.h"

#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 }; /* bytes */

mpb_status mpb_word_cache_init(mpb_word_cache *cache)
{
    size_t bytes = sizeof(*cache->places) << MPB_CACHE_BITS;

    cache->places = aligned_alloc(CACHE_LINE, bytes);
    MPB_REQUIRE(cache->places != NULL, MPB_ERR_SYSTEM, "no memory for a cache of words");
    memset(cache->places, 0, bytes);
    return MPB_OK;
}

void mpb_word_cache_clear(mpb_word_cache *cache)
{
    free(cache->places);
    *cache = (mpb_word_cache){0};
}
