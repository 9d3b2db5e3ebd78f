#pragma once

/* What a head gives of a batch, cut into what it gives of each sequence. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/math/team.h"
#include "mpibert/model/head.h"
#include "mpibert/model/model.h"
#include "mpibert/shards/dataset.h"

/* Rows of outputs of one sequence, or of joined ones from it on; all borrowed. A head of many rows may give those of a sequence
 * in several parts. */
typedef struct mpb_outputs {
    const mpb_dataset *data;
    size_t sequence;           /* in data */
    size_t place;              /* in the batch */
    const uint32_t *positions; /* (num_rows): the tokens in the sequence that rows are of; NULL: all
                                * tokens in order, or one row of the sequence as a whole */
    size_t first_row;          /* of those that the head reads of the sequence */
    size_t num_rows;
    int width;     /* K */
    float *values; /* (num_rows, K) */
} mpb_outputs;

/* Walks through what mpb_take_outputs_fn was called with. */
typedef struct mpb_outputs_walk {
    const mpb_dataset *data;
    const mpb_batch *batch; /* whose example ids are indices in data */
    mpb_head_kind head;
    int width;            /* mpb_head_width */
    bool joins_documents; /* a row a sequence: those of neighbours of one document come together */
    size_t max_rows;      /* of a sequence with many rows, that come at a time; 0: all */
    size_t first_row;
    size_t num_rows;
    float *outputs;
    size_t next; /* starts as 0 */
    size_t seen; /* rows of the next sequence; starts as 0 */
} mpb_outputs_walk;

/* Those of the next sequence with rows among them; false behind the last one. */
bool mpb_outputs_next(mpb_outputs_walk *walk, mpb_outputs *of);

/* Outputs that threads work on at the same time. */
enum { MPB_OUTPUTS_TOGETHER = 64 };

typedef struct mpb_outputs_work {
    /* On any thread, beside others, each with a slot below MPB_OUTPUTS_TOGETHER to itself. */
    void (*work)(void *context, const mpb_outputs *of, size_t slot);
    /* What comes of it, by the caller's thread, one after the other as the walk has them. */
    void (*take)(void *context, const mpb_outputs *of, size_t slot);
    void *context; /* borrowed */
} mpb_outputs_work;

/* All outputs that the walk still has. How many threads there are makes no difference. */
void mpb_outputs_spread(const mpb_team *team, mpb_outputs_walk *walk, const mpb_outputs_work *work);
