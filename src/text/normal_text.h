#pragma once

/* A text as the normaliser leaves it, and where each byte of it came from. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef struct mpb_normal_text {
    char *text;       /* owned, (size): UTF-8 */
    uint32_t *source; /* owned, (size): the code point of the source text */
    size_t size;
    size_t capacity;
} mpb_normal_text;

/* Adds one character. */
MPB_MUST_CHECK mpb_status mpb_normal_text_push(mpb_normal_text *normal, uint32_t code,
                                               uint32_t source);
void mpb_normal_text_clear(mpb_normal_text *normal);
