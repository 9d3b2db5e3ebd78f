#pragma once

/* Layers that are kept of a model, as a list. Private to the run_config files; a field stays untouched on
 * failure. `where` is FILE:LINE or "command line". */

#include "mpibert/core/buffer.h"
#include "mpibert/io/yaml.h"
#include "run_config_table.h"

MPB_MUST_CHECK mpb_status run_layers_set(const run_key *key, const mpb_yaml_node *node,
                                         const char *where, mpb_kept_layers *field);
MPB_MUST_CHECK mpb_status run_layers_write(const mpb_kept_layers *layers, mpb_buffer *out);
void run_layers_clear(mpb_kept_layers *layers);
