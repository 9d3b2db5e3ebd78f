#pragma once

/* What a reader delivers, one record after the other, and where it goes.
 *
 * A reader parses a stretch of a file, gives each record to a sink and knows nothing of what
 * becomes of it: counting, cleaning and tokenising are the sinks' business. So one reader a format
 * serves the scan of a corpus, its encoding, and data read into memory. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

/* Where something stands in the input. Lines are counted from the beginning of the stretch that is
 * read; how many lines lie before it is found out only when a message needs it. */
typedef struct mpb_place {
    const char *name;    /* what people call the file */
    const char *path;    /* where its bytes are; NULL: in memory */
    const char *content; /* its bytes in memory; NULL: in a file */
    uint64_t before;     /* bytes of it before the stretch */
    bool cr_lines;       /* whose lines end with CR alone */
    uint64_t line;       /* from 1; 0: the file as a whole */
} mpb_place;

enum { MPB_PLACE_SIZE = 512 };

/* "train.csv, line 17" */
void mpb_place_describe(const mpb_place *place, char text[MPB_PLACE_SIZE]);

uint64_t mpb_count_line_ends(const char *bytes, uint64_t size);

/* MPB_ERR_DATA: "PROBLEM (train.csv, line 17)". */
MPB_MUST_CHECK mpb_status mpb_place_fail(const mpb_place *place, const char *problem);

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

/* One record; everything is borrowed and lasts until the sink returns. Texts are valid UTF-8, in
 * which control characters may stand, U+0000 among them; id and labels passed mpb_name_check. */
typedef struct mpb_record {
    const char *text; /* of a question: the question */
    size_t size;
    const char *text_b; /* of a question: the context; NULL: no second text */
    size_t size_b;
    const char *id; /* NULL: the number of the example */
    /* Names, or numbers as text. One of a classified example or a score, any number of a
     * multi-label one, one a word of a tagged sentence; 0: none. */
    const char *const *labels;
    size_t num_labels;
    const mpb_span *words;     /* (num_words): the words of a tagged sentence, in `text` */
    size_t num_words;          /* 0: the text is not split into words */
    const mpb_answer *answers; /* (num_answers) */
    size_t num_answers;        /* 0 with is_question: there is no answer */
    bool is_question;
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
