#pragma once

/* The folder of a bottleneck adapter as AdapterHub's library writes it: adapter_config.json with
 * adapter.safetensors, head_config.json with model_head.safetensors. */

#include "mpibert/ckpt/adapter.h"
#include "mpibert/io/json.h"

/* From the root of adapter_config.json. */
MPB_MUST_CHECK mpb_status bottleneck_dir_read_config(const mpb_json *root, const char *path,
                                                     mpb_adapter_config *config);
/* Both configurations. */
MPB_MUST_CHECK mpb_status bottleneck_dir_write_configs(const char *directory,
                                                       const mpb_model_dir_content *content,
                                                       const char *base);

/* bottleneck_weights.c: both files of weights. `name` is the adapter's in the file. */
MPB_MUST_CHECK mpb_status bottleneck_dir_read_weights(const char *directory, const char *name,
                                                      const mpb_parameters *parameters,
                                                      float *weights);
MPB_MUST_CHECK mpb_status bottleneck_dir_write_weights(const char *directory,
                                                       const mpb_model_dir_content *content);
