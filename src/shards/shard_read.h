#pragma once

/* One shard of a folder. */

#include "mpibert/shards/shards.h"

/* Reads and checks it, and adds its sequences to `dataset`: with their tokens, or, where that has a
 * source, with their places. */
MPB_MUST_CHECK mpb_status shard_read(const char *directory, const mpb_shard_info *info,
                                     const mpb_shard_entry *entry, mpb_dataset *dataset);
