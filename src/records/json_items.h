#pragma once

/* Finds the records of a JSON file byte by byte: the articles of SQuAD, {"version": ..., "data":
 * [ARTICLE, ...]}, or the objects of a list, [OBJECT, ...]. Only brackets, strings and the name
 * "data" matter. What a record holds is its reader's business. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/records/record.h"
#include "window.h"

typedef struct mpb_json_items {
    bool list;    /* of objects; otherwise SQuAD */
    size_t depth; /* of open brackets */
    bool in_string;
    bool escaped;       /* the next byte of the string has no meaning */
    bool matches;       /* the last string of the outer object begins as "data" does */
    size_t matched;     /* bytes of it */
    bool value_is_data; /* what follows is the value of "data" */
    bool in_array;      /* of records */
} mpb_json_items;

/* At the beginning of a file, or behind one of its records. */
mpb_json_items mpb_json_items_begin(bool list, bool at_begin);

/* *item = the next record in content[0, size) from *at on, which moves behind it; false: none ends
 * there. */
bool mpb_json_items_next(mpb_json_items *scan, const char *content, size_t size, size_t *at,
                         mpb_span *item);

/* Checks all but the records: JSON, of which the array holds nothing else than them. Otherwise
 * MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_json_items_check(mpb_window *window);

/* *found = the end of the record behind `at`, the beginning of the input or the end of another
 * record; without a further one the end of the input. */
MPB_MUST_CHECK mpb_status mpb_json_item_end(mpb_window *window, uint64_t at, uint64_t *found);
