#pragma once

/* Where the Unicode data of the reference tokenizer and of our library part ways.
 *
 * The reference looks up categories in tables of Unicode 8, decomposes with Unicode 12 and lowers
 * case with Unicode 17. Ours are those of the installed library, 15 or any later version. Every
 * code point on which they can disagree is in the tables of differences.c; everything else follows
 * the library. tests/parity/tokenizer_parity.py sweeps all code points for further ones.
 */

#include <stdbool.h>
#include <stdint.h>

/* Younger than the reference's categories: neither format character, mark nor punctuation. */
bool mpb_difference_is_plain(uint32_t c);

/* Younger than the reference's decompositions: none, and combining class 0. */
bool mpb_difference_is_inert(uint32_t c);

/* Marks and punctuation of old that later versions of Unicode moved to another category. */
bool mpb_difference_is_mark(uint32_t c);
bool mpb_difference_is_punctuation(uint32_t c);

/* Letters, marks and digits that the reference's regular expressions know, which follow Unicode 16,
 * and our library may not. */
bool mpb_difference_is_word(uint32_t c);

/* The lower case of letters too young for our library, otherwise `c`. */
uint32_t mpb_difference_lower(uint32_t c);
