#pragma once

/* What the fuzzers share. A check that does not hold ends the program, which libFuzzer keeps as a
 * finding. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "mpibert/core/utf8.h"

/* Called by libFuzzer with one input after the other; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy with nothing behind its end, so that reading beyond it shows. Freed by the caller. */
static inline char *fuzz_copy(const uint8_t *data, size_t size)
{
    char *copy = malloc(size == 0 ? 1 : size);

    CHECK(copy != NULL);
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

/* The same of what is UTF-8 in the input; *kept is its size. */
static inline char *fuzz_utf8(const uint8_t *data, size_t size, size_t *kept)
{
    char *bytes = fuzz_copy(data, size);
    char *copy;
    uint32_t code_point;

    *kept = 0;
    for (size_t at = 0; at < size;) {
        size_t length = mpb_utf8_decode(bytes + at, size - at, &code_point);

        memmove(bytes + *kept, bytes + at, length);
        *kept += length;
        at += length == 0 ? 1 : length;
    }
    copy = fuzz_copy((const uint8_t *)bytes, *kept);
    free(bytes);
    return copy;
}

static inline bool fuzz_is_utf8(const char *text, size_t size)
{
    size_t bad;

    return mpb_utf8_valid(text, size, &bad);
}
