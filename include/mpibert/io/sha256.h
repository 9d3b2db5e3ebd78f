#pragma once

/* SHA-256 (FIPS 180-4) as lower-case hexadecimal text. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

enum { MPB_SHA256_TEXT = 65 }; /* 64 digits and the terminator */

typedef struct mpb_sha256 mpb_sha256;

MPB_MUST_CHECK mpb_status mpb_sha256_create(mpb_sha256 **hash);
void mpb_sha256_update(mpb_sha256 *hash, const void *bytes, size_t count);

/* Writes the digest, or "" where the library failed; the object can only be destroyed afterwards.
 * */
void mpb_sha256_finish(mpb_sha256 *hash, char digest[MPB_SHA256_TEXT]);
void mpb_sha256_destroy(mpb_sha256 **hash);

MPB_MUST_CHECK mpb_status mpb_sha256_of_bytes(const void *bytes, size_t count,
                                              char digest[MPB_SHA256_TEXT]);
MPB_MUST_CHECK mpb_status mpb_sha256_of_file(const char *path, char digest[MPB_SHA256_TEXT]);
