#pragma once

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/records/place.h"

/* Bytes that are no UTF-8 are MPB_ERR_DATA with offset in the text, value, remedy and place. Single
 * NUL bytes and other control characters may stand in a text, for the tokenizer drops them; where
 * every third byte and more is NUL, it is no text in UTF-8. */
MPB_MUST_CHECK mpb_status mpb_text_check(const char *text, size_t size, const mpb_place *place);

enum { MPB_NAME_LIMIT = 4096 }; /* bytes of a label or an id: as many as of a path */

/* Likewise for a label or an id, which has MPB_NAME_LIMIT bytes at most and no control character.
 * */
MPB_MUST_CHECK mpb_status mpb_name_check(const char *name, size_t size, const mpb_place *place);

/* Appends Latin-1 as UTF-8. */
MPB_MUST_CHECK mpb_status mpb_text_from_latin1(const char *text, size_t size, mpb_buffer *out);

/* Bytes of the byte order mark that UTF-8 text begins with: 0 or 3. */
size_t mpb_text_mark(const char *text, size_t size);
