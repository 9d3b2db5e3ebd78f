#pragma once

/* Low-rank adaptations as PEFT keeps them: a folder with adapter_config.json and
 * adapter_model.safetensors, to which config.json, the tokenizer's files and mpibert.json are added, which
 * PEFT passes over: they say what the outputs mean and how text is read. Local. */

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/model/lora.h"

#define MPB_ADAPTER_WEIGHTS "adapter_model.safetensors"

enum { MPB_ADAPTER_BASE = 4096 };

typedef struct mpb_adapter_config {
    mpb_lora lora;               /* owned, mpb_adapter_config_clear */
    char base[MPB_ADAPTER_BASE]; /* name or directory of the model that it adapts */
} mpb_adapter_config;

/* Whether the directory holds an adapter. */
bool mpb_adapter_is_there(const char *directory);

/* Kinds of adapters, and ways of LoRA, that this program does not have are MPB_ERR_DATA by name. */
MPB_MUST_CHECK mpb_status mpb_adapter_read_config(const char *directory,
                                                  mpb_adapter_config *config);
void mpb_adapter_config_clear(mpb_adapter_config *config);

/* Puts the adapter's tensors into the flat buffer `weights` of a model that is made with its lora: all
 * low-rank ones, those of the head, and biases. One that the model lacks, or another shape, is
 * MPB_ERR_DATA; so is a tensor of the model's that is not there. */
MPB_MUST_CHECK mpb_status mpb_adapter_read_weights(const char *directory,
                                                   const mpb_parameters *parameters,
                                                   float *weights);

/* Writes adapter_model.safetensors alone. */
MPB_MUST_CHECK mpb_status mpb_adapter_write_weights(const char *directory,
                                                    const mpb_model_dir_content *content);

/* Writes the folder, which exists, from a model that has adaptations. */
MPB_MUST_CHECK mpb_status mpb_adapter_write(const char *directory,
                                            const mpb_model_dir_content *content, const char *base);
