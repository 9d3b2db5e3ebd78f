#pragma once

/* Which examples make up which step, and which rank computes which of them.
 *
 * The plan is a pure function of the lengths, seed, batch size and number of ranks: every rank
 * computes it alone, and going to step s of a run needs no replay. The examples of an epoch are a
 * permutation cut into micro-batches of batch_size sequences over all ranks; the last one of an
 * epoch may be smaller. An optimizer step takes `accumulation` micro-batches (fewer at the end of
 * an epoch). Local and pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef struct mpb_plan_options {
    size_t num_sequences;
    const uint64_t *offsets; /* borrowed, (num_sequences + 1): lengths in tokens by difference */
    size_t batch_size;       /* sequences of a micro-batch over all ranks */
    size_t accumulation;     /* micro-batches of an optimizer step */
    int hidden_size;         /* for the cost of a sequence: attention is quadratic in its length */
    uint64_t seed;
    int rank;
    int size;
} mpb_plan_options;

typedef struct mpb_plan mpb_plan;

MPB_MUST_CHECK mpb_status mpb_plan_create(const mpb_plan_options *options, mpb_plan **plan);
void mpb_plan_destroy(mpb_plan **plan);

size_t mpb_plan_steps_per_epoch(const mpb_plan *plan);

/* The micro-batches of one optimizer step. */
typedef struct mpb_step {
    size_t first_micro; /* within the epoch */
    size_t num_micro;
    size_t num_examples; /* over all ranks and micro-batches: what the mean loss divides by */
} mpb_step;

mpb_step mpb_plan_step(const mpb_plan *plan, size_t step_in_epoch);

/* Number of micro-batch `micro` of `epoch` in the run, from 0: no other one has it. */
uint64_t mpb_plan_micro_number(const mpb_plan *plan, size_t epoch, size_t micro);

/* This rank's examples of a micro-batch, in order of their place in the permutation. `*indices`
 * (*count) belongs to the plan and lasts until the next call; *num_tokens is their length. */
void mpb_plan_own(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices, size_t *count,
                  size_t *num_tokens);

/* All examples of a micro-batch, over all ranks; belongs to the plan, until the next call. */
void mpb_plan_all(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices,
                  size_t *count);

/* The largest micro-batch that this rank meets in `epochs` epochs. */
void mpb_plan_limits(mpb_plan *plan, size_t epochs, size_t *max_tokens, size_t *max_sequences);
