#pragma once

/* JSON values of records, with the places where something is wrong. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/io/json_value.h"
#include "mpibert/records/record.h"

/* *value = the only value in text[0, size), which begins at `place`. What is no JSON in UTF-8 is
 * MPB_ERR_DATA with what was expected, line and column. */
MPB_MUST_CHECK mpb_status mpb_place_read_json(const char *text, size_t size, const mpb_place *place,
                                              mpb_value *value);

/* Appends a text without quotes and escapes. Half of a surrogate pair is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_place_decode(const mpb_value *text, const mpb_place *place,
                                           mpb_buffer *out);
