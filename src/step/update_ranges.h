#pragma once

/* What a rank owns of all tensors but the word table, cut into tasks, and the rule of each tensor. */

#include <stddef.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/parameters.h"
#include "mpibert/model/shares.h"
#include "mpibert/step/updater.h"

enum { UPDATE_BLOCK = 1 << 16 }; /* floats a task: 4 arrays of 256 KiB */

typedef struct tensor_rule {
    float decay;
    float rate_factor;    /* of the learning rate */
    int64_t steps_before; /* of the run, before the tensor is trained */
} tensor_rule;

/* A run of at most UPDATE_BLOCK owned floats of one tensor. It ends at the tensor's end or on a line
 * of the flat space, so that lines are cut at the same places whoever owns them. */
typedef struct update_range {
    mpb_owned run;
    size_t tensor;
} update_range;

typedef struct update_ranges {
    size_t num_tensors;
    tensor_rule *rules; /* (num_tensors) */
    size_t count;
    update_range *items; /* (count), by tensor */
} update_ranges;

/* Whether the tensor takes part in step `step` of the run. */
static inline bool update_ranges_is_trained(const update_ranges *ranges, size_t tensor,
                                            int64_t step)
{
    return step > ranges->rules[tensor].steps_before;
}

/* Takes the arrays from `arena`. */
void update_ranges_lay_out(update_ranges *ranges, const mpb_parameters *parameters,
                           const mpb_share *share, mpb_arena *arena);

void update_ranges_fill(update_ranges *ranges, const mpb_updater_options *options,
                        const mpb_parameters *parameters, const mpb_share *share, int num_layers);
