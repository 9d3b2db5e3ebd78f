#include "sweep_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char PLUS_MINUS[] = "\xC2\xB1"; /* UTF-8 */

enum { VALUE_SIZE = 48, LEAST_METRIC = 17 };

/* Of the columns whose contents differ in length, so that none is cut. */
typedef struct widths {
    int name;
    int metric;
    int state;
} widths;

static int at_least(int width, const char *text)
{
    const int length = (int)strlen(text);

    return length > width ? length : width;
}

static widths widths_of(const sweep_state *state, const sweep_result *results)
{
    widths found = {at_least(0, "Setting"), at_least(LEAST_METRIC, state->metric->name),
                    at_least(0, "State")};

    for (size_t i = 0; i < state->file->count; i++) {
        found.name = at_least(found.name, results[i].name);
        found.state = at_least(found.state, results[i].state);
    }
    return found;
}

/* "0.9321 +- 0.0105", what is unknown as a dash; *length = its characters. */
static void format_spread(double mean, double deviation, char text[VALUE_SIZE], int *length)
{
    if (isnan(mean)) {
        *length = snprintf(text, VALUE_SIZE, "-");
    } else if (isnan(deviation)) {
        *length = snprintf(text, VALUE_SIZE, "%.4f", mean);
    } else {
        *length = snprintf(text, VALUE_SIZE, "%.4f %s %.4f", mean, PLUS_MINUS, deviation) - 1;
    }
}

static mpb_status append_number(double number, int width, mpb_buffer *out)
{
    return isnan(number) ? mpb_buffer_append_format(out, " | %*s", width, "-")
                         : mpb_buffer_append_format(out, " | %*.1f", width, number);
}

static mpb_status write_row(const sweep_result *row, widths w, mpb_buffer *out)
{
    char spread[VALUE_SIZE];
    int length;

    format_spread(row->mean, row->deviation, spread, &length);
    MPB_TRY(mpb_buffer_append_format(out, "%-*s | %s%*s", w.name, row->name, spread,
                                     length < w.metric ? w.metric - length : 0, ""));
    MPB_TRY(append_number(row->epoch, 10, out));
    MPB_TRY(append_number(row->seconds, 9, out));
    if (row->trained > 0) {
        MPB_TRY(mpb_buffer_append_format(out, " | %11lld", (long long)row->trained));
    } else {
        MPB_TRY(mpb_buffer_append_format(out, " | %11s", "-"));
    }
    return mpb_buffer_append_format(out, " | %s\n", row->state);
}

static mpb_status write_head(const sweep_state *state, widths w, mpb_buffer *out)
{
    static const char last[] = "State";
    const size_t start = out->size;
    size_t width;

    MPB_TRY(mpb_buffer_append_format(out, "%-*s | %-*s | %10s | %9s | %11s | %s\n", w.name,
                                     "Setting", w.metric, state->metric->name, "Best epoch",
                                     "Seconds", "Trained", last));
    width = out->size - start - sizeof(last) + (size_t)w.state;
    for (size_t i = 0; i < width; i++) {
        MPB_TRY(mpb_buffer_append_text(out, "-"));
    }
    return mpb_buffer_append_text(out, "\n");
}

static mpb_status write_failures(const sweep_state *state, mpb_buffer *out)
{
    const mpb_sweep_file *file = state->file;
    const char *before = "\n";

    for (size_t i = 0; i < file->count * file->num_seeds; i++) {
        const sweep_run *run = &state->settings[i / file->num_seeds].runs[i % file->num_seeds];

        if (run->status != MPB_OK) {
            MPB_TRY(mpb_buffer_append_format(out, "%sFailed: %s\n", before, run->failure));
            before = "";
        }
    }
    return MPB_OK;
}

mpb_status sweep_report_write(const sweep_state *state, const sweep_result *results,
                              mpb_buffer *out)
{
    const widths w = widths_of(state, results);
    const size_t seeds = state->file->num_seeds;

    MPB_TRY(mpb_buffer_append_format(
        out, "Best validation %s of %zu setting%s, %zu seed%s each\n\n", state->metric->name,
        state->file->count, state->file->count == 1 ? "" : "s", seeds, seeds == 1 ? "" : "s"));
    MPB_TRY(write_head(state, w, out));
    for (size_t i = 0; i < state->file->count; i++) {
        MPB_TRY(write_row(&results[i], w, out));
    }
    return write_failures(state, out);
}
