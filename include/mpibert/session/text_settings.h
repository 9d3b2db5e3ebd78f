#pragma once

/* How a run's training text was read, for the models that come of it. Local. */

#include "mpibert/config/run_config.h"
#include "mpibert/core/buffer.h"

/* Appends what their directories keep (mpb_run_config_write_for_model); *length = tokens of the
 * longest text, at most. Where data.train is shards, they tell both. */
MPB_MUST_CHECK mpb_status mpb_text_settings_make(const mpb_run_config *config, mpb_buffer *settings,
                                                 int *length);
