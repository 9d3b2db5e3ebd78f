#pragma once

/* What lies at a path: a model directory, checkpoint, run, shard folder or single shard, as JSON
 * for people and scripts. Everything that has a checksum is verified on the way: what does not
 * hold, or is none of these, is MPB_ERR_DATA. Local. */

#include "mpibert/core/status.h"
#include "mpibert/io/json.h"

/* `*description` (owned by the caller) is an object whose member "kind" is "model", "checkpoint",
 * "run", "shards" or "shard". */
MPB_MUST_CHECK mpb_status mpb_describe_path(const char *path, mpb_json **description);
