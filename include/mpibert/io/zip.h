#pragma once

/* Entries of a zip archive (a Python wheel is one). A damaged archive is MPB_ERR_DATA. Local. */

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

/* Adds the paths of all entries in the archive's order; those of folders end in '/'. */
MPB_MUST_CHECK mpb_status mpb_zip_list(const char *archive, mpb_strings *names);

/* Writes one entry to the file `to`, its checksum verified; `to` is untouched on failure. One that
 * is packed closer than mpb_unpack_file allows is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_zip_extract(const char *archive, const char *entry, const char *to);
