#include <string.h>

#include "mpibert/train/sweep.h"

enum { LEAST_WIDTH = 8 };

/* What stands for the settings of runs that have the same. */
static const char ALL_SAME[] = "-";

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

static const char *text_of(const mpb_json *object, const char *name)
{
    const char *text = mpb_json_text(mpb_json_member(object, name));

    return text[0] == '\0' ? ALL_SAME : text;
}

/* The widest of a column, so that none is cut. */
static int width_of(const mpb_json *rows, const char *name, const char *title)
{
    size_t width = strlen(title) < LEAST_WIDTH ? LEAST_WIDTH : strlen(title);

    for (size_t i = 0; i < mpb_json_count(rows); i++) {
        const char *text = text_of(mpb_json_item(rows, i), name);
        size_t length = strlen(strcmp(name, "run") == 0 ? name_of(text) : text);

        width = length > width ? length : width;
    }
    return (int)width;
}

/* " | 0.9312", or a dash. */
static mpb_status write_number(const mpb_json *object, const char *name, mpb_buffer *out)
{
    const mpb_json *value = mpb_json_member(object, name);

    if (value == NULL || !mpb_json_is_number(value)) {
        return mpb_buffer_append_format(out, " | %9s", "-");
    }
    return mpb_buffer_append_format(out, " | %9.4f", mpb_json_number(value));
}

static mpb_status write_rule(size_t width, mpb_buffer *out)
{
    for (size_t i = 0; i < width; i++) {
        MPB_TRY(mpb_buffer_append_text(out, "-"));
    }
    return mpb_buffer_append_text(out, "\n");
}

static mpb_status write_runs(const mpb_json *rows, mpb_buffer *out)
{
    const int run = width_of(rows, "run", "Run");
    const int settings = width_of(rows, "settings", "Settings");
    const size_t start = out->size;

    MPB_TRY(mpb_buffer_append_format(out, "%-*s | %-*s | %10s | %-9s | %8s | %9s | %9s\n", run,
                                     "Run", settings, "Settings", "Seed", "State", "Step", "Best",
                                     "Last"));
    MPB_TRY(write_rule(out->size - start - 1, out));
    for (size_t i = 0; i < mpb_json_count(rows); i++) {
        const mpb_json *row = mpb_json_item(rows, i);

        MPB_TRY(mpb_buffer_append_format(
            out, "%-*s | %-*s | %10lld | %-9s | %8lld", run, name_of(text_of(row, "run")), settings,
            text_of(row, "settings"), (long long)mpb_json_integer(mpb_json_member(row, "seed")),
            text_of(row, "state"), (long long)mpb_json_integer(mpb_json_member(row, "step"))));
        MPB_TRY(write_number(row, "best", out));
        MPB_TRY(write_number(row, "last", out));
        MPB_TRY(mpb_buffer_append_text(out, "\n"));
    }
    return MPB_OK;
}

static mpb_status write_spread(const mpb_json *row, const char *name, mpb_buffer *out)
{
    const mpb_json *spread = mpb_json_member(row, name);

    MPB_TRY(write_number(spread, "mean", out));
    return write_number(spread, "deviation", out);
}

static mpb_status write_groups(const mpb_json *rows, mpb_buffer *out)
{
    const int settings = width_of(rows, "settings", "Settings");
    const size_t start = out->size;

    MPB_TRY(mpb_buffer_append_format(out, "%-*s | %5s | %9s | %9s | %9s | %9s\n", settings,
                                     "Settings", "Runs", "Best mean", "Deviation", "Last mean",
                                     "Deviation"));
    MPB_TRY(write_rule(out->size - start - 1, out));
    for (size_t i = 0; i < mpb_json_count(rows); i++) {
        const mpb_json *row = mpb_json_item(rows, i);

        MPB_TRY(
            mpb_buffer_append_format(out, "%-*s | %5lld", settings, text_of(row, "settings"),
                                     (long long)mpb_json_integer(mpb_json_member(row, "runs"))));
        MPB_TRY(write_spread(row, "best", out));
        MPB_TRY(write_spread(row, "last", out));
        MPB_TRY(mpb_buffer_append_text(out, "\n"));
    }
    return MPB_OK;
}

mpb_status mpb_sweep_write_table(const mpb_json *sweep, mpb_buffer *out)
{
    const mpb_json *runs = mpb_json_member(sweep, "runs");
    const mpb_json *groups = mpb_json_member(sweep, "groups");
    size_t finished = 0;

    MPB_TRY(mpb_buffer_append_format(out, "Validation %s of %zu runs\n\n",
                                     mpb_json_text(mpb_json_member(sweep, "metric")),
                                     mpb_json_count(runs)));
    MPB_TRY(write_runs(runs, out));
    MPB_TRY(mpb_buffer_append_text(out, "\n"));
    MPB_TRY(write_groups(groups, out));
    for (size_t i = 0; i < mpb_json_count(groups); i++) {
        finished += (size_t)mpb_json_integer(mpb_json_member(mpb_json_item(groups, i), "runs"));
    }
    if (finished < mpb_json_count(runs)) {
        MPB_TRY(mpb_buffer_append_format(out, "\n%zu runs are not finished, and in no mean\n",
                                         mpb_json_count(runs) - finished));
    }
    return MPB_OK;
}
