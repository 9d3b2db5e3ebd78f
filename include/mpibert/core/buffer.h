#pragma once

/* A growing run of bytes, always followed by a NUL that `size` does not count.
 *
 * Starts as {0}; mpb_buffer_clear frees it and makes it {0} again. On failure a buffer keeps what
 * it held. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

typedef struct mpb_buffer {
    char *data; /* owned; NULL while nothing was ever appended */
    size_t size;
    size_t capacity;
} mpb_buffer;

MPB_MUST_CHECK mpb_status mpb_buffer_reserve(mpb_buffer *buffer, size_t extra);
MPB_MUST_CHECK mpb_status mpb_buffer_append(mpb_buffer *buffer, const void *bytes, size_t count);
MPB_MUST_CHECK mpb_status mpb_buffer_append_text(mpb_buffer *buffer, const char *text);
MPB_MUST_CHECK mpb_status mpb_buffer_append_format(mpb_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Forgets the content and keeps the memory. */
void mpb_buffer_reset(mpb_buffer *buffer);
void mpb_buffer_clear(mpb_buffer *buffer);
