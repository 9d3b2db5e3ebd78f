#pragma once

/* A model cut out of a larger one: some of its layers in their order, with its embeddings and head. Plain
 * data. Local. */

#include <stddef.h>
#include <stdint.h>

typedef struct mpb_kept_layers {
    int64_t *items; /* owned by whoever owns this, (count), ascending, from 0 */
    size_t count;   /* 0: all layers */
} mpb_kept_layers;

/* Where a cut model's weights lie in a directory of the whole one. */
typedef struct mpb_layer_cut {
    const mpb_kept_layers *kept; /* borrowed: layer i is kept->items[i] there; NULL: it is whole */
    int layers;                  /* of the whole model */
} mpb_layer_cut;
