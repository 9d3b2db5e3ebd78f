#pragma once

/* What is trained in an epoch, as one pass over the model sees it: part by part. Parts are, in the
 * order of the forward pass, the embeddings, the two halves of each layer, and the head. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/model/parameters.h"

typedef struct trained_parts {
    size_t from;   /* floats of the trained space before what is trained */
    size_t lowest; /* the first part that has trained tensors */
    size_t count;
    size_t
        *ends; /* owned, (count): in the trained space, on a line, where what is trained of a part
                     and of those before it ends; `from` where nothing is */
} trained_parts;

enum { EMBEDDINGS_PART = 0 };

static inline size_t attention_part(int layer)
{
    return 1 + 2 * (size_t)layer;
}

static inline size_t feed_forward_part(int layer)
{
    return 2 + 2 * (size_t)layer;
}

/* The head is the part of the layer behind the last one. */
static inline size_t head_part(int num_layers)
{
    return attention_part(num_layers);
}

MPB_MUST_CHECK mpb_status trained_parts_create(int num_layers, trained_parts *parts);
void trained_parts_destroy(trained_parts *parts);

/* As when so many epochs are done. `trained` is the table of the trained space. */
void trained_parts_choose(const mpb_parameters *trained, int64_t epochs, trained_parts *parts);
