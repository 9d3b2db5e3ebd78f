#pragma once

/* Lines of files from old Macs end with CR alone. */

#include <stdbool.h>
#include <stddef.h>

/* Whether the lines of a file end with CR alone, by its beginning: it has such a CR and no LF. With
 * `quotes`, what stands between double quotes does not count. */
bool mpb_lines_end_with_cr(const char *head, size_t size, bool quotes);

/* CR becomes LF. */
void mpb_lines_translate(char *text, size_t size);
