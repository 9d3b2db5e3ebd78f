#pragma once

/* Low-rank adaptation (Hu et al. 2021, LoRA) as PEFT has it: beside the frozen weight W (out, in) of a linear
 * layer A (rank, in) and B (out, rank) are trained,
 *
 *     y = x W^T + b + scale dropout(x) A^T B^T
 *
 * A starts uniform within 1 / sqrt(in), B at zero. Plain data. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/strings.h"

typedef enum mpb_lora_bias {
    MPB_LORA_BIAS_NONE,
    MPB_LORA_BIAS_ALL,  /* every bias of the model is trained, too */
    MPB_LORA_BIAS_ONLY, /* those of the layers that are adapted */
} mpb_lora_bias;

typedef struct mpb_lora {
    int64_t rank; /* 0: none */
    double alpha;
    double dropout;      /* of x */
    mpb_strings targets; /* ends of module names, between dots; empty: query and value */
    mpb_lora_bias bias;
    bool use_rslora; /* scale is alpha / sqrt(rank) (Kalajdzievski 2023) instead of alpha / rank */
} mpb_lora;

/* Whether `target` finds the module of this name (length) as PEFT compares them: it is the name, or ends it
 * behind a dot. */
bool mpb_lora_finds(const char *target, const char *module, size_t length);

float mpb_lora_scale(const mpb_lora *lora);

/* weight (out, in) += scale B A: the layer that adapts itself no more, to rounding. */
void mpb_lora_merge(const mpb_lora *lora, int out, int in, const float *a, const float *b,
                    float *weight);
