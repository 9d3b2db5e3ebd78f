#pragma once

/* The tree behind mpb_json. Containers are our own, because a member must be found by its position
 * in constant time; scalars are jansson's, which checks, converts and escapes them. */

#include <jansson.h>

#include "mpibert/io/json.h"

struct mpb_json {
    json_type type;
    json_t *scalar;   /* owned; NULL for objects and arrays */
    char **names;     /* owned, (count); NULL unless an object */
    mpb_json **items; /* owned, (count); NULL unless an object or array */
    size_t count;
    size_t capacity;
};

/* A value without children; NULL where there is no memory. */
mpb_json *mpb_json_new_container(json_type type);

/* Takes `scalar` over, even on failure; NULL for a NULL scalar or where there is no memory. */
mpb_json *mpb_json_new_scalar(json_t *scalar);

/* MPB_ERR_DATA where text[0, size) may hold more values, or a text of more than a MiB. */
MPB_MUST_CHECK mpb_status mpb_json_check_counts(const char *text, size_t size, size_t most_values,
                                                const char *where);

/* Adds a child at the end without looking for an earlier one of that name; takes `child` over, even
 * on failure. `name` is NULL in an array. */
MPB_MUST_CHECK mpb_status mpb_json_push(mpb_json *parent, const char *name, mpb_json *child);
