#pragma once

/* Opening what is read from one end to the other: files, /dev/null, and pipes that are open
 * already, as standard input or a shell's <(...) under /dev/fd. A named pipe would wait for a
 * writer that may never come, other devices may have no end: both are refused, MPB_ERR_DATA. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "mpibert/core/status.h"

MPB_MUST_CHECK mpb_status mpb_reading_open(const char *path, int *descriptor);
MPB_MUST_CHECK mpb_status mpb_reading_stream(const char *path, FILE **stream);

/* Refuses what is neither an ordinary file nor /dev/null: `info` is what `path` is. */
MPB_MUST_CHECK mpb_status mpb_reading_check_file(const char *path, const struct stat *info);

/* Bytes [begin, begin + size) of an open file; one that ends before is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_reading_range(int descriptor, const char *path, uint64_t begin,
                                            void *out, size_t size);
