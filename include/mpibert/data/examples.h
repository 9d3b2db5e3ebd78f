#pragma once

/* Raw examples as the readers deliver them: text, optional second text, label, id. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_example {
    char *text;   /* owned, valid UTF-8 */
    size_t size;  /* bytes of text */
    char *text_b; /* owned; NULL where there is no second text */
    size_t size_b;
    char *id;      /* owned: file name relative to the source, id column or row number */
    int32_t label; /* index into label_names; -1 without label */
} mpb_example;

typedef struct mpb_examples {
    mpb_example *items; /* owned, (count) */
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
    /* Columns by name, or by a number counted from 0 where no column has that name. A table of
     * which no column is found by its name has no row of names: all its rows are examples. */
    const char *text_column;
    const char *text_column_b; /* NULL: single texts; in JSONL "text_b" where a line has it */
    const char *label_column;
    const char *id_column; /* NULL: the number of the example from 0; in JSONL "id" if present */
    bool need_labels;      /* false: a label that is missing or unknown becomes -1 (predict) */
    bool remove_headers;   /* scikit-learn's strip_newsgroup_header */
    bool remove_footers;   /* scikit-learn's strip_newsgroup_footer */
    bool remove_quotes;    /* scikit-learn's strip_newsgroup_quoting */
    size_t max_chars; /* 0: no cut; otherwise code points kept of each text, after the removal */
    const mpb_strings
        *label_names; /* NULL or empty: sorted names of the data; otherwise this order */
} mpb_read_options;

/* The format of `path`: the one that was asked for or, with MPB_FORMAT_AUTO, shards for a folder
 * with a manifest.json, a folder a class for other folders, and what the name's end tells for
 * files. A path that is missing or tells nothing is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_data_format_find(const char *path, mpb_data_format asked,
                                               mpb_data_format *format);

/* Adds the examples of `paths` (files or folders, one after the other) to `examples`. Labels are
 * numbered by options->label_names, then by the names that `examples` has already, otherwise by
 * the sorted distinct names found (by value where all are whole numbers). A label outside given
 * names is MPB_ERR_DATA, except that the number k also names "LABEL_k"; file, line and remedy are
 * named in every message. `examples` is untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_examples_read(const mpb_strings *paths,
                                            const mpb_read_options *options,
                                            mpb_examples *examples);

/* Standard input or another stream already in memory; `where` names it. MPB_FORMAT_AUTO means plain
 * text, an example a line. */
MPB_MUST_CHECK mpb_status mpb_examples_parse(const char *content, size_t size, const char *where,
                                             const mpb_read_options *options,
                                             mpb_examples *examples);

/* For training a classifier: MPB_ERR_DATA unless two classes at least have examples. */
MPB_MUST_CHECK mpb_status mpb_examples_check_classes(const mpb_examples *examples,
                                                     const char *where);
void mpb_examples_clear(mpb_examples *examples);
