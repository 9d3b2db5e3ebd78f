#pragma once

/* What a task keeps in its scratch: keys and values close together, for all queries, and what
 * belongs to one block of queries at a time. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/math/small_gemm.h"

/* Dropout draws for 8 keys at a time. */
enum { KEY_GROUP = 8 };

typedef struct attention_scratch {
    int ld;                     /* of all rows of D */
    float *keys, *values;       /* (length, D) */
    float *queries, *out;       /* (block, D): as floats, where the model keeps bf16 */
    float *queries_t, *d_out_t; /* (D, block); d_out_t and all below for backward */
    float *scores, *d_scores;   /* (length, block), see attention_scores.h */
    float *d_out;               /* (block, D) */
    float *d_keys, *d_values;   /* (length, D) */
} attention_scratch;

static inline float *attention_take(float *memory, size_t *used, int rows, int cols)
{
    float *piece = memory == NULL ? NULL : memory + *used;

    *used += (size_t)rows * (size_t)cols;
    return piece;
}

/* Pieces of `memory`, or NULL; gives the floats that all of them take, with whatever instruction
 * set. Rows are an odd number of cache lines apart, so that none share their place in a cache. */
static inline size_t attention_scratch_lay_out(int length, int head_size, bool backward,
                                               float *memory, attention_scratch *s)
{
    const int ld = 16 * (mpb_round_up(head_size, MPB_SMALL_WIDEST) / 16 | 1);
    const int block = MPB_SMALL_WIDEST;
    const int keys = mpb_round_up(length, KEY_GROUP);
    size_t used = 0;

    *s = (attention_scratch){.ld = ld};
    s->keys = attention_take(memory, &used, keys, ld);
    s->values = attention_take(memory, &used, keys, ld);
    s->queries = attention_take(memory, &used, block, ld);
    s->out = attention_take(memory, &used, block, ld);
    s->queries_t = attention_take(memory, &used, head_size, block);
    s->scores = attention_take(memory, &used, keys, block);
    if (backward) {
        s->d_out_t = attention_take(memory, &used, head_size, block);
        s->d_scores = attention_take(memory, &used, keys, block);
        s->d_out = attention_take(memory, &used, block, ld);
        s->d_keys = attention_take(memory, &used, keys, ld);
        s->d_values = attention_take(memory, &used, keys, ld);
    }
    return used;
}
