#pragma once

/* A field as it stands in a file; private to the run_config files and signature.c. */

#include "run_config_value.h"

/* Appends the value in YAML, on one line. */
MPB_MUST_CHECK mpb_status run_value_write(const run_key *key, const mpb_run_config *config,
                                          mpb_buffer *out);
