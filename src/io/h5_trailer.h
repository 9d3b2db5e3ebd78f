#pragma once

/* A checksum of a whole HDF5 file, in 24 bytes behind its end.
 *
 * HDF5 has no checksum on the heaps that hold text of variable length, and trusts what stands
 * there: damage in them would end the process. So a file is checked before HDF5 sees it. The
 * library and its tools ignore what follows the end that the superblock names.
 *
 *     ... HDF5's bytes ... | "MPBH5SUM" | bytes before, uint64 | checksum, uint64
 */

#include "mpibert/core/status.h"

/* Appends it to an open file that may be read as well; `path` is for messages. */
MPB_MUST_CHECK mpb_status mpb_h5_trailer_write(int descriptor, const char *path);

/* MPB_ERR_DATA where the checksum is wrong; a file of another program carries none and passes. */
MPB_MUST_CHECK mpb_status mpb_h5_trailer_check(const char *path);
