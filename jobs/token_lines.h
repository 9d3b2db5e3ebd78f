#pragma once

/* Tokens as lines of JSON. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"

typedef enum mpb_token_format {
    MPB_TOKENS_JSON,  /* an object of all there is */
    MPB_TOKENS_IDS,   /* the list of ids */
    MPB_TOKENS_TEXTS, /* the list of token strings */
} mpb_token_format;

/* One token of a line. */
typedef struct mpb_token_entry {
    uint32_t id;
    uint32_t start; /* code points */
    uint32_t end;
    uint32_t type;
} mpb_token_entry;

/* Tokens [from, to) of a list. */
typedef struct mpb_token_stretch {
    const mpb_token_list *tokens;
    size_t from;
    size_t to;
} mpb_token_stretch;

typedef struct mpb_token_lines {
    const mpb_tokenizer *tokenizer; /* borrowed */
    mpb_token_format format;
    uint32_t cls;
    uint32_t sep;
    mpb_token_entry *entries; /* owned, (count) of the current line */
    size_t count;
    size_t capacity;
    mpb_buffer out; /* the lines */
} mpb_token_lines;

/* Fills a zeroed object; `tokenizer` is borrowed. */
void mpb_token_lines_init(mpb_token_lines *lines, const mpb_tokenizer *tokenizer,
                          mpb_token_format format);
void mpb_token_lines_clear(mpb_token_lines *lines);

/* Appends [CLS] a [SEP] (b [SEP]) to lines->out; `b` may be NULL. */
MPB_MUST_CHECK mpb_status mpb_token_lines_add(mpb_token_lines *lines, const mpb_token_stretch *a,
                                              const mpb_token_stretch *b);
