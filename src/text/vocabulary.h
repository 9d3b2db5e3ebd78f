#pragma once

/* Token strings and their ids: an open-addressed hash table over pieces of words.
 *
 * A token that begins a word and one that continues it ("##ing") are found by different start
 * values of the hash; the key of the latter is the text behind "##". The hash is built byte by
 * byte, so one walk over a word gives the hashes of all its prefixes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_vocabulary_slot {
    uint32_t tag;    /* bits of the hash that did not choose the slot */
    uint32_t id;     /* MPB_NO_TOKEN in a free slot */
    uint32_t offset; /* of the key in `bytes` */
    uint32_t shape;  /* length of the key in bytes * 2, + 1 if it continues a word */
} mpb_vocabulary_slot;

typedef struct mpb_vocabulary {
    char *bytes;      /* owned: all tokens, each ended by a NUL */
    uint32_t *starts; /* owned, (count): where token i begins in `bytes` */
    size_t count;
    mpb_vocabulary_slot *slots; /* owned, (1 << bits), at most half of them taken */
    int bits;
    size_t longest; /* bytes of the longest key */
} mpb_vocabulary;

enum { MPB_CONTINUATION_MARK = 2 }; /* bytes of "##" */
#define MPB_NO_TOKEN UINT32_MAX

/* Fills a zeroed object; two equal tokens are MPB_ERR_DATA. `where` names the source. On failure
 * the object still has to be cleared. */
MPB_MUST_CHECK mpb_status mpb_vocabulary_init(mpb_vocabulary *vocabulary, const mpb_strings *tokens,
                                              const char *where);
void mpb_vocabulary_clear(mpb_vocabulary *vocabulary);

/* The id of a whole token ("##ing" with its mark), or MPB_NO_TOKEN. */
uint32_t mpb_vocabulary_id(const mpb_vocabulary *vocabulary, const char *token, size_t length);

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static inline uint64_t mpb_vocabulary_hash_start(bool continuation)
{
    return continuation ? UINT64_C(0x84222325CBF29CE4) : UINT64_C(0xCBF29CE484222325);
}

static inline uint64_t mpb_vocabulary_hash_byte(uint64_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * UINT64_C(0x100000001B3);
}

/* The id of the key text[0, length), whose hash it is, or MPB_NO_TOKEN. */
uint32_t mpb_vocabulary_find(const mpb_vocabulary *vocabulary, uint64_t hash, bool continuation,
                             const char *text, size_t length);
