#include "mpibert/report/progress.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mpibert/core/clock.h"

static const double SECONDS_BETWEEN_DRAWINGS = 0.1;
static const double FIRST_LINE = 5.0;      /* seconds after the begin */
static const double SHORTEST_PAUSE = 10.0; /* seconds between two lines */
static const double LONGEST_PAUSE = 60.0;  /* likewise */
static const double PAUSE_SHARE = 0.1;     /* of the time that has passed */
static const size_t RECENT_STEPS = 50;     /* that count for the time left */
static const char ERASE[] = "\r\033[K";    /* the terminal's current line */

enum { LINE_SIZE = 256, USUAL_WIDTH = 80, LEAST_WIDTH = 20 };

mpb_progress mpb_progress_begin(const mpb_log *log, const mpb_progress_view *view, double now)
{
    mpb_progress progress = {.view = *view, .log = log, .started_at = now, .due_at = now};

    if (!log->leader) {
        progress.view.style = MPB_PROGRESS_NONE;
    }
    if (view->style == MPB_PROGRESS_LINES) {
        progress.due_at += FIRST_LINE;
    }
    return progress;
}

static bool is_due(const mpb_progress *progress, double now)
{
    return progress->view.style != MPB_PROGRESS_NONE && now >= progress->due_at;
}

/* Seconds from a line at `now` to the next one. */
static double pause_at(const mpb_progress *progress, double now)
{
    double pause = PAUSE_SHARE * (now - progress->started_at);

    if (progress->view.style == MPB_PROGRESS_MOVING) {
        return SECONDS_BETWEEN_DRAWINGS;
    }
    if (pause < SHORTEST_PAUSE) {
        return SHORTEST_PAUSE;
    }
    return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

/* Columns of the terminal now: its window may have changed. */
static int width_of(const char *terminal)
{
    int descriptor =
        terminal[0] == '\0' ? -1 : open(terminal, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct winsize size = {0};
    int width = USUAL_WIDTH;

    if (descriptor < 0) {
        return width;
    }
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        width = size.ws_col;
    }
    close(descriptor);
    return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

/* The last column stays free: a full line would wrap, and could not be erased. */
static void draw(mpb_progress *progress, const char *line)
{
    fprintf(stderr, "%s%.*s", ERASE, width_of(progress->view.terminal) - 1, line);
    fflush(stderr);
    progress->drawn = true;
    if (progress->log->line_stands != NULL) {
        *progress->log->line_stands = true;
    }
}

static void show(mpb_progress *progress, double now, const char *line)
{
    if (progress->view.style == MPB_PROGRESS_MOVING) {
        draw(progress, line);
    } else {
        mpb_log_info(progress->log, "%s", line);
    }
    progress->due_at = now + pause_at(progress, now);
}

/* Appends the time that is left. `line` has LINE_SIZE bytes. */
static void append_left(char *line, double seconds)
{
    size_t size = strlen(line);
    long left = (long)(seconds + 0.5);

    snprintf(line + size, LINE_SIZE - size, "  ETA %ld:%02ld:%02ld", left / 3600, left / 60 % 60,
             left % 60);
}

/* A mean over all steps at first, then one that forgets older ones. */
static void count_step(mpb_progress *progress, double seconds)
{
    double weight;

    progress->steps++;
    progress->step_seconds += seconds;
    weight = 1.0 / (double)(progress->steps < RECENT_STEPS ? progress->steps : RECENT_STEPS);
    progress->recent_step += weight * (seconds - progress->recent_step);
}

/* Seconds of a step with its share of all that is no step. */
static double seconds_per_step(const mpb_progress *progress, double now)
{
    double others = now - progress->started_at - progress->step_seconds;

    return progress->recent_step + (others > 0.0 ? others : 0.0) / (double)progress->steps;
}

void mpb_progress_after_step(mpb_progress *progress, double now, const mpb_progress_step *step)
{
    char line[LINE_SIZE];

    count_step(progress, step->seconds);
    if (!is_due(progress, now)) {
        return;
    }
    snprintf(line, sizeof(line), "step %zu/%zu (%.0f%%)  loss %.4f  %.0f tokens/s", step->done,
             step->total, 100.0 * (double)step->done / (double)step->total, step->loss,
             step->tokens_per_second);
    append_left(line, seconds_per_step(progress, now) * (double)(step->total - step->done));
    show(progress, now, line);
}

void mpb_progress_in_part(mpb_progress *progress, double now, const mpb_progress_part *part)
{
    char line[LINE_SIZE];

    if (part->done <= 0.0 || part->seconds <= 0.0 || !is_due(progress, now)) {
        return;
    }
    snprintf(line, sizeof(line), "%s %.0f%%  %.*s", part->name, 100.0 * part->done / part->total,
             LINE_SIZE / 2, part->detail);
    append_left(line, part->seconds * (part->total - part->done) / part->done);
    show(progress, now, line);
}

/* The streams may come in another order than they were written, through a launcher's two pipes, so
 * that each of them clears the line where both lead to the terminal: a row does so even where a message
 * on standard error has done it already. */
void mpb_progress_clear(mpb_progress *progress)
{
    bool *stands = progress->log->line_stands;

    if (!progress->drawn) {
        return;
    }
    if (stands != NULL && *stands) {
        fputs(ERASE, stderr);
        fflush(stderr);
        *stands = false;
        progress->due_at = 0.0;
    }
    if (progress->view.rows_too) {
        fputs(ERASE, stdout);
    }
    progress->drawn = false;
}

mpb_status mpb_progress_take(void *context, const mpb_event *event)
{
    mpb_progress *progress = context;

    switch (event->kind) {
    case MPB_EVENT_BEGIN:
        progress->total_steps = (size_t)event->begin.total_steps;
        break;
    case MPB_EVENT_STEP:
        mpb_progress_after_step(
            progress, mpb_clock_seconds(),
            &(mpb_progress_step){.done = (size_t)event->step,
                                 .total = progress->total_steps,
                                 .loss = event->taken.loss,
                                 .tokens_per_second = event->taken.tokens_per_second,
                                 .seconds = event->seconds});
        break;
    case MPB_EVENT_EPOCH:
    case MPB_EVENT_END:
        mpb_progress_clear(progress);
        break;
    default:
        break;
    }
    return MPB_OK;
}
