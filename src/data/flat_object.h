#pragma once

/* A JSON object without nested values, read without building a tree: what nearly every line of a
 * JSON-lines corpus is, several times faster than by the JSON library. It accepts less than the
 * library and never more: what it does not accept is the library's to judge. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"

enum { MPB_FLAT_MAX = 16 };

typedef enum mpb_flat_kind {
    MPB_FLAT_TEXT,
    MPB_FLAT_INTEGER, /* at most 18 digits */
    MPB_FLAT_OTHER,   /* another number, true, false or null */
} mpb_flat_kind;

/* Name and value as places in `text`, each followed by a NUL. */
typedef struct mpb_flat_member {
    size_t name;
    size_t value;
    size_t size; /* bytes of the value */
    mpb_flat_kind kind;
} mpb_flat_member;

/* Starts as {0}; reused from line to line. */
typedef struct mpb_flat_object {
    mpb_flat_member members[MPB_FLAT_MAX];
    size_t count;
    mpb_buffer text; /* owned: names and values, strings without their escapes */
} mpb_flat_object;

/* Reads line[0, size), which is valid UTF-8, may end with '\r', and is followed by a byte that may
 * be read. False where it is not such an object; then the content of `object` has no meaning. */
bool mpb_flat_object_read(mpb_flat_object *object, const char *line, size_t size);

/* The member of that name, or NULL. */
const mpb_flat_member *mpb_flat_object_find(const mpb_flat_object *object, const char *name);
void mpb_flat_object_clear(mpb_flat_object *object);
