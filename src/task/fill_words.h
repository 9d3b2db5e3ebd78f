#pragma once

/* The masks that a text has itself, filled in as transformers' FillMaskPipeline does: of each the most
 * likely words are kept right after the forward pass. Functions of mpb_task_table are among these. */

#include "mpibert/task/task.h"

typedef struct fill_word {
    uint32_t token;
    float score; /* probability, softmax over the vocabulary */
} fill_word;

/* A [MASK] of a sequence. */
typedef struct fill_mask {
    uint32_t position; /* in the sequence */
    uint32_t count;    /* 0: another chunk of the document tells of it */
    fill_word words[]; /* (count), most likely first; of equal ones in the order of their ids */
} fill_mask;

/* What is kept of a sequence: this, and behind it its masks. */
typedef struct fill_kept {
    float is_next; /* of pretraining: the probability that the second text goes on where the first
                    * one ends, where there are two */
    uint32_t most; /* words of a mask that there is room for */
    uint32_t num_masks;
} fill_kept;

const fill_kept *fill_kept_of(const mpb_task_results *results, size_t sequence);
const fill_mask *fill_mask_of(const mpb_task_results *results, size_t sequence, size_t mask);

size_t fill_choose(const mpb_task_draw *draw, const mpb_dataset *data, size_t i, uint32_t *tokens,
                   uint32_t *rows);
size_t fill_kept_size(const mpb_task_sequences *of, size_t i);
void fill_condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept);

/* Each mask of overlapping chunks is told by the one in which it stands farthest from the nearer edge. */
void fill_merge(const mpb_task_sequences *of, const mpb_documents *documents, mpb_pooling pooling,
                mpb_kept *kept);
