#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/records/read_options.h"

/* What a file of JSON holds, told from its beginning: MPB_FORMAT_JSON, MPB_FORMAT_JSONL or
 * MPB_FORMAT_SQUAD. `whole`: head is all of it. */
mpb_data_format mpb_json_format(const char *head, size_t size, bool whole);
