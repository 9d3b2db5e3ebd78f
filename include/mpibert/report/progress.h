#pragma once

/* How far a job is, for people, on standard error: a line that moves on a terminal; elsewhere plain
 * lines, the first after five seconds, then one in ten seconds, at last one in a minute, so that a
 * day's job has some 1,500. Only a terminal ever sees a carriage return. Only rank 0 shows
 * anything.
 *
 * `now` is mpb_clock_seconds() for a job, and anything that rises for a test. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/log.h"
#include "mpibert/report/events.h"

enum { MPB_TERMINAL_NAME = 64 };

typedef enum mpb_progress_style {
    MPB_PROGRESS_NONE,
    MPB_PROGRESS_LINES,
    MPB_PROGRESS_MOVING, /* standard error leads to a terminal */
} mpb_progress_style;

/* Where it is shown. */
typedef struct mpb_progress_view {
    mpb_progress_style style;
    bool rows_too;                    /* standard output leads to a terminal, too */
    char terminal[MPB_TERMINAL_NAME]; /* its device, which knows its width; "": 80 columns */
} mpb_progress_view;

typedef struct mpb_progress {
    mpb_progress_view view;
    const mpb_log *log; /* borrowed; its `line_stands` is set while the line is drawn */
    size_t total_steps; /* of a run, once it has begun */
    double started_at;
    double due_at;       /* when the next line is shown, at the earliest */
    bool drawn;          /* since the last row */
    size_t steps;        /* since the begin, likewise the next */
    double step_seconds; /* in steps alone */
    double recent_step;  /* of a step: mean over about the last 50 */
} mpb_progress;

mpb_progress mpb_progress_begin(const mpb_log *log, const mpb_progress_view *view, double now);

typedef struct mpb_progress_step {
    size_t done; /* steps of the whole run */
    size_t total;
    double loss;
    double tokens_per_second; /* real tokens */
    double seconds;           /* that this step took */
} mpb_progress_step;

/* After each step. "step 120/780 (15%)  loss 0.4711  8123 tokens/s  ETA 0:04:10": the time left is
 * that of recent steps, and what validations and checkpoints took so far, a step. */
void mpb_progress_after_step(mpb_progress *progress, double now, const mpb_progress_step *step);

/* Shows the steps of a run and makes room for its table; `context` is an mpb_progress. */
mpb_event_fn mpb_progress_take;

/* One part of a job, such as reading; `done` of `total` may be bytes or tokens. */
typedef struct mpb_progress_part {
    const char *name;
    double done;
    double total;
    double seconds; /* since the part began */
    const char *detail;
} mpb_progress_part;

/* "tokenizing 45%  120 of 266 MB  ETA 0:00:32", "120 of 266 MB" being the detail. */
void mpb_progress_in_part(mpb_progress *progress, double now, const mpb_progress_part *part);

/* Removes a moving line, so that a line on either stream can follow; the next one is drawn at
 * once. */
void mpb_progress_clear(mpb_progress *progress);
