#pragma once

/* A trie over the bytes of all tokens: two trees, one of the tokens that begin a word and one of
 * those that continue it ("##ing", there without "##").
 *
 * Siblings are neighbours, in the order of their bytes. The children of a node come soon after it,
 * so that the nodes of a rare token share cache lines.
 */

#include <emmintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

#define MPB_NO_TOKEN UINT32_MAX

enum {
    MPB_CONTINUATION_MARK = 2, /* bytes of "##" */
    MPB_TRIE_BEGIN = 0,        /* root of the tokens that begin a word */
    MPB_TRIE_CONTINUE = 1,     /* root of the tokens that continue one */
    MPB_TRIE_NONE = 0,         /* no node: the first root is nobody's child */
    MPB_TRIE_STEP = 16,        /* siblings looked at together */
};

typedef struct mpb_trie_node {
    uint32_t children; /* the first */
    uint32_t num_children;
} mpb_trie_node;

typedef struct mpb_trie {
    mpb_trie_node *nodes; /* owned, (count) */
    uint8_t *labels;      /* owned, (count + MPB_TRIE_STEP): the byte that leads to a node */
    uint32_t *tokens;     /* owned, (count): the token that ends at a node, or MPB_NO_TOKEN */
    size_t count;
} mpb_trie;

/* Fills a zeroed object: token i is bytes + starts[i], ended by a NUL. Of equal tokens the last one
 * counts, an empty one is none. On failure the object still has to be cleared. */
MPB_MUST_CHECK mpb_status mpb_trie_init(mpb_trie *trie, const char *bytes, const uint32_t *starts,
                                        size_t num_tokens);
void mpb_trie_clear(mpb_trie *trie);

/* The id of a whole token ("##ing" with its mark), or MPB_NO_TOKEN. */
uint32_t mpb_trie_find(const mpb_trie *trie, const char *token);

/* "##" alone is a token that begins a word. */
static inline bool mpb_trie_continues_word(const char *token)
{
    return token[0] == '#' && token[1] == '#' && token[MPB_CONTINUATION_MARK] != '\0';
}

static inline uint32_t mpb_trie_child(const mpb_trie *trie, uint32_t node, char byte)
{
    const __m128i wanted = _mm_set1_epi8(byte);
    uint32_t at = trie->nodes[node].children;
    uint32_t end = at + trie->nodes[node].num_children;

    for (; at < end; at += MPB_TRIE_STEP) {
        __m128i labels = _mm_loadu_si128((const __m128i *)(trie->labels + at));
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(labels, wanted));

        if (found != 0) {
            at += (uint32_t)__builtin_ctz(found);
            return at < end ? at : MPB_TRIE_NONE;
        }
    }
    return MPB_TRIE_NONE;
}
