#pragma once

/* Longest-match-first splitting of a word in time linear in its bytes: the LinMaxMatch automaton of
 * Song et al. 2021, "Fast WordPiece Tokenization".
 *
 * Where no edge of the trie goes on, the pieces that longest match has settled by then are popped
 * and matching continues at the node of what is left of the text read so far. Both are known in
 * advance for each node. The pieces of a node begin with those of its parent, so they are kept as
 * chains that share what they have in common.
 */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "trie.h"

typedef struct mpb_wordpiece_pop {
    uint32_t token;
    uint32_t before; /* the pop before it, 0: this is the first */
    uint32_t count;  /* of pops up to this one */
} mpb_wordpiece_pop;

/* Where no edge goes on from a node. */
typedef struct mpb_wordpiece_failure {
    uint32_t last_pop; /* 0 for none */
    uint32_t node;     /* where to go on, or MPB_TRIE_NONE: the word has no pieces */
} mpb_wordpiece_failure;

typedef struct mpb_wordpiece {
    const mpb_trie *trie;            /* borrowed */
    mpb_wordpiece_failure *failures; /* owned, one a node */
    mpb_wordpiece_pop *pops;         /* owned, (num_pops) */
    size_t num_pops;
    size_t capacity;
} mpb_wordpiece;

/* Fills a zeroed object. On failure it still has to be cleared. */
MPB_MUST_CHECK mpb_status mpb_wordpiece_init(mpb_wordpiece *wordpiece, const mpb_trie *trie);
void mpb_wordpiece_clear(mpb_wordpiece *wordpiece);

/* Writes the tokens of word[0, size) and returns their number, or 0 where some part of the word
 * matches no token. `tokens` has room for one a character. */
size_t mpb_wordpiece_match(const mpb_wordpiece *wordpiece, const char *word, size_t size,
                           uint32_t *tokens);
