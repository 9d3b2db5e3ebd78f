#pragma once

/* Files packed by gzip or xz, told by the end of their names: .gz or .xz, in capitals too. Several
 * gzip members or xz streams in one file are their contents one after the other. What is truncated,
 * damaged or followed by something else is MPB_ERR_DATA with the byte of the packed file. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"

bool mpb_is_packed(const char *path);

/* Length of the name without the ending that tells of packing. */
size_t mpb_unpacked_length(const char *path);

/* Writes the content of `from`, a packed file, to the file `to`, which is untouched on failure. The
 * memory that this takes does not grow with the file. */
MPB_MUST_CHECK mpb_status mpb_unpack_file(const char *from, const char *to);
