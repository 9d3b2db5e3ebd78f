#pragma once

/* A tagged sentence as a JSON object has it: a list of words and, in another member, a list of as many
 * tags. Starts as {0}, reused between records. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/json_value.h"
#include "mpibert/records/record.h"
#include "sentence.h"

typedef struct mpb_json_words {
    mpb_sentence sentence;
    mpb_buffer word; /* owned, like the next: the one that is being read */
    mpb_buffer tag;
} mpb_json_words;

/* Sets text, words and labels of the record, borrowed from `words`. `tags` NULL: without labels. A tag
 * is a text, or a number n for the text tag_names[n]; NULL or empty: there are no such numbers. What is
 * no list of words, and lists of different lengths, are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_json_words_read(mpb_json_words *words, const mpb_wanted_member *list,
                                              const mpb_wanted_member *tags,
                                              const mpb_strings *tag_names, mpb_record *record);
void mpb_json_words_clear(mpb_json_words *words);
