#pragma once

/* How long an optimizer step takes on many ranks: a model, in which
 *
 * - forward and backward take what the rank with most work needs; of backward's work on a layer half
 *   is for gradients of its weights and half for those of its input, and what is frozen needs less;
 * - backward makes gradients final stage by stage, from the head to the embeddings, in the last
 *   micro-step of the step; they go out in pieces, in that order;
 * - a node's link serves one piece after another: a piece of n floats on M nodes is
 *   2 (M - 1) / M n wire_bytes bytes for each node, and 2 (M - 1) messages of each rank; two
 *   latencies after its last byte its sum is everywhere;
 * - ranks of a node sum through memory, a quarter of whose traffic is the floats themselves;
 * - the work that sums are for a rank's cores makes its backward longer;
 * - then comes the update, a part of it on each rank if the optimizer is sharded, in which case
 *   half of the bytes, the weights, travel in forward's order while the next forward runs, which
 *   waits for them stage by stage.
 *
 * Without overlap sums begin when backward has ended and forward when weights are there, and each
 * piece waits for the one before; sums then go to all ranks in any case. Local and pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/forecast/network.h"
#include "mpibert/measure/flops.h"
#include "mpibert/model/config.h"

/* One of backward's, and of forward's. */
typedef struct mpb_step_stage {
    double share;    /* of the time of forward */
    double backward; /* of the time of a backward that trains everything */
    double floats;   /* of its gradients, final at its end */
} mpb_step_stage;

enum { MPB_MAX_STAGES = 128 };

/* In backward's order: head, layers from the last to the first, embeddings. */
typedef struct mpb_step_stages {
    mpb_step_stage items[MPB_MAX_STAGES];
    size_t count;
    double floats;   /* of all */
    double backward; /* of all: 1 where everything is trained */
    bool words;      /* the word table is trained */
} mpb_step_stages;

/* Those of a model, once all is unfrozen that its schedule unfreezes, of which a step uses `used_words` rows of the word table, on sequences like
 * `mean`. MPB_ERR_CONFIG for one with more layers than there is room for. */
MPB_MUST_CHECK mpb_status mpb_step_stages_find(const mpb_model_config *config, double used_words,
                                               mpb_flops_sequence mean, mpb_step_stages *stages);

typedef struct mpb_step_job {
    const mpb_step_stages *stages; /* borrowed */
    int nodes;
    int ranks_per_node;
    int micro_steps;
    double forward_seconds;  /* of a micro-step */
    double backward_seconds; /* of a micro-step, were everything trained */
    double update_seconds;   /* of all weights */
    mpb_network network;
    double memory_bytes_per_second; /* of a node */
    double piece_floats;
    double wire_bytes; /* of a gradient between nodes: 4, or 2 as bf16 */
    bool overlap;
    bool sharded;
} mpb_step_job;

typedef struct mpb_step_forecast {
    double seconds;
    double compute; /* forward and backward, had the rank nothing else to do */
    double update;
    double network; /* that the link, or sums inside a node, take in all */
    double exposed; /* what the step takes longer than compute and update */
    double hidden;  /* network - exposed, at least 0 */
    double bytes;   /* that a node sends */
} mpb_step_forecast;

mpb_step_forecast mpb_step_forecast_make(const mpb_step_job *job);
