#pragma once

/* Pictures as SVG: one file each, without scripts, fonts or files of others. Colours of text and
 * lines follow what the viewer prefers, light or dark; those that mean something can be told apart
 * by people who are colour-blind. Texts may hold anything. Local. */

#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

typedef enum mpb_svg_anchor { MPB_SVG_START, MPB_SVG_MIDDLE, MPB_SVG_END } mpb_svg_anchor;

/* Begins a picture of that size in pixels; its title stands at the top and is read out. */
MPB_MUST_CHECK mpb_status mpb_svg_begin(mpb_buffer *svg, double width, double height,
                                        const char *title);
MPB_MUST_CHECK mpb_status mpb_svg_end(mpb_buffer *svg);

/* A line of text of the class "label", "small" or "title" (svg.c); x is where `anchor` of it is.
 * More than `most` code points are cut and end with three dots. */
typedef struct mpb_svg_text {
    double x, y;
    mpb_svg_anchor anchor;
    const char *kind; /* the class */
    const char *text; /* UTF-8 */
    size_t most;      /* 0: all */
} mpb_svg_text;

MPB_MUST_CHECK mpb_status mpb_svg_put_text(mpb_buffer *svg, const mpb_svg_text *text);

/* Appends <title>TEXT</title>, what a viewer shows of the element around it when asked. */
MPB_MUST_CHECK mpb_status mpb_svg_put_title(mpb_buffer *svg, const char *text);

/* Appends at most `most` code points (0: all) of `text` so that XML takes them for text: markup is
 * escaped, and control characters, of which XML has none, are U+FFFD; so is what is no UTF-8. */
MPB_MUST_CHECK mpb_status mpb_svg_escape(mpb_buffer *svg, const char *text, size_t most);
