#include "mpibert/picture/scatter.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/core/utf8.h"
#include "mpibert/picture/svg.h"

enum { WIDTH = 860, HEIGHT = 600, LEFT = 70, RIGHT = 30, TOP = 52, BOTTOM = 56, LABEL_CHARS = 35 };

enum { LABELLED = 1000 }; /* with more points than these there is room for no label */

/* Of a character of a label, about; and between a label and its point. */
static const double CHARACTER = 6.2;
static const double LINE = 14.0;
static const double GAP = 8.0;

typedef struct box {
    double left, top, right, bottom;
} box;

/* The stretch of numbers that an axis shows. */
typedef struct range {
    double begin, end;
} range;

typedef struct layout {
    const mpb_scatter *scatter;
    range x, y;
    box *taken; /* owned, (2 count): points, then labels */
    size_t num_taken;
} layout;

/* With some air at both ends, which points that are all alike need as well. */
static range range_of(const mpb_scatter *scatter, size_t axis)
{
    range found = {INFINITY, -INFINITY};
    double air;

    for (size_t i = 0; i < scatter->count; i++) {
        const double value = scatter->points[i * scatter->stride + axis];

        found.begin = fmin(found.begin, value);
        found.end = fmax(found.end, value);
    }
    air = found.end > found.begin ? 0.06 * (found.end - found.begin) : 1.0;
    return (range){found.begin - air, found.end + air};
}

static double x_of(const layout *l, double value)
{
    return LEFT + (value - l->x.begin) / (l->x.end - l->x.begin) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const layout *l, double value)
{
    return HEIGHT - BOTTOM -
           (value - l->y.begin) / (l->y.end - l->y.begin) * (HEIGHT - TOP - BOTTOM);
}

static bool overlap(const box *a, const box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

static bool is_free(const layout *l, const box *wanted)
{
    if (wanted->left < 4.0 || wanted->right > WIDTH - 4.0) {
        return false;
    }
    for (size_t i = 0; i < l->num_taken; i++) {
        if (overlap(&l->taken[i], wanted)) {
            return false;
        }
    }
    return true;
}

/* A place beside a point: how its text lies there. */
typedef struct place {
    mpb_svg_anchor anchor;
    double dx, dy;
} place;

static box box_at(double x, double y, const place *at, double width)
{
    const double begin = x + at->dx -
                         (at->anchor == MPB_SVG_MIDDLE ? width / 2.0
                          : at->anchor == MPB_SVG_END  ? width
                                                       : 0.0);

    return (box){begin, y + at->dy - LINE + 3.0, begin + width, y + at->dy + 3.0};
}

static double width_of(const char *label)
{
    const size_t length = mpb_utf8_length(label, strlen(label));

    return CHARACTER * (double)(length > LABEL_CHARS ? LABEL_CHARS + 3 : length);
}

/* At the first free one of four places; where none is, the label is left out. */
static mpb_status put_label(layout *l, double x, double y, const char *label, mpb_buffer *svg)
{
    const place places[] = {{MPB_SVG_START, GAP, 4.0},
                            {MPB_SVG_END, -GAP, 4.0},
                            {MPB_SVG_MIDDLE, 0.0, -GAP},
                            {MPB_SVG_MIDDLE, 0.0, GAP + 10.0}};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && l->scatter->count <= LABELLED;
         i++) {
        const box wanted = box_at(x, y, &places[i], width_of(label));

        if (is_free(l, &wanted)) {
            l->taken[l->num_taken++] = wanted;
            return mpb_svg_put_text(svg, &(mpb_svg_text){.x = x + places[i].dx,
                                                         .y = y + places[i].dy,
                                                         .anchor = places[i].anchor,
                                                         .kind = "label",
                                                         .text = label,
                                                         .most = LABEL_CHARS});
        }
    }
    return MPB_OK;
}

/* All points are in the way of labels. */
static void take_points(layout *l)
{
    const mpb_scatter *scatter = l->scatter;

    for (size_t i = 0; i < scatter->count; i++) {
        const double x = x_of(l, scatter->points[i * scatter->stride]);
        const double y = y_of(l, scatter->points[i * scatter->stride + 1]);

        l->taken[l->num_taken++] = (box){x - 5.0, y - 5.0, x + 5.0, y + 5.0};
    }
}

static mpb_status put_point(layout *l, size_t i, mpb_buffer *svg)
{
    const mpb_scatter *scatter = l->scatter;
    const double x = x_of(l, scatter->points[i * scatter->stride]);
    const double y = y_of(l, scatter->points[i * scatter->stride + 1]);

    MPB_TRY(mpb_buffer_append_format(svg, "<circle class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\">",
                                     x, y));
    MPB_TRY(mpb_svg_put_title(svg, scatter->labels[i]));
    MPB_TRY(mpb_buffer_append_text(svg, "</circle>\n"));
    return put_label(l, x, y, scatter->labels[i], svg);
}

/* 1, 2 or 5 times a power of ten, so that an axis has some 4 to 9 of them. */
static double step_of(range r)
{
    const double rough = (r.end - r.begin) / 8.0;
    const double ten = pow(10.0, floor(log10(rough)));
    const double share = rough / ten;

    return share <= 1.0 ? ten : share <= 2.0 ? 2.0 * ten : share <= 5.0 ? 5.0 * ten : 10.0 * ten;
}

static mpb_status put_tick(mpb_buffer *svg, mpb_svg_text tick, double value, double step)
{
    mpb_buffer number = {0};
    mpb_status status =
        mpb_buffer_append_format(&number, "%g", fabs(value) < step / 2.0 ? 0.0 : value);

    if (status == MPB_OK) {
        tick.text = number.data;
        tick.kind = "small";
        status = mpb_svg_put_text(svg, &tick);
    }
    mpb_buffer_clear(&number);
    return status;
}

static mpb_status put_grid(const layout *l, mpb_buffer *svg)
{
    const double bottom = HEIGHT - BOTTOM;
    const double right = WIDTH - RIGHT;
    const double x_step = step_of(l->x);
    const double y_step = step_of(l->y);

    for (double k = ceil(l->x.begin / x_step); k * x_step <= l->x.end; k++) {
        const double x = x_of(l, k * x_step);

        MPB_TRY(mpb_buffer_append_format(svg, "<path class=\"line\" d=\"M%.1f %d V%.1f\"/>\n", x,
                                         TOP, bottom));
        MPB_TRY(put_tick(svg, (mpb_svg_text){.x = x, .y = bottom + 16.0, .anchor = MPB_SVG_MIDDLE},
                         k * x_step, x_step));
    }
    for (double k = ceil(l->y.begin / y_step); k * y_step <= l->y.end; k++) {
        const double y = y_of(l, k * y_step);

        MPB_TRY(mpb_buffer_append_format(svg, "<path class=\"line\" d=\"M%d %.1f H%.1f\"/>\n", LEFT,
                                         y, right));
        MPB_TRY(put_tick(svg, (mpb_svg_text){.x = LEFT - 8.0, .y = y + 4.0, .anchor = MPB_SVG_END},
                         k * y_step, y_step));
    }
    return MPB_OK;
}

static mpb_status put_axes(const layout *l, mpb_buffer *svg)
{
    MPB_TRY(put_grid(l, svg));
    MPB_TRY(mpb_svg_put_text(svg, &(mpb_svg_text){.x = WIDTH - RIGHT,
                                                  .y = HEIGHT - 14.0,
                                                  .anchor = MPB_SVG_END,
                                                  .kind = "small",
                                                  .text = l->scatter->x_title}));
    return mpb_svg_put_text(
        svg,
        &(mpb_svg_text){.x = 20.0, .y = TOP - 6.0, .kind = "small", .text = l->scatter->y_title});
}

static mpb_status draw(layout *l, mpb_buffer *svg)
{
    MPB_TRY(mpb_svg_begin(svg, WIDTH, HEIGHT, l->scatter->title));
    MPB_TRY(put_axes(l, svg));
    take_points(l);
    for (size_t i = 0; i < l->scatter->count; i++) {
        MPB_TRY(put_point(l, i, svg));
    }
    return mpb_svg_end(svg);
}

mpb_status mpb_scatter_draw(const mpb_scatter *scatter, mpb_buffer *svg)
{
    layout l = {.scatter = scatter, .x = range_of(scatter, 0), .y = range_of(scatter, 1)};
    mpb_status status;

    MPB_TRY(mpb_memory_create(2 * scatter->count, sizeof(*l.taken), "the places of labels",
                              (void **)&l.taken));
    status = draw(&l, svg);
    mpb_memory_destroy(l.taken);
    return status;
}
