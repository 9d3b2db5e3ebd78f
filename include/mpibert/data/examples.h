#pragma once

/* Raw examples as the readers deliver them: text, optional second text, label, id. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_example {
    char *text;     /* owned, valid UTF-8 */
    size_t size;    /* bytes of text */
    char *text_b;   /* owned; NULL where there is no second text */
    size_t size_b;
    char *id;       /* owned: file name relative to the source, id column or row number */
    int32_t label;  /* index into label_names; -1 without label */
} mpb_example;

typedef struct mpb_examples {
    mpb_example *items;      /* owned, (count) */
    size_t count;
    size_t capacity;
    mpb_strings label_names; /* in label order; empty for unlabelled data */
} mpb_examples;

typedef enum mpb_data_format {
    MPB_FORMAT_AUTO,
    MPB_FORMAT_FOLDER,
    MPB_FORMAT_CSV,
    MPB_FORMAT_TSV,
    MPB_FORMAT_JSONL,
    MPB_FORMAT_TEXT,
    MPB_FORMAT_SHARDS,
} mpb_data_format;

typedef enum mpb_encoding { MPB_UTF8, MPB_LATIN1 } mpb_encoding;

/* What the readers need to know; strings are borrowed from the run configuration. */
typedef struct mpb_read_options {
    mpb_data_format format;
    mpb_encoding encoding;
    const char *text_column;   /* column name, or a number counted from 0 where there is no such name */
    const char *text_column_b; /* NULL: single texts */
    const char *label_column;
    const char *id_column;     /* NULL: the row number */
    bool need_labels;          /* false: a missing label column gives label -1 (predict) */
    bool remove_headers;       /* scikit-learn's strip_newsgroup_header */
    bool remove_footers;       /* scikit-learn's strip_newsgroup_footer */
    bool remove_quotes;        /* scikit-learn's strip_newsgroup_quoting */
    size_t max_chars;          /* 0: no cut; otherwise code points kept of each text, after the removal */
    const mpb_strings *label_names; /* NULL or empty: sorted names of the data; otherwise this order */
} mpb_read_options;

/* Adds the examples of `path` (file or folder) to `examples`. Labels are numbered by
 * options->label_names, or by the sorted distinct names found. A label outside given names is
 * MPB_ERR_DATA; file, line (or row) and remedy are named in every message. */
MPB_MUST_CHECK mpb_status mpb_examples_read(const mpb_strings *paths,
                                            const mpb_read_options *options,
                                            mpb_examples *examples);

/* Standard input or another stream already in memory; `where` names it. */
MPB_MUST_CHECK mpb_status mpb_examples_parse(const char *content, size_t size, const char *where,
                                             const mpb_read_options *options,
                                             mpb_examples *examples);
void mpb_examples_clear(mpb_examples *examples);
