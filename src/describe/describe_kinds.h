#pragma once

/* What `inspect` says of each kind of file; private to describe. Each fills the members of an object that its caller
 * owns. */

#include "mpibert/describe/describe_parts.h"

MPB_MUST_CHECK mpb_status describe_run(const char *run, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_model(const char *directory, mpb_json *object);
/* A checkpoint of a run without its model: step and checksums. */
MPB_MUST_CHECK mpb_status describe_checkpoint(const char *directory, mpb_json *object);

/* The finished epochs of a checkpoint's run as "epochs". */
MPB_MUST_CHECK mpb_status describe_epochs(const char *directory, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_shards(const char *directory, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_shard(const char *path, mpb_json *object);
