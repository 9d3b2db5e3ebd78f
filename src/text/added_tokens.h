#pragma once

/* Finding tokens in a text as they are spelled: leftmost first, of those that begin at one place
 * the longest, none within another (as the tokenizers library's automaton). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/text/tokenizer.h"

typedef struct mpb_spelling {
    const char *text; /* borrowed */
    size_t size;
    const mpb_added_token *token; /* borrowed */
} mpb_spelling;

typedef struct mpb_spellings {
    mpb_spelling *items; /* owned, (count), sorted by their bytes; equal ones by their ids */
    size_t count;
    bool begins[256]; /* bytes that one of them begins with */
    char first;       /* the byte that all begin with, where they do */
    bool one_first;
} mpb_spellings;

typedef struct mpb_spelling_match {
    const mpb_added_token *token;
    size_t begin; /* bytes; with the white space that the token takes along */
    size_t end;
    size_t next; /* where the search goes on */
} mpb_spelling_match;

/* Fills a zeroed object with room for `capacity` of them. */
MPB_MUST_CHECK mpb_status mpb_spellings_init(mpb_spellings *spellings, size_t capacity);
void mpb_spellings_clear(mpb_spellings *spellings);

/* Adds text[0, size), not empty. After the last one comes mpb_spellings_sort. */
void mpb_spellings_add(mpb_spellings *spellings, const char *text, size_t size,
                       const mpb_added_token *token);
void mpb_spellings_sort(mpb_spellings *spellings);

/* The first match in text[from, size), or false. White space before `taken` belongs to the match
 * before. A token that must be a word of its own and is none is passed over. */
bool mpb_spellings_next(const mpb_spellings *spellings, const char *text, size_t size, size_t from,
                        size_t taken, mpb_spelling_match *match);
