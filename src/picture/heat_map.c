#include "mpibert/picture/heat_map.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "mpibert/picture/svg.h"

typedef struct colour {
    double red, green, blue; /* 0 to 255 */
} colour;

/* cividis at equal distances. */
static const colour CIVIDIS[] = {{0, 34, 78},     {18, 53, 112},   {59, 73, 108},   {87, 93, 109},
                                 {112, 113, 115}, {138, 134, 120}, {165, 156, 116}, {195, 179, 105},
                                 {225, 204, 85},  {254, 232, 56}};

enum { NUM_STOPS = sizeof(CIVIDIS) / sizeof(CIVIDIS[0]), LEGEND_STEPS = 40 };

enum { TOP = 48, LABEL_CHARS = 35, LABEL_WIDTH = 250, LEGEND_WIDTH = 110, NUMBERED = 24 };

static double between(double a, double b, double share)
{
    return a + (b - a) * share;
}

/* share 0 to 1 of the way. */
static colour colour_at(double share)
{
    const double place = share * (NUM_STOPS - 1);
    const int stop = place >= NUM_STOPS - 1 ? NUM_STOPS - 2 : (int)place;
    const colour *a = &CIVIDIS[stop];
    const colour *b = &CIVIDIS[stop + 1];
    const double rest = place - stop;

    return (colour){between(a->red, b->red, rest), between(a->green, b->green, rest),
                    between(a->blue, b->blue, rest)};
}

/* Numbers on dark cells are white: below half of the light that a screen gives. */
static bool is_dark(colour c)
{
    return 0.299 * c.red + 0.587 * c.green + 0.114 * c.blue < 128.0;
}

/* Where all is drawn. */
typedef struct layout {
    const mpb_heat_map *map;
    double least, largest;
    double cell;   /* pixels of a side */
    double bottom; /* of the cells */
} layout;

/* Few cells are large. */
static double cell_of(size_t count)
{
    const double fits = 640.0 / (double)count;

    return fits > 64.0 ? 64.0 : fits < 4.0 ? 4.0 : fits;
}

static layout lay_out(const mpb_heat_map *map)
{
    layout l = {.map = map, .least = map->values[0], .largest = map->values[0]};

    for (size_t i = 0; i < map->count * map->count; i++) {
        l.least = fmin(l.least, map->values[i]);
        l.largest = fmax(l.largest, map->values[i]);
    }
    l.cell = cell_of(map->count);
    l.bottom = TOP + l.cell * (double)map->count;
    return l;
}

static double share_of(const layout *l, double value)
{
    return l->largest > l->least ? (value - l->least) / (l->largest - l->least) : 1.0;
}

static mpb_status put_number(const layout *l, double x, double y, double value, bool on_dark,
                             mpb_buffer *svg)
{
    char number[32];

    if (l->map->count > NUMBERED) {
        return MPB_OK;
    }
    snprintf(number, sizeof(number), "%.2f", value);
    return mpb_svg_put_text(svg,
                            &(mpb_svg_text){.x = x + l->cell / 2.0,
                                            .y = y + l->cell / 2.0 + 4.0,
                                            .anchor = MPB_SVG_MIDDLE,
                                            .kind = on_dark ? "small on-dark" : "small on-light",
                                            .text = number});
}

static mpb_status put_cell(const layout *l, size_t row, size_t column, mpb_buffer *svg)
{
    const double value = l->map->values[row * l->map->count + column];
    const colour c = colour_at(share_of(l, value));
    const double x = LABEL_WIDTH + l->cell * (double)column;
    const double y = TOP + l->cell * (double)row;

    MPB_TRY(mpb_buffer_append_format(svg,
                                     "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                                     "fill=\"#%02x%02x%02x\"/>\n",
                                     x, y, l->cell, l->cell, (unsigned)lrint(c.red),
                                     (unsigned)lrint(c.green), (unsigned)lrint(c.blue)));
    return put_number(l, x, y, value, is_dark(c), svg);
}

/* Names of rows that would overlap are left out; each row tells its own when it is pointed at. */
static mpb_status put_row(const layout *l, size_t row, mpb_buffer *svg)
{
    const double y = TOP + l->cell * ((double)row + 0.5) + 4.0;

    MPB_TRY(mpb_buffer_append_text(svg, "<g>"));
    MPB_TRY(mpb_svg_put_title(svg, l->map->labels[row]));
    if (l->cell >= 12.0) {
        MPB_TRY(mpb_svg_put_text(svg, &(mpb_svg_text){.x = LABEL_WIDTH - 8.0,
                                                      .y = y,
                                                      .anchor = MPB_SVG_END,
                                                      .kind = "label",
                                                      .text = l->map->labels[row],
                                                      .most = LABEL_CHARS}));
    }
    for (size_t column = 0; column < l->map->count; column++) {
        MPB_TRY(put_cell(l, row, column, svg));
    }
    return mpb_buffer_append_text(svg, "</g>\n");
}

/* Columns are the rows again, by number. */
static mpb_status put_column_number(const layout *l, size_t column, mpb_buffer *svg)
{
    char number[32];

    if (l->cell < 24.0) {
        return MPB_OK;
    }
    snprintf(number, sizeof(number), "%zu", column + 1);
    return mpb_svg_put_text(svg,
                            &(mpb_svg_text){.x = LABEL_WIDTH + l->cell * ((double)column + 0.5),
                                            .y = l->bottom + 16.0,
                                            .anchor = MPB_SVG_MIDDLE,
                                            .kind = "small",
                                            .text = number});
}

static mpb_status put_legend_end(const layout *l, double y, double value, mpb_buffer *svg)
{
    char number[32];

    snprintf(number, sizeof(number), "%.2f", value);
    return mpb_svg_put_text(
        svg, &(mpb_svg_text){.x = LABEL_WIDTH + l->cell * (double)l->map->count + 46.0,
                             .y = y,
                             .kind = "small",
                             .text = number});
}

static mpb_status put_legend(const layout *l, mpb_buffer *svg)
{
    const double height = fmax(l->bottom - TOP, 64.0);
    const double x = LABEL_WIDTH + l->cell * (double)l->map->count + 24.0;

    for (int i = 0; i < LEGEND_STEPS; i++) {
        const colour c = colour_at(1.0 - (i + 0.5) / LEGEND_STEPS);

        MPB_TRY(mpb_buffer_append_format(
            svg,
            "<rect x=\"%.1f\" y=\"%.2f\" width=\"16\" height=\"%.2f\" fill=\"#%02x%02x%02x\"/>\n",
            x, TOP + height * i / LEGEND_STEPS, height / LEGEND_STEPS + 0.3, (unsigned)lrint(c.red),
            (unsigned)lrint(c.green), (unsigned)lrint(c.blue)));
    }
    MPB_TRY(put_legend_end(l, TOP + 10.0, l->largest, svg));
    return put_legend_end(l, TOP + height, l->least, svg);
}

mpb_status mpb_heat_map_draw(const mpb_heat_map *map, mpb_buffer *svg)
{
    const layout l = lay_out(map);
    const double width = LABEL_WIDTH + l.cell * (double)map->count + LEGEND_WIDTH;

    MPB_TRY(mpb_svg_begin(svg, width, fmax(l.bottom, TOP + 64.0) + 32.0, map->title));
    for (size_t i = 0; i < map->count; i++) {
        MPB_TRY(put_row(&l, i, svg));
        MPB_TRY(put_column_number(&l, i, svg));
    }
    MPB_TRY(put_legend(&l, svg));
    return mpb_svg_end(svg);
}
