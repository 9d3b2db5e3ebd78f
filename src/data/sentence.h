#pragma once

/* The tagged sentence that is being read: its words with one blank between them, and a label for
 * each. Starts as {0}, reused between sentences. */

#include <stddef.h>

#include "label_list.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "record.h"

typedef struct mpb_sentence {
    mpb_buffer text;       /* owned */
    mpb_span *words;       /* owned, (count): in `text` */
    mpb_label_list labels; /* (count), or none at all */
    size_t count;
    size_t capacity;
} mpb_sentence;

void mpb_sentence_reset(mpb_sentence *sentence);

/* A label of NULL: the words have none. */
MPB_MUST_CHECK mpb_status mpb_sentence_add(mpb_sentence *sentence, const char *word, size_t size,
                                           const char *label, size_t label_size);

/* Sets text, words and labels of the record, borrowed from the sentence. */
void mpb_sentence_fill(mpb_sentence *sentence, mpb_record *record);
void mpb_sentence_clear(mpb_sentence *sentence);
