#pragma once

/* Raw examples as the readers deliver them: text, optional second text, label, id. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/data/read_options.h"

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
