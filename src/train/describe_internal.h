#pragma once

/* The parts of a description; private to the describe files. Each fills the members of an object
 * that its caller owns. */

#include <stdint.h>

#include "mpibert/core/strings.h"
#include "mpibert/io/json.h"

MPB_MUST_CHECK mpb_status describe_model(const char *directory, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_shards(const char *directory, mpb_json *object);
MPB_MUST_CHECK mpb_status describe_shard(const char *path, mpb_json *object);

MPB_MUST_CHECK mpb_status describe_text(mpb_json *object, const char *name, const char *text);
MPB_MUST_CHECK mpb_status describe_integer(mpb_json *object, const char *name, int64_t integer);
MPB_MUST_CHECK mpb_status describe_strings(mpb_json *object, const char *name,
                                           const mpb_strings *strings);
