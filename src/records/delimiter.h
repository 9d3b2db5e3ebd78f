#pragma once

/* What stands between the cells of a table with quotes (data.format csv), told from its beginning:
 *
 *  1. A first line "sep=;" says it, as Excel writes and obeys it; it is no row.
 *  2. Otherwise it is that of , ; tab | by which the first row holds all columns that the options
 *     name, and more cells than one.
 *  3. Where the options name none of them, it is the one by which the first 20 rows have equally
 *     many cells, two at least. By none of them: a comma, for the table has one column.
 *
 * Where two would do, nothing is guessed. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/records/read_options.h"

/* *delimiter from options->delimiter or by these rules; *skip = bytes of a line "sep=;". `whole`:
 * head is the whole file, so that its last row is complete. Two delimiters that would do, and a
 * line that contradicts the options, are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_delimiter_find(const char *head, size_t size, bool whole,
                                             const mpb_read_options *options, const char *where,
                                             char *delimiter, size_t *skip);
