#pragma once

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/data/examples.h"

/* Appends text[0, size) as UTF-8, without a byte order mark. Bytes that are no UTF-8 where UTF-8
 * was declared are MPB_ERR_DATA with `where`, offset, value and remedy. */
MPB_MUST_CHECK mpb_status mpb_text_decode(const char *text, size_t size, mpb_encoding encoding,
                                          const char *where, mpb_buffer *out);
