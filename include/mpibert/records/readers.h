#pragma once

/* One reader a format: from a stretch of a file to records. A stretch begins and ends where a
 * record does (see cut.h). Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/records/columns.h"
#include "mpibert/records/read_options.h"
#include "mpibert/records/record.h"

typedef struct mpb_stretch {
    const char *content; /* borrowed, valid UTF-8 without a byte order mark */
    size_t size;
    mpb_place place; /* of its first byte, as line 1 */
} mpb_stretch;

/* The rows of a table without its row of names. */
MPB_MUST_CHECK mpb_status mpb_read_table(const mpb_stretch *stretch,
                                         const mpb_read_options *options,
                                         const mpb_columns *columns, mpb_sink *sink);

/* A JSON object a line; blank lines are passed over. */
MPB_MUST_CHECK mpb_status mpb_read_jsonl(const mpb_stretch *stretch,
                                         const mpb_read_options *options, mpb_sink *sink);

/* The objects of a list, [{...}, ...]; `at_begin`: the first ones of a file. */
MPB_MUST_CHECK mpb_status mpb_read_json(const mpb_stretch *stretch, bool at_begin,
                                        const mpb_read_options *options, mpb_sink *sink);

/* Every line is an example, empty ones too: answers then stand on the lines of their questions. */
MPB_MUST_CHECK mpb_status mpb_read_lines(const mpb_stretch *stretch, mpb_sink *sink);

/* A sentence is a run of rows; -DOCSTART- and blank lines end it. Before its first row a line that
 * begins with '#' and a blank is a comment, unless it has the cells of a row. */
MPB_MUST_CHECK mpb_status mpb_read_conll(const mpb_stretch *stretch, const mpb_columns *columns,
                                         mpb_sink *sink);

/* Rows of words with comments between them; blank lines end a sentence. Rows of several words and
 * of none (ids "3-4", "8.1") are passed over. */
MPB_MUST_CHECK mpb_status mpb_read_conllu(const mpb_stretch *stretch, const mpb_columns *columns,
                                          mpb_sink *sink);

/* The questions of a run of SQuAD's articles; `at_begin`: of the first ones of a file, with what
 * stands before them. An answer that is not at its place is wrong. */
MPB_MUST_CHECK mpb_status mpb_read_squad(const mpb_stretch *stretch, bool at_begin,
                                         const mpb_read_options *options, mpb_sink *sink);

/* A line of content[0, size) from *at on, without its end (LF or CRLF); *at moves behind it. The
 * caller stops where *at == size. */
const char *mpb_next_line(const char *content, size_t size, size_t *at, size_t *length);

/* Whether a line has no character but white space. */
bool mpb_is_blank(const char *line, size_t length);
