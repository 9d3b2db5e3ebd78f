#pragma once

/* Which columns of CoNLL and CoNLL-U hold the words and their labels. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/records/columns.h"
#include "mpibert/records/read_options.h"

enum { MPB_CONLLU_COLUMNS = 10 };

/* Whether a line begins a document of CoNLL 2003. */
bool mpb_is_docstart(const char *line, size_t length);

/* Whether a line of CoNLL is written like a comment: '#' and a blank. */
bool mpb_looks_like_comment(const char *line, size_t length);

/* Whether such a line has the cells of a row, `count` of them, the first of which is '#'. */
bool mpb_has_row_shape(const char *line, size_t length, size_t count);

/* Finds the columns by the first row in head[0, size), the beginning of the file `name`: the first
 * one and the last one unless the options name others, by number. Comments before it are passed
 * over. */
MPB_MUST_CHECK mpb_status mpb_conll_columns(const char *head, size_t size,
                                            const mpb_read_options *options, const char *name,
                                            mpb_columns *columns);

/* Columns of CoNLL-U: FORM and UPOS unless the options name others, "lemma" or by number. */
MPB_MUST_CHECK mpb_status mpb_conllu_columns(const mpb_read_options *options, const char *name,
                                             mpb_columns *columns);
