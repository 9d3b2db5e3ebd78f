#pragma once

/* Text as Python's str sees it, for figures that scripts in Python define. Characters follow the
 * installed library's version of Unicode, as Python's follow the interpreter's. Local and pure. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

/* Appends `text`, NUL-terminated, in lower case to `out`: str.lower(), with the sigma at the end of
 * a word. MPB_ERR_DATA where it is not UTF-8. */
MPB_MUST_CHECK mpb_status mpb_text_lower(const char *text, mpb_buffer *out);

/* str.isalnum(), what regular expressions call \w but for "_": letters and numbers of every kind,
 * without marks. */
bool mpb_char_is_alphanumeric(uint32_t c);

/* str.isspace(), where str.split() splits. */
bool mpb_char_is_space(uint32_t c);
