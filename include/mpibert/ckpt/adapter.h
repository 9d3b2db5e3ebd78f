#pragma once

/* Adapters apart from their models. Low-rank adaptations as PEFT keeps them: a folder with
 * adapter_config.json and adapter_model.safetensors. Bottleneck adapters as AdapterHub's library `adapters`
 * does (loading.py): adapter_config.json and adapter.safetensors, and of the head head_config.json and
 * model_head.safetensors. To both config.json, the tokenizer's files and mpibert.json are added, which these
 * libraries pass over: they say what the outputs mean and how text is read. Local. */

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/model/lora.h"

#define MPB_LORA_WEIGHTS "adapter_model.safetensors"
#define MPB_BOTTLENECK_WEIGHTS "adapter.safetensors"
#define MPB_BOTTLENECK_HEAD_WEIGHTS "model_head.safetensors"

enum { MPB_ADAPTER_BASE = 4096 };

typedef struct mpb_adapter_config {
    mpb_lora lora;             /* owned, mpb_adapter_config_clear; of rank 0 beside a bottleneck */
    mpb_bottleneck bottleneck; /* or none */
    char base[MPB_ADAPTER_BASE]; /* name or directory of the model that it adapts */
    char name[64];               /* of a bottleneck adapter, in its tensors' names */
    char model_type[64];         /* of its model, */
    int64_t hidden_size;         /* and that one's */
} mpb_adapter_config;

/* Whether the directory holds an adapter. */
bool mpb_adapter_is_there(const char *directory);

/* Kinds of adapters, and ways of LoRA, that this program does not have are MPB_ERR_DATA by name. */
MPB_MUST_CHECK mpb_status mpb_adapter_read_config(const char *directory,
                                                  mpb_adapter_config *config);
void mpb_adapter_config_clear(mpb_adapter_config *config);

/* Makes `config` that of the model with the adapter, which it borrows. One of another model is
 * MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_adapter_fit(const mpb_adapter_config *adapter, const char *directory,
                                          mpb_model_config *config);

/* The file of the adaptations' own weights: of low-rank ones where there is no bottleneck. */
const char *mpb_adapter_weights_file(const mpb_bottleneck *bottleneck);

/* Adds the names of the files that hold the weights of the directory's adapter. */
MPB_MUST_CHECK mpb_status mpb_adapter_weight_files(const char *directory, mpb_strings *names);

/* Puts the adapter's tensors into the flat buffer `weights` of a model that it fits: all of the
 * adaptations, those of the head, and biases. One that the model lacks, or another shape, is
 * MPB_ERR_DATA; so is a tensor of the model's that is not there. */
MPB_MUST_CHECK mpb_status mpb_adapter_read_weights(const char *directory,
                                                   const mpb_parameters *parameters,
                                                   float *weights);

/* Writes the files of weights alone. */
MPB_MUST_CHECK mpb_status mpb_adapter_write_weights(const char *directory,
                                                    const mpb_model_dir_content *content);

/* Writes the folder, which exists, from a model that has adaptations. */
MPB_MUST_CHECK mpb_status mpb_adapter_write(const char *directory,
                                            const mpb_model_dir_content *content, const char *base);
