#pragma once

/* Which raw data is read, and how. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/records/task_data.h"

typedef enum mpb_data_format {
    MPB_FORMAT_AUTO,
    MPB_FORMAT_FOLDER,
    MPB_FORMAT_CSV,
    MPB_FORMAT_TSV,
    MPB_FORMAT_JSONL,
    MPB_FORMAT_JSON, /* an array of objects */
    MPB_FORMAT_TEXT,
    MPB_FORMAT_CONLL,
    MPB_FORMAT_CONLLU,
    MPB_FORMAT_SQUAD,
    MPB_FORMAT_SHARDS,
} mpb_data_format;

typedef enum mpb_encoding { MPB_UTF8, MPB_LATIN1 } mpb_encoding;

/* Whether the first row of a table names its columns. */
typedef enum mpb_table_header {
    MPB_HEADER_AUTO, /* it does if one of the wanted columns is found by its name */
    MPB_HEADER_YES,
    MPB_HEADER_NO,
} mpb_table_header;

/* The name as it is written in data.format. */
const char *mpb_data_format_name(mpb_data_format format);

/* What data of that format is for unless something else is said. */
mpb_task mpb_task_of_format(mpb_data_format format);

/* What the readers need to know; strings are borrowed from the run configuration. */
typedef struct mpb_read_options {
    mpb_data_format format;
    mpb_encoding encoding;
    mpb_task task; /* not MPB_TASK_AUTO */
    /* Columns by name, or by a number counted from 0 where no column has that name. */
    mpb_table_header header;
    char delimiter; /* between cells of CSV: , ; tab or |; 0: as the file's beginning tells */
    const char *text_column;
    const char *text_column_b; /* NULL: single texts; in JSONL "text_b" where a line has it */
    const char *label_column;
    /* MPB_LABELS_SCORE: columns or members with a score each, in place of label_column; NULL or
     * empty: one score, there. At most MPB_MAX_SCORES. */
    const mpb_strings *score_columns;
    /* MPB_LABELS_CHOICE: in JSON the member with the list of choices, in tables what the names of their
     * columns begin with: ending0, ending1, ... */
    const char *choices_column;
    const char *id_column; /* NULL: the number of the example from 0; in JSONL "id" if present */
    bool
        standard_members; /* JSONL: "text" and "text_b" where a line lacks the member text_column */
    bool need_labels;     /* false: a label that is missing or unknown becomes -1 (predict) */
    bool skip_bad;        /* records that are wrong are counted and left out */
    const mpb_strings
        *label_names; /* NULL or empty: sorted names of the data; otherwise this order */
    const mpb_strings *tag_names; /* of words in JSON: the tag that a number means; NULL or empty:
                                   * tags are texts */
} mpb_read_options;

/* Whether scores come from columns of their own. */
static inline bool mpb_has_score_columns(const mpb_read_options *options)
{
    return mpb_task_data_of(options->task)->labels == MPB_LABELS_SCORE &&
           options->score_columns != NULL && options->score_columns->count > 0;
}

/* Scores of a text, where its labels are such. */
static inline size_t mpb_num_scores(const mpb_read_options *options)
{
    return mpb_has_score_columns(options) ? options->score_columns->count : 1;
}

/* The format of `path`: the one that was asked for or, with MPB_FORMAT_AUTO, shards for a folder
 * with a manifest.json, a folder a class for other folders, and what the name's end tells for files
 * (before .gz or .xz). Of .json the content decides: an array is one of objects; an object that
 * takes the first line alone is the first of JSON lines, unless it is the only one and has an array
 * "data"; anything else is SQuAD. A path that is missing or tells nothing is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_data_format_find(const char *path, mpb_data_format asked,
                                               mpb_data_format *format);

/* Likewise of the first file that a path or pattern (glob) stands for; MPB_FORMAT_AUTO where there
 * is none or it tells nothing, which is complained of where it is opened. */
mpb_data_format mpb_data_format_guess(const char *pattern);
