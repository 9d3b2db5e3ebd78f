#pragma once

/* The parts of a description; private to the describe files. Each fills the members of an object
 * that its caller owns. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/strings.h"
#include "mpibert/io/json.h"

MPB_MUST_CHECK mpb_status describe_run(const char *run, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_model(const char *directory, mpb_json *object);
/* A checkpoint of a run without its model: step and checksums. */
MPB_MUST_CHECK mpb_status describe_checkpoint(const char *directory, mpb_json *object);

/* The finished epochs of a checkpoint's run as "epochs". */
MPB_MUST_CHECK mpb_status describe_epochs(const char *directory, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_shards(const char *directory, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_shard(const char *path, mpb_json *object);

MPB_MUST_CHECK mpb_status describe_text(mpb_json *object, const char *name, const char *text);
MPB_MUST_CHECK mpb_status describe_integer(mpb_json *object, const char *name, int64_t integer);
MPB_MUST_CHECK mpb_status describe_strings(mpb_json *object, const char *name,
                                           const mpb_strings *strings);

/* Whether there is DIRECTORY/NAME. */
bool describe_has(const char *directory, const char *name);
