#pragma once

/* What descriptions of files and the table of runs are put together from. Local. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/io/json.h"

/* Set a member of `object` to a copy of `text`, or to a number. MPB_ERR_SYSTEM: no memory. */
MPB_MUST_CHECK mpb_status mpb_describe_text(mpb_json *object, const char *name, const char *text);
MPB_MUST_CHECK mpb_status mpb_describe_integer(mpb_json *object, const char *name, int64_t integer);

/* Whether there is DIRECTORY/NAME. */
bool mpb_describe_has(const char *directory, const char *name);
