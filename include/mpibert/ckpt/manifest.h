#pragma once

/* manifest.json of a folder: size and SHA-256 of every other file below it ("folder/name"). Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/io/sha256.h"

enum { MPB_MANIFEST_NAME = 64 }; /* bytes of a name below, terminator included */

/* What a manifest says of one file; plain data, which ranks may send. */
typedef struct mpb_manifest_entry {
    char name[MPB_MANIFEST_NAME];
    char sha256[MPB_SHA256_TEXT];
    uint64_t bytes;
} mpb_manifest_entry;

/* That of `directory`/`name`, whose content is read. */
MPB_MUST_CHECK mpb_status mpb_manifest_entry_make(const char *directory, const char *name,
                                                  mpb_manifest_entry *entry);

/* Writes `directory`/manifest.json over the files that are there now. */
MPB_MUST_CHECK mpb_status mpb_manifest_write(const char *directory);

/* Likewise; the content of files that `known` (count) has is not read. */
MPB_MUST_CHECK mpb_status mpb_manifest_write_known(const char *directory,
                                                   const mpb_manifest_entry *known, size_t count);

/* A missing manifest, a missing file, one that the manifest does not list (those that begin with a
 * dot are nobody's), a wrong size or hash is MPB_ERR_DATA that names the file. */
MPB_MUST_CHECK mpb_status mpb_manifest_verify(const char *directory);

/* Whether the manifests of both folders list the file `name`, with the same content. */
bool mpb_manifests_agree(const char *a, const char *b, const char *name);
