#pragma once

/* A square matrix as coloured cells, with a label for each row. Local. */

#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct mpb_heat_map {
    const char *title;
    size_t count;
    char *const *labels;  /* (count), borrowed */
    const double *values; /* (count, count), finite */
} mpb_heat_map;

/* Appends an SVG picture. Colours go from the least value to the largest along cividis (Nunez et
 * al., 2018), which looks the same to people who are colour-blind, and grows lighter all the way;
 * where there is room, cells have their numbers. */
MPB_MUST_CHECK mpb_status mpb_heat_map_draw(const mpb_heat_map *map, mpb_buffer *svg);
