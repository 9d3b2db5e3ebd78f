#pragma once

/* Settings that belong to a trained model, as its directory keeps them; private to the run_config
 * files. */

#include "run_config_state.h"

enum { RUN_MODEL_VERSION = 1 }; /* of the file */

/* Sets the keys that the file at `path` has. What is wrong with it is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status run_model_read(const char *path, mpb_run_config *config);

/* Says in one line which keys were given other values than `of_model`, read from `path`, has. */
MPB_MUST_CHECK mpb_status run_model_compare(const run_state *state, const mpb_run_config *of_model,
                                            const char *path);
