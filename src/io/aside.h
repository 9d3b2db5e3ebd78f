#pragma once

/* A file that is written beside its final place and renamed when it is whole: readers see the old
 * content or the new one, and a failure leaves the old one as it was. A symbolic link stays, what
 * it leads to is replaced; a device, pipe or socket is written to as it is. */

#include <stddef.h>

#include "checksum.h"
#include "mpibert/core/status.h"
#include "mpibert/io/file.h"

/* What stands between a file's name and the process's number in the name of its temporary one. */
#define MPB_ASIDE_MARK ".tmp-"

typedef struct mpb_aside {
    char path[MPB_PATH_SIZE];      /* the final place */
    char temporary[MPB_PATH_SIZE]; /* in the same folder; "" where bytes go to `path` at once */
    int descriptor;                /* open for writing, and for reading unless direct; or -1 */
    mpb_checksum sum;              /* of what was written */
} mpb_aside;

/* The temporary file is new: nothing that lies there already, be it a link, is opened. */
MPB_MUST_CHECK mpb_status mpb_aside_begin(const char *path, mpb_aside *aside);
MPB_MUST_CHECK mpb_status mpb_aside_write(mpb_aside *aside, const void *bytes, size_t size);

/* Commits if `status` is MPB_OK and the file reads back as it was written, MPB_ERR_SYSTEM if not;
 * otherwise abandons and gives `status` back. */
MPB_MUST_CHECK mpb_status mpb_aside_end(mpb_aside *aside, mpb_status status);

/* For a library that makes the file itself: only names both places. The maker opens `temporary` so
 * that it fails if it exists, and sets `descriptor`. */
MPB_MUST_CHECK mpb_status mpb_aside_name(const char *path, mpb_aside *aside);

/* Syncs, renames, syncs the folder. On failure the temporary file is gone as well. */
MPB_MUST_CHECK mpb_status mpb_aside_commit(mpb_aside *aside);
void mpb_aside_abandon(mpb_aside *aside);

/* Writes all of `bytes` at the descriptor's place, whatever parts the system takes. */
MPB_MUST_CHECK mpb_status mpb_descriptor_write(int descriptor, const char *path, const void *bytes,
                                               size_t size);

/* Makes the names in a folder last: fsync on the folder that holds `path`. */
MPB_MUST_CHECK mpb_status mpb_parent_sync(const char *path);

/* fsync on a file or a folder. */
MPB_MUST_CHECK mpb_status mpb_path_sync(const char *path);
