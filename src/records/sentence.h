#pragma once

/* The tagged sentence that is being read: its words with one blank between them, and a label for
 * each. Starts as {0}, reused between sentences. */

#include <stddef.h>

#include "label_list.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/records/record.h"

/* A sentence with more words is most likely a file without blank lines. */
enum { MPB_MAX_WORDS = 1 << 20 };

typedef struct mpb_sentence {
    mpb_buffer text;       /* owned */
    mpb_span *words;       /* owned, (count): in `text` */
    uint64_t *lines;       /* owned, (count): where each stands */
    mpb_label_list labels; /* (count), or none at all */
    size_t count;
    size_t capacity;
} mpb_sentence;

void mpb_sentence_reset(mpb_sentence *sentence);

/* Adds the word that stands at `place`. A label of NULL: the words have none. More words than
 * MPB_MAX_WORDS are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_sentence_add(mpb_sentence *sentence, const mpb_place *place,
                                           const char *word, size_t size, const char *label,
                                           size_t label_size);

/* Sets text, words and labels of the record, borrowed from the sentence. */
void mpb_sentence_fill(mpb_sentence *sentence, mpb_record *record);
void mpb_sentence_clear(mpb_sentence *sentence);
