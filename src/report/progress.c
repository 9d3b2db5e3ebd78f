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

void mpb_progress_update(mpb_progress *progress, size_t done, double loss, double tokens_per_second)
{
    double now = mpb_clock_seconds();
    double per_step;
    long left;

    if (!progress->visible || done <= progress->first ||
        now - progress->shown_at < SECONDS_BETWEEN_UPDATES) {
        return;
    }
    per_step = (now - progress->started_at) / (double)(done - progress->first);
    left = (long)(per_step * (double)(progress->total - done) + 0.5);
    progress->shown_at = now;
    fprintf(stderr, "\r\033[Kstep %zu/%zu (%.0f%%)  loss %.4f  %.0f tokens/s  ETA %ld:%02ld:%02ld",
            done, progress->total, 100.0 * (double)done / (double)progress->total, loss,
            tokens_per_second, left / 3600, left / 60 % 60, left % 60);
    fflush(stderr);
}

void mpb_progress_clear(mpb_progress *progress)
{
    if (progress->visible) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown_at = 0.0;
    }
}
