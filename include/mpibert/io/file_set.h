#pragma once

/* Files of which some bytes are read now and then, in any order: few of them are open at a time.
 * Local, and of one thread. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef struct mpb_file_set mpb_file_set;

/* Has no files at first. */
MPB_MUST_CHECK mpb_status mpb_file_set_create(mpb_file_set **set);
void mpb_file_set_destroy(mpb_file_set **set);

/* Copies the path, which need not be there before it is read. Files are numbered as they come, from
 * 0. */
MPB_MUST_CHECK mpb_status mpb_file_set_add(mpb_file_set *set, const char *path);
const char *mpb_file_set_path(const mpb_file_set *set, size_t file);

/* out (size) = bytes [begin, begin + size); a file that ends before, or cannot be opened, is
 * MPB_ERR_DATA. A file that was replaced while it is open is read as it was. */
MPB_MUST_CHECK mpb_status mpb_file_set_read(mpb_file_set *set, size_t file, uint64_t begin,
                                            void *out, size_t size);

/* Has the system bring these bytes to memory while the caller goes on, so that reading them does
 * not wait. What fails is left to reading. */
void mpb_file_set_expect(mpb_file_set *set, size_t file, uint64_t begin, size_t size);
