#pragma once

/* Tags of entities in IOB1, IOB2, IOBES and BILOU: "B-PER", "I-PER", "O", ... Local and pure. */

#include <stdbool.h>
#include <stddef.h>

/* The type that a tag names; NULL for a tag of no entity: O, or a part of speech. */
const char *mpb_tag_type(const char *tag);

/* Whether an entity begins with word i of a sentence: with B-, S- and U- always, with others where
 * the word before is not of the same type. */
bool mpb_tag_begins(const char *const *tags, size_t i);

/* Whether an entity ends with word i of `count`: the next one is of none, or begins another. */
bool mpb_tag_ends(const char *const *tags, size_t count, size_t i);
