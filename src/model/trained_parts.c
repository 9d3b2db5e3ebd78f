#include "trained_parts.h"

#include <stdlib.h>

enum { LINE = 16 }; /* floats */

mpb_status trained_parts_create(int num_layers, trained_parts *parts)
{
    const size_t count = head_part(num_layers) + 1;

    *parts = (trained_parts){.count = count, .ends = calloc(count, sizeof(*parts->ends))};
    MPB_REQUIRE(parts->ends != NULL, MPB_ERR_SYSTEM, "no memory for %zu parts of a model", count);
    return MPB_OK;
}

void trained_parts_destroy(trained_parts *parts)
{
    free(parts->ends);
    *parts = (trained_parts){0};
}

static size_t part_of(const mpb_parameter *item)
{
    if (item->layer < 0) {
        return EMBEDDINGS_PART;
    }
    return item->is_feed_forward ? feed_forward_part(item->layer) : attention_part(item->layer);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

void trained_parts_choose(const mpb_parameters *trained, int64_t epochs, trained_parts *parts)
{
    parts->from = mpb_parameters_trained_from(trained, epochs);
    parts->lowest = parts->count - 1;
    for (size_t part = 0; part < parts->count; part++) {
        parts->ends[part] = parts->from;
    }
    for (size_t i = 0; i < trained->count; i++) {
        const mpb_parameter *item = &trained->items[i];
        const size_t part = part_of(item);
        const size_t end = (item->offset + item->count + LINE - 1) / LINE * LINE;

        if (item->trained_after <= epochs) {
            parts->ends[part] = larger(parts->ends[part], end);
            parts->lowest = part < parts->lowest ? part : parts->lowest;
        }
    }
    for (size_t part = 1; part < parts->count; part++) {
        parts->ends[part] = larger(parts->ends[part], parts->ends[part - 1]);
    }
}
