#pragma once

/* The hash by which git names a file's content: SHA-1 of "blob <bytes>", a NUL and the content, as
 * lower-case hexadecimal text. Local. */

#include "mpibert/core/status.h"

enum { MPB_GIT_BLOB_TEXT = 41 }; /* 40 digits and the terminator */

MPB_MUST_CHECK mpb_status mpb_git_blob_of_file(const char *path, char digest[MPB_GIT_BLOB_TEXT]);
