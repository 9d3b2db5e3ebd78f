#pragma once

/* One reader a format. `content` is UTF-8 without a byte order mark; `where` names its file. */

#include "collector.h"

MPB_MUST_CHECK mpb_status mpb_read_table(const char *content, size_t size, const char *where,
                                         mpb_data_format format, mpb_collector *collector);
MPB_MUST_CHECK mpb_status mpb_read_jsonl(const char *content, size_t size, const char *where,
                                         mpb_collector *collector);
MPB_MUST_CHECK mpb_status mpb_read_lines(const char *content, size_t size, const char *where,
                                         mpb_collector *collector);
MPB_MUST_CHECK mpb_status mpb_read_folder(const char *path, mpb_collector *collector);

/* A line of content[0, size) from *at on, without its end (LF or CRLF); *at moves behind it. The
 * caller stops where *at == size. */
const char *mpb_next_line(const char *content, size_t size, size_t *at, size_t *length);
