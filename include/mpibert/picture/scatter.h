#pragma once

/* Points in a plane, each with a label. Local. */

#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef struct mpb_scatter {
    const char *title;
    const char *x_title;
    const char *y_title;
    size_t count;
    char *const *labels;  /* (count), borrowed */
    const double *points; /* finite: x and y of point i are points[i * stride] and the next one */
    size_t stride;
} mpb_scatter;

/* Appends an SVG picture. Labels stand beside their points where that leaves them readable; each
 * point tells its own when it is pointed at. */
MPB_MUST_CHECK mpb_status mpb_scatter_draw(const mpb_scatter *scatter, mpb_buffer *svg);
