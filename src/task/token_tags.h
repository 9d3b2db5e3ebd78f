#pragma once

/* Tags of entities: "O", or a letter (B, I, E, S, and L and U, which are E and S in BILOU) that "-"
 * and a type may follow, read as seqeval reads them by default: any order of them makes entities. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

/* Whether the labels are such tags, and not, say, parts of speech. */
bool token_tags_are_entities(const mpb_strings *names);

/* The type of a tag, "_" where it has none; NULL: outside of entities. */
const char *token_tag_type(const char *tag);

/* Whether a word with `tag` belongs to the entity of the word with `before` right before it. */
bool token_tag_goes_on(const char *before, const char *tag);

/* Copies of the tags with E and S for L and U. `made` starts as {0}. */
MPB_MUST_CHECK mpb_status token_tags_as_iobes(const mpb_strings *names, mpb_strings *made);

enum { TOKEN_HITS, TOKEN_GOLD, TOKEN_PREDICTED };

/* Counts what is named in a sequence of words: entities, or the words themselves. Starts with
 * `names`, `entities` and `sums`. */
typedef struct token_tally {
    const mpb_strings *names; /* borrowed */
    bool entities;            /* token_tags_are_entities(names) */
    double *sums;             /* borrowed; TOKEN_HITS, ... are added to */
    size_t count;             /* words so far */
    const char *gold;         /* tags of the word before; NULL: none */
    const char *predicted;
    size_t gold_begin; /* of the entities that they belong to */
    size_t predicted_begin;
} token_tally;

void token_tally_add(token_tally *tally, int32_t gold, int32_t predicted);

/* What the last word leaves open. */
void token_tally_end(token_tally *tally);
