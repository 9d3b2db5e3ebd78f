#pragma once

/* Files packed by gzip or xz, told by the end of their names: .gz or .xz, in capitals too. Several
 * gzip members or xz streams in one file are their contents one after the other. What is truncated,
 * damaged or followed by something else is MPB_ERR_DATA with the byte of the packed file. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

bool mpb_is_packed(const char *path);

/* Length of the name without the ending that tells of packing. */
size_t mpb_unpacked_length(const char *path);

enum {
    MPB_UNPACK_FREE = 64 << 20, /* bytes that any packed file may hold */
    MPB_UNPACK_RATIO = 100,     /* bytes beyond that for each of its own */
};

/* Writes the content of `from`, a packed file, to the file `to`, which is untouched on failure. The
 * memory that this takes does not grow with the file. What holds more than `limit` bytes, or with a
 * limit of 0 more than MPB_UNPACK_FREE and MPB_UNPACK_RATIO times its own up to there, is
 * MPB_ERR_DATA as soon as that shows: text packs to a tenth, a file made to fill a disk to a
 * thousandth. */
MPB_MUST_CHECK mpb_status mpb_unpack_file(const char *from, const char *to, uint64_t limit);

/* Appends the first `size` bytes (> 0) of the content of `from` to `head` (starts as {0}), or all.
 * */
MPB_MUST_CHECK mpb_status mpb_unpack_head(const char *from, size_t size, mpb_buffer *head);
