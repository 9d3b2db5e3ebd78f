#include "mpibert/report/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mpibert/core/clock.h"

static const double SECONDS_BETWEEN_UPDATES = 0.1;

mpb_progress mpb_progress_begin(const char *mode, size_t first, size_t total)
{
    mpb_progress progress = {.total = total, .first = first};

    progress.visible =
        strcmp(mode, "on") == 0 || (strcmp(mode, "auto") == 0 && isatty(STDERR_FILENO));
    progress.started_at = mpb_clock_seconds();
    return progress;
}

/* Whether it is time to draw the line again. */
static bool is_due(mpb_progress *progress)
{
    double now = mpb_clock_seconds();

    if (!progress->visible || now - progress->shown_at < SECONDS_BETWEEN_UPDATES) {
        return false;
    }
    progress->shown_at = now;
    return true;
}

/* Ends the line with the time that is left. */
static void finish_line(double seconds)
{
    long left = (long)(seconds + 0.5);

    fprintf(stderr, "  ETA %ld:%02ld:%02ld", left / 3600, left / 60 % 60, left % 60);
    fflush(stderr);
}

void mpb_progress_update(mpb_progress *progress, size_t done, double loss, double tokens_per_second)
{
    double per_step;

    if (done <= progress->first || !is_due(progress)) {
        return;
    }
    per_step = (progress->shown_at - progress->started_at) / (double)(done - progress->first);
    fprintf(stderr, "\r\033[Kstep %zu/%zu (%.0f%%)  loss %.4f  %.0f tokens/s", done,
            progress->total, 100.0 * (double)done / (double)progress->total, loss,
            tokens_per_second);
    finish_line(per_step * (double)(progress->total - done));
}

void mpb_progress_bytes(mpb_progress *progress, const char *phase, double done, double total,
                        double tokens, double seconds)
{
    if (done <= 0.0 || seconds <= 0.0 || !is_due(progress)) {
        return;
    }
    fprintf(stderr, "\r\033[K%s %.0f%%  %.1f MB/s", phase, 100.0 * done / total,
            done / seconds / 1e6);
    if (tokens > 0.0) {
        fprintf(stderr, "  %.1f M tokens/s", tokens / seconds / 1e6);
    }
    finish_line(seconds * (total - done) / done);
}

void mpb_progress_clear(mpb_progress *progress)
{
    if (progress->visible) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown_at = 0.0;
    }
}
