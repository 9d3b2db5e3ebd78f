#pragma once

/* Token strings, their ids, and the automaton that splits words into them. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "trie.h"
#include "wordpiece.h"

typedef struct mpb_vocabulary {
    char *bytes;       /* owned: all tokens, each ended by a NUL */
    uint32_t *starts;  /* owned, (count): where token i begins in `bytes` */
    uint16_t *lengths; /* owned, (count): characters without "##", at most UINT16_MAX */
    size_t count;      /* with tokens that are added, and are no pieces of words */
    mpb_trie trie;
    mpb_wordpiece wordpiece;
} mpb_vocabulary;

/* Fills a zeroed object; the first `num_pieces` tokens are matched in words. On failure the object
 * still has to be cleared. */
MPB_MUST_CHECK mpb_status mpb_vocabulary_init(mpb_vocabulary *vocabulary, const mpb_strings *tokens,
                                              size_t num_pieces);
void mpb_vocabulary_clear(mpb_vocabulary *vocabulary);
