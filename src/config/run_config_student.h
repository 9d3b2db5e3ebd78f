#pragma once

/* What is wrong between the keys that make a student of a model; private to the run_config files. */

#include "run_config_state.h"

MPB_MUST_CHECK mpb_status run_student_check(const run_state *state);
