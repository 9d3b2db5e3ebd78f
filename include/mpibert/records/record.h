#pragma once

/* What a reader delivers, one record after the other, and where it goes.
 *
 * A reader parses a stretch of a file, gives each record to a sink and knows nothing of what
 * becomes of it: counting, cleaning and tokenising are the sinks' business. So one reader a format
 * serves the scan of a corpus, its encoding, and data read into memory. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/records/place.h"

/* Bytes [begin, end) of a text. */
typedef struct mpb_span {
    size_t begin;
    size_t end;
} mpb_span;

/* An answer to a question, as SQuAD gives it. */
typedef struct mpb_answer {
    const char *text;
    size_t size;
    uint64_t start; /* in the context, code points */
} mpb_answer;

/* A text in memory: valid UTF-8, not ended by a NUL. */
typedef struct mpb_text {
    const char *text;
    size_t size;
} mpb_text;

enum { MPB_MAX_CHOICES = 64 }; /* of a question */
enum { MPB_MAX_SCORES = 64 };  /* of a text, each in a column of its own */

/* One record; everything is borrowed and lasts until the sink returns. Texts are valid UTF-8, in
 * which control characters may stand, U+0000 among them; id and labels passed mpb_name_check. */
typedef struct mpb_record {
    const char *text; /* of a question: the question */
    size_t size;
    const char *text_b; /* of a question: the context; NULL: no second text */
    size_t size_b;
    const char *id; /* NULL: the number of the example */
    /* Names, or numbers as text. One of a classified example, one or more scores, any number of a
     * multi-label one, one a word of a tagged sentence; 0: none. */
    const char *const *labels;
    size_t num_labels;
    const mpb_span *words;      /* (num_words): the words of a tagged sentence, in `text` */
    const uint64_t *word_lines; /* (num_words): where each stands, counted as place.line is */
    size_t num_words;           /* 0: the text is not split into words */
    const mpb_answer *answers;  /* (num_answers) */
    size_t num_answers;         /* 0 with is_question: there is no answer */
    bool is_question;
    const mpb_text
        *choices; /* (num_choices): of a multiple-choice question, whose context is text */
    size_t num_choices;
    mpb_place place;
} mpb_record;

/* Takes records. MPB_ERR_DATA from `take` is the record's fault: with `skip_bad` it is counted and
 * reading goes on behind the record, otherwise it ends the reading, as every other failure does. */
typedef struct mpb_sink {
    mpb_status (*take)(void *context, const mpb_record *record);
    void *context; /* borrowed */
    bool skip_bad; /* data.on_error: skip */
    uint64_t num_bad;
    char first_bad[MPB_PLACE_SIZE]; /* the message of the first one; "" if there was none */
} mpb_sink;

/* Gives a record to the sink. */
MPB_MUST_CHECK mpb_status mpb_sink_take(mpb_sink *sink, const mpb_record *record);

/* What a reader does with the status of one record: MPB_OK where reading goes on. */
MPB_MUST_CHECK mpb_status mpb_sink_settle(mpb_sink *sink, mpb_status status);
