#pragma once

/* Which examples make up which step, and which rank computes which of them.
 *
 * The plan is a pure function of the lengths, seed, batch size and number of ranks: every rank
 * computes it alone, and going to step s of a run needs no replay. An example is one sequence or,
 * where a loss needs several together, some neighbours, which then stay together. The examples of
 * an epoch are a permutation cut into micro-batches of batch_size examples over all ranks; the last
 * one of an epoch may be smaller. An optimizer step takes `accumulation` micro-batches (fewer at
 * the end of an epoch). A micro-batch is cut into cells of about equal cost: one a rank or, in a
 * deterministic plan, 8 on any number of ranks. Local and pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/shards/dataset.h"

typedef struct mpb_plan_options {
    size_t num_examples;
    const size_t *begins;    /* borrowed, (num_examples + 1), ascending: example e is sequences
                              * [begins[e], begins[e + 1]); NULL: each sequence is one */
    const mpb_dataset *data; /* borrowed */
    size_t batch_size;       /* examples of a micro-batch over all ranks */
    size_t accumulation;     /* micro-batches of an optimizer step */
    int hidden_size;         /* for the cost of a sequence: attention is quadratic in its length */
    uint64_t seed;
    int rank;
    int size;
    bool deterministic; /* then size divides MPB_PLAN_CELLS */
} mpb_plan_options;

/* Cells of a micro-batch in a deterministic plan. */
enum { MPB_PLAN_CELLS = 8 };

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

/* Some examples of a micro-batch, as their sequences: those of an example side by side. */
typedef struct mpb_plan_share {
    const size_t *indices; /* (count), the plan's, until the next call */
    size_t count;          /* sequences */
    size_t num_tokens;
    uint64_t cost; /* in proportion to floating-point operations */
} mpb_plan_share;

/* Those of one cell, in the order of the permutation. */
mpb_plan_share mpb_plan_cell(mpb_plan *plan, size_t epoch, size_t micro, int cell);

/* The cells that a rank computes: neighbours. */
typedef struct mpb_plan_cells {
    int first;
    int count;
} mpb_plan_cells;

mpb_plan_cells mpb_plan_own_cells(const mpb_plan *plan);

/* The sequences of a micro-batch, over all ranks; belongs to the plan, until the next call. */
void mpb_plan_all(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices,
                  size_t *count);

/* Likewise, and in the same order the cell that each is in: rank r computes those with numbers from
 * r * mpb_plan_own_cells(plan).count on, as many as that. */
void mpb_plan_deal(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices,
                   const int **cells, size_t *count);

/* The tokens of a step over all ranks, where they are on disk: fetches them (mpb_dataset_turn puts
 * them in use), or has the system read them, which is no more than a hint. */
MPB_MUST_CHECK mpb_status mpb_plan_fetch(mpb_plan *plan, size_t epoch, const mpb_step *step);
void mpb_plan_expect(mpb_plan *plan, size_t epoch, const mpb_step *step);

/* The largest cell of this rank's in `epochs` epochs. */
void mpb_plan_limits(mpb_plan *plan, size_t epochs, size_t *max_tokens, size_t *max_sequences);
