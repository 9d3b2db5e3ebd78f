#pragma once

/* What a task keeps in its scratch: keys and values as products take them, once for all queries,
 * and one block of queries at a time. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/math/panels.h"

/* Dropout draws for 8 keys at a time. */
enum { KEY_GROUP = 8 };

typedef struct attention_scratch {
    int ld_keys;                /* of the transposed arrays */
    float *keys_t, *values_t;   /* (D, ld_keys); values_t for backward */
    float *keys, *values;       /* panels (length, D): one of backward, one of forward */
    float *queries_t, *d_out_t; /* a panel (D, block); d_out_t and all below for backward */
    float *scores;              /* (keys, block), keys rounded up to whole groups */
    float *d_scores;            /* the same */
    float *queries, *d_out;     /* panels (block, D) */
    float *d_keys, *d_values;   /* sums (keys, ld_sums) */
    int ld_sums;
} attention_scratch;

static inline float *attention_take(float *memory, size_t *used, int rows, int cols)
{
    float *piece = memory == NULL ? NULL : memory + *used;

    *used += (size_t)rows * (size_t)cols;
    return piece;
}

/* Pieces of `memory`, or NULL; gives the floats that all of them take, with whatever instruction
 * set. An odd number of cache lines in a transposed row: columns do not fall into the same few
 * places of a cache. */
static inline size_t attention_scratch_lay_out(int length, int head_size, bool backward,
                                               float *memory, attention_scratch *s)
{
    const int D = head_size;
    const int block = MPB_PANEL_WIDEST;
    const int wide = mpb_round_up(D, MPB_PANEL_WIDEST);
    const int keys = mpb_round_up(length, KEY_GROUP);
    size_t used = 0;

    s->ld_keys = 16 * ((length + 15) / 16 | 1);
    s->ld_sums = wide;
    s->keys_t = attention_take(memory, &used, D, s->ld_keys);
    s->keys = s->values = attention_take(memory, &used, length, wide);
    s->queries_t = attention_take(memory, &used, D, block);
    s->scores = attention_take(memory, &used, keys, block);
    if (backward) {
        s->values_t = attention_take(memory, &used, D, s->ld_keys);
        s->d_out_t = attention_take(memory, &used, D, block);
        s->d_scores = attention_take(memory, &used, keys, block);
        s->queries = attention_take(memory, &used, block, wide);
        s->d_out = attention_take(memory, &used, block, wide);
        s->d_keys = attention_take(memory, &used, keys, wide);
        s->d_values = attention_take(memory, &used, keys, wide);
    }
    return used;
}
