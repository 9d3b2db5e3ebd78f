#pragma once

/* Which tensors of a model a run trains, and from when on. Plain data. Local.
 *
 * The head, what transformers' base model has not, is always trained. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/strings.h"

typedef enum mpb_trainable_kind {
    MPB_TRAIN_ALL,
    MPB_TRAIN_HEAD,   /* what transformers' base model has not: its pooler is frozen, too */
    MPB_TRAIN_TOP,    /* the last `top_layers` encoder layers and all that follows them */
    MPB_TRAIN_BITFIT, /* every bias, as Ben Zaken et al. 2022 (BitFit) */
    MPB_TRAIN_NAMED,  /* tensors that `names` name */
} mpb_trainable_kind;

/* A name is one or several neighbouring parts of a tensor's dotted name: encoder.layer.11, LayerNorm,
 * pooler.dense.bias. */
typedef struct mpb_trainable {
    mpb_trainable_kind kind;
    int64_t top_layers;
    mpb_strings names; /* owned by whoever owns this */
} mpb_trainable;

/* What is trained once `epochs` of them are done, at least 1. */
typedef struct mpb_unfreezing {
    int64_t epochs;
    mpb_trainable what;
} mpb_unfreezing;

/* By ascending epochs. */
typedef struct mpb_unfreeze_schedule {
    size_t count;
    mpb_unfreezing *items; /* owned by whoever owns this, (count) */
} mpb_unfreeze_schedule;
