#pragma once

/* What a shard holds, against what its manifest says and against itself. */

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/shards.h"

/* MPB_ERR_DATA unless offsets rise to the number of tokens, sequences are not too long, and ids,
 * labels, answers and choices are in range. The arrays have the sizes that `entry` says. */
MPB_MUST_CHECK mpb_status mpb_shard_check(const mpb_dataset *content, const mpb_shard_info *info,
                                          const mpb_shard_entry *entry, const char *path);
