#pragma once

/* Texts of the configuration as YAML has them; private to the run_config files. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

/* In double quotes, as YAML and JSON escape; `text` is UTF-8. */
MPB_MUST_CHECK mpb_status run_text_write(const char *text, mpb_buffer *out);

/* A list of them; null where there is none. */
MPB_MUST_CHECK mpb_status run_strings_write(const mpb_strings *strings, mpb_buffer *out);
