#pragma once

/* A member of a JSON object that a record is made of, which begins at `place`. */

#include <stdbool.h>

#include "mpibert/core/status.h"
#include "mpibert/io/json_value.h"
#include "mpibert/records/record.h"

/* MPB_ERR_DATA: "member 'NAME' is FOUND, EXPECTED was expected (PLACE)". */
mpb_status mpb_json_member_fail(const mpb_wanted_member *member, const mpb_value *value,
                                const char *expected, const mpb_place *place);

/* Missing, or null. */
bool mpb_json_member_is_absent(const mpb_wanted_member *member);

/* It stands in the object at most once, and is there where it is needed: otherwise MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_json_member_check(const mpb_wanted_member *member,
                                                const mpb_value *object, bool needed,
                                                const char *expected, const mpb_place *place);
