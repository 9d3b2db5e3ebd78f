#pragma once

/* JSON text (RFC 8259) read where it stands, without building a tree: the records of a corpus are
 * many, may be large, and most of what they hold is looked at by nobody.
 *
 * Python writes NaN, Infinity and -Infinity, so they pass as values; halves of surrogate pairs pass
 * as long as nobody asks for the text, and names may repeat in an object. Who reads such a value
 * says whether it will do. Local. */

#include <stdbool.h>
#include <stddef.h>

enum { MPB_JSON_DEPTH = 512 }; /* of brackets inside each other, at most */

typedef enum mpb_value_kind {
    MPB_VALUE_OBJECT,
    MPB_VALUE_ARRAY,
    MPB_VALUE_TEXT,
    MPB_VALUE_NUMBER,
    MPB_VALUE_NOT_FINITE, /* NaN, Infinity, -Infinity */
    MPB_VALUE_TRUE,
    MPB_VALUE_FALSE,
    MPB_VALUE_NULL,
} mpb_value_kind;

typedef struct mpb_value {
    mpb_value_kind kind;
    const char *text; /* borrowed: from its first byte to its last, quotes and brackets too */
    size_t size;
} mpb_value;

typedef struct mpb_value_problem {
    const char *what; /* what was expected, as a message says it */
    size_t at;        /* where, a byte of the text */
} mpb_value_problem;

/* *value = the only value in text[0, size), which is valid UTF-8; false where there is something
 * else, and *problem tells what. */
bool mpb_value_read(const char *text, size_t size, mpb_value *value, mpb_value_problem *problem);

/* The items of an array, or the members of an object; nothing for other values. */
typedef struct mpb_value_items {
    const char *at; /* borrowed */
    const char *end;
    bool named;
    mpb_value name; /* of a member */
    mpb_value value;
} mpb_value_items;

mpb_value_items mpb_value_open(const mpb_value *value);

/* Moves on to the next item; false: there is none. */
bool mpb_value_next(mpb_value_items *items);

/* A member to look for. */
typedef struct mpb_wanted_member {
    const char *name; /* borrowed; NULL: is never found */
    mpb_value value;  /* of the last member of that name */
    size_t count;     /* members of that name */
} mpb_wanted_member;

/* Fills in `value` and `count` of all wanted members of an object; anything else has none. */
void mpb_value_pick(const mpb_value *object, mpb_wanted_member *wanted, size_t num_wanted);

/* Whether a text (MPB_VALUE_TEXT) is `wanted`. */
bool mpb_value_is_text(const mpb_value *text, const char *wanted);

/* Writes a text without quotes and escapes to `out`, which has room for text->size bytes: valid
 * UTF-8, in which U+0000 may stand; *size = how many these are. False where half of a surrogate
 * pair stands alone. */
bool mpb_value_decode(const mpb_value *text, char *out, size_t *size);

/* "a string", "an array", "true" ...: what was found instead of something else. */
const char *mpb_value_describe(const mpb_value *value);
