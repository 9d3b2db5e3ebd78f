#pragma once

#define MPB_SHARD_FORMAT "mpibert-shard"
#define MPB_SHARD_MANIFEST "manifest.json"
#define MPB_SHARD_STRIDE_MODE "overlap"
