#pragma once

/* UTF-8 as RFC 3629 defines it: no surrogates, no overlong forms, nothing above U+10FFFF. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the first code point of text[0, size): its length in bytes, or 0 where the bytes are no
 * UTF-8 (then *code_point is untouched). size > 0. */
size_t mpb_utf8_decode(const char *text, size_t size, uint32_t *code_point);

/* Writes `code_point` (valid) to `out` (4 bytes) and returns its length in bytes. */
size_t mpb_utf8_encode(uint32_t code_point, char out[4]);

/* Whether all of text[0, size) is UTF-8; otherwise *bad is the offset of the first wrong byte. */
bool mpb_utf8_valid(const char *text, size_t size, size_t *bad);

/* Number of code points in text[0, size), which is valid. */
size_t mpb_utf8_length(const char *text, size_t size);
