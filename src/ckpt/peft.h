#pragma once

/* The folder of a low-rank adaptation as PEFT writes it: adapter_config.json with
 * adapter_model.safetensors. */

#include "mpibert/ckpt/adapter.h"
#include "mpibert/io/json.h"

/* From the root of adapter_config.json, where it names a peft_type. */
MPB_MUST_CHECK mpb_status peft_read_config(const mpb_json *root, const char *path,
                                           mpb_adapter_config *config);
MPB_MUST_CHECK mpb_status peft_write_config(const char *directory,
                                            const mpb_model_dir_content *content, const char *base);

/* peft_weights.c */
MPB_MUST_CHECK mpb_status peft_read_weights(const char *directory, const mpb_parameters *parameters,
                                            float *weights);
MPB_MUST_CHECK mpb_status peft_write_weights(const char *directory,
                                             const mpb_model_dir_content *content);
