#pragma once

/* manifest.json of a folder: size and SHA-256 of every other file in it. Local. */

#include <stdbool.h>

#include "mpibert/core/status.h"

/* Writes `directory`/manifest.json over the files that are there now. */
MPB_MUST_CHECK mpb_status mpb_manifest_write(const char *directory);

/* A missing manifest, a missing file, one that the manifest does not list (those that begin with a
 * dot are nobody's), a wrong size or hash is MPB_ERR_DATA that names the file. */
MPB_MUST_CHECK mpb_status mpb_manifest_verify(const char *directory);

/* Whether the manifests of both folders list the file `name`, with the same content. */
bool mpb_manifests_agree(const char *a, const char *b, const char *name);
