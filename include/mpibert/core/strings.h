#pragma once

/* A growing list of owned, NUL-terminated strings: paths, label names, vocabulary.
 *
 * Starts as {0}; mpb_strings_clear frees it and makes it {0} again. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"

typedef struct mpb_strings {
    char **items; /* owned, (count) */
    size_t count;
    size_t capacity;
} mpb_strings;

/* Whether `text` stays within one line: no control characters but tabs. A path or a name that does
 * not could pass for another line of a log, a list or a manifest, and is refused where it comes in.
 * */
bool mpb_text_is_line(const char *text);

/* Puts '?' in place of each control character but tabs, and line breaks before four blanks: those
 * continue a message. */
void mpb_text_make_line(char *text);

/* Copies `length` bytes of `text` and adds a NUL. */
MPB_MUST_CHECK mpb_status mpb_strings_add(mpb_strings *strings, const char *text, size_t length);

/* Adds copies of all strings of `from`. */
MPB_MUST_CHECK mpb_status mpb_strings_append(mpb_strings *to, const mpb_strings *from);

/* Replaces `to` by a copy of `from`; `to` is untouched on failure. */
MPB_MUST_CHECK mpb_status mpb_strings_copy(mpb_strings *to, const mpb_strings *from);

/* Position of `text`, or -1. Linear: meant for short lists such as label names. */
int mpb_strings_find(const mpb_strings *strings, const char *text);

bool mpb_strings_equal(const mpb_strings *a, const mpb_strings *b);

/* The strings for a message, parted by commas; what does not fit into `size` > 4 bytes becomes
 * "...". */
void mpb_strings_describe(const mpb_strings *strings, char *text, size_t size);

/* Sorts by bytes (strcmp), the order of a C-locale `sort`. */
void mpb_strings_sort(mpb_strings *strings);
void mpb_strings_clear(mpb_strings *strings);
