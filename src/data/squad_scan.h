#pragma once

/* Finds the articles of a SQuAD file, {"version": ..., "data": [ARTICLE, ...]}, byte by byte: only
 * brackets, strings and the name "data" matter. What an article holds is its reader's business. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "record.h"
#include "window.h"

typedef struct mpb_squad_scan {
    size_t depth; /* of open brackets */
    bool in_string;
    bool escaped;       /* the next byte of the string has no meaning */
    bool matches;       /* the last string of the outer object begins as "data" does */
    size_t matched;     /* bytes of it */
    bool value_is_data; /* what follows is the value of "data" */
    bool in_data;       /* in the array of articles */
} mpb_squad_scan;

/* At the beginning of a file, or behind one of its articles. */
mpb_squad_scan mpb_squad_scan_begin(bool at_begin);

/* *article = the next one in content[0, size) from *at on, which moves behind it; false: none ends
 * there. */
bool mpb_squad_next(mpb_squad_scan *scan, const char *content, size_t size, size_t *at,
                    mpb_span *article);

/* Checks all but the articles: JSON, of which "data" is an array of nothing else than articles.
 * Otherwise MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_squad_check(mpb_window *window);

/* *found = the end of the article behind `at`, the beginning of the input or the end of another
 * article; without a further one the end of the input. */
MPB_MUST_CHECK mpb_status mpb_squad_article_end(mpb_window *window, uint64_t at, uint64_t *found);
