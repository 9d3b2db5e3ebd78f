#include "mpibert/report/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Widths of the columns, and of the rule below the head, for titles of up to NARROW_TITLE letters. */
enum { NARROW_TITLE = 4, TRAIN_WIDTH = 10, VAL_WIDTH = 8, RULE_WIDTH = 45 };
enum { LINE_SIZE = 160, CELL_SIZE = 32, NUM_CELLS = 4, LONGEST_TITLE = 20 };

/* By how much a column is wider for its title. */
static int extra_of(const mpb_run_figure *figure)
{
    const int length = (int)strnlen(figure->title, LONGEST_TITLE);

    return length > NARROW_TITLE ? length - NARROW_TITLE : 0;
}

/* "Train Acc", "Val Acc" */
static void title_of(const char *before, const mpb_run_figure *figure, char title[CELL_SIZE])
{
    snprintf(title, CELL_SIZE, "%s %.*s", before, LONGEST_TITLE, figure->title);
}

static void write_figure(const mpb_run_figure *figure, double value, char cell[CELL_SIZE])
{
    if (isnan(value)) {
        snprintf(cell, CELL_SIZE, "-");
    } else if (figure->percent) {
        snprintf(cell, CELL_SIZE, "%.2f%%", 100.0 * value);
    } else {
        snprintf(cell, CELL_SIZE, "%.4f", value);
    }
}

static void show_cells(const mpb_log *log, const mpb_run_figure *figure,
                       const char *const cells[NUM_CELLS])
{
    const int extra = extra_of(figure);
    char text[LINE_SIZE];

    snprintf(text, sizeof(text), "%5s | %10s | %*s | %*s", cells[0], cells[1], TRAIN_WIDTH + extra,
             cells[2], VAL_WIDTH + extra, cells[3]);
    mpb_log_show(log, text);
}

static void show_head(const mpb_log *log, const mpb_run_figure *figure)
{
    char titles[2][CELL_SIZE];
    char rule[LINE_SIZE];
    const size_t width = (size_t)(RULE_WIDTH + 2 * extra_of(figure));

    title_of("Train", figure, titles[0]);
    title_of("Val", figure, titles[1]);
    show_cells(log, figure, (const char *[]){"Epoch", "Train Loss", titles[0], titles[1]});
    memset(rule, '-', width);
    rule[width] = '\0';
    mpb_log_show(log, rule);
}

static void show_row(const mpb_log *log, const mpb_run_figure *figure, const mpb_epoch_row *row)
{
    char cells[NUM_CELLS][CELL_SIZE];

    snprintf(cells[0], CELL_SIZE, "%zu", row->epoch);
    snprintf(cells[1], CELL_SIZE, "%.4f", row->train_loss);
    write_figure(figure, row->train_figure, cells[2]);
    write_figure(figure, row->val_figure, cells[3]);
    show_cells(log, figure, (const char *[]){cells[0], cells[1], cells[2], cells[3]});
}

void mpb_table_show(const mpb_log *log, const mpb_run_figure *figure, const mpb_epoch_row *rows,
                    size_t num_rows)
{
    show_head(log, figure);
    for (size_t i = 0; i < num_rows; i++) {
        show_row(log, figure, &rows[i]);
    }
}

mpb_status mpb_table_take(void *context, const mpb_event *event)
{
    if (event->kind == MPB_EVENT_BEGIN) {
        mpb_table_show(context, event->figure, event->begin.rows, event->begin.num_rows);
    } else if (event->kind == MPB_EVENT_EPOCH) {
        show_row(context, event->figure, &event->row);
    }
    return MPB_OK;
}
