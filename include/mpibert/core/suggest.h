#pragma once

/* "did you mean": which of some known words a misspelt one probably was. Local and pure. */

#include <stddef.h>

/* Number of letters to insert, delete, replace or swap with their neighbour (optimal string
 * alignment) to turn `a` into `b`; words of more than 63 letters are as far apart as they are long.
 */
size_t mpb_edit_distance(const char *a, const char *b);

/* The largest distance at which `word` may still be a misspelling: a third of its letters, but at
 * least 1. */
size_t mpb_suggest_limit(const char *word);

/* The nearest of `words` (count, NULL entries are skipped) within the limit, or NULL. */
const char *mpb_suggest(const char *word, const char *const *words, size_t count);
