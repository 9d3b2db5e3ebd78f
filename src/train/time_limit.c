#include "mpibert/train/time_limit.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static const double SECONDS_PER_MINUTE = 60.0;
static const double MINUTES_PER_HOUR = 60.0;
static const double GUESSED_BYTES_PER_SECOND = 50e6; /* written, read back and hashed */
static const double GUESSED_SECONDS = 1.0;           /* of a file system that is slow to answer */
static const double CARE = 1.25;                     /* on measured times */
static const double LEAVE_SECONDS = 5.0;             /* for all ranks to end */
static const double FADE = 0.98;         /* of the slowest step, at each step after it */
static const double OFTEN = 30.0;        /* seconds between questions for the end, near it */
static const double SELDOM = 300.0;      /* and far from it */
static const double MOVE_SECONDS = 30.0; /* of the end, that are told */

/* Whichever end comes first. */
static double end_of(const mpb_time_limit *limit)
{
    return fmin(limit->job.at, limit->by_hand);
}

static void write_moment(double at, char text[MPB_MOMENT_SIZE])
{
    const time_t seconds = (time_t)at;
    struct tm local;

    text[0] = '\0';
    if (localtime_r(&seconds, &local) != NULL) {
        strftime(text, MPB_MOMENT_SIZE, "%H:%M:%S on %Y-%m-%d", &local);
    }
}

void mpb_time_limit_moment(const mpb_time_limit *limit, char text[MPB_MOMENT_SIZE])
{
    write_moment(end_of(limit), text);
}

/* From the decision to stop until all ranks are gone. */
static double margin(const mpb_time_limit *limit)
{
    return CARE * limit->seconds[MPB_WORK_CHECKPOINT] + LEAVE_SECONDS;
}

/* "3 h 59 min", "12 min", "40 s". */
static void write_duration(double seconds, char text[MPB_MOMENT_SIZE])
{
    const double minutes = floor(seconds / SECONDS_PER_MINUTE);

    if (minutes >= MINUTES_PER_HOUR) {
        snprintf(text, MPB_MOMENT_SIZE, "%.0f h %.0f min", floor(minutes / MINUTES_PER_HOUR),
                 fmod(minutes, MINUTES_PER_HOUR));
    } else if (minutes >= 1.0) {
        snprintf(text, MPB_MOMENT_SIZE, "%.0f min", minutes);
    } else {
        snprintf(text, MPB_MOMENT_SIZE, "%.0f s", seconds);
    }
}

static void tell_end(mpb_time_limit *limit, const char *text)
{
    char moment[MPB_MOMENT_SIZE];
    char left[MPB_MOMENT_SIZE];

    limit->told = end_of(limit);
    limit->news = MPB_NEWS;
    mpb_time_limit_moment(limit, moment);
    write_duration(fmax(0.0, end_of(limit) - mpb_job_clock()), left);
    snprintf(limit->line, MPB_TIME_LINE,
             "%s %s, in %s; the run saves and stops about %.0f s before", text, moment, left,
             margin(limit));
}

static void tell(mpb_time_limit *limit)
{
    const double left = end_of(limit) - mpb_job_clock();

    limit->told = end_of(limit);
    if (isinf(left)) {
        if (limit->job.job != NULL) {
            snprintf(limit->line, MPB_TIME_LINE,
                     "until when job %.64s may run is not known%s (no SLURM_JOB_END_TIME, squeue "
                     "and scontrol tell nothing); a signal before its end (sbatch --signal), or "
                     "checkpoint.time_limit_minutes, stops the run in time",
                     limit->job.job, limit->job.child > 0 ? " yet" : "");
            limit->news = MPB_NEWS;
        }
        return;
    }
    if (left < margin(limit)) {
        snprintf(limit->line, MPB_TIME_LINE,
                 "%.0f s are left until the time limit, less than the %.0f s that a checkpoint may "
                 "take: only what is saved before counts",
                 fmax(0.0, left), margin(limit));
        limit->news = MPB_BAD_NEWS;
        return;
    }
    tell_end(limit, limit->job.at <= limit->by_hand ? "the job ends at" : "the time limit is");
}

bool mpb_time_limit_news(mpb_time_limit *limit, mpb_event *event)
{
    if (limit == NULL || limit->news == MPB_NO_NEWS) {
        return false;
    }
    *event = (mpb_event){.kind = limit->news == MPB_BAD_NEWS ? MPB_EVENT_WARNING : MPB_EVENT_NOTE,
                         .line = limit->line};
    limit->news = MPB_NO_NEWS;
    return true;
}

void mpb_time_limit_begin(const mpb_time_limit_options *options, mpb_time_limit *limit)
{
    const double model = (double)options->model_bytes / GUESSED_BYTES_PER_SECOND;

    *limit = (mpb_time_limit){.by_hand = (double)INFINITY};
    if (options->minutes > 0.0) {
        limit->by_hand = options->started_at + SECONDS_PER_MINUTE * options->minutes;
    }
    limit->seconds[MPB_WORK_MODEL] = GUESSED_SECONDS + model;
    limit->seconds[MPB_WORK_CHECKPOINT] = GUESSED_SECONDS + 3.0 * model;
    limit->validation_effort = options->validation_effort;
    mpb_job_end_begin(&limit->job);
    tell(limit);
}

void mpb_time_limit_end(mpb_time_limit *limit)
{
    if (limit != NULL) {
        mpb_job_end_clear(&limit->job);
    }
}

static void note(mpb_time_limit *limit, mpb_work work, double seconds)
{
    double *known = &limit->seconds[work];

    *known = limit->measured[work] ? fmax(seconds, FADE * *known) : seconds;
    limit->measured[work] = true;
    if (!limit->measured[MPB_WORK_VALIDATION]) {
        limit->seconds[MPB_WORK_VALIDATION] =
            limit->validation_effort * limit->seconds[MPB_WORK_STEP];
    }
}

mpb_status mpb_time_limit_take(void *context, const mpb_event *event)
{
    switch (event->kind) {
    case MPB_EVENT_STEP:
        note(context, MPB_WORK_STEP, event->seconds);
        break;
    case MPB_EVENT_VALIDATION:
        note(context, MPB_WORK_VALIDATION, event->seconds);
        break;
    case MPB_EVENT_BEST:
        note(context, MPB_WORK_MODEL, event->seconds);
        break;
    case MPB_EVENT_CHECKPOINT:
        note(context, MPB_WORK_CHECKPOINT, event->seconds);
        break;
    default:
        break;
    }
    return MPB_OK;
}

/* Seconds until the run could have stopped the next time and be gone. */
static double needed(const mpb_time_limit *limit, const mpb_next_works *next)
{
    const double *seconds = limit->seconds;
    double sum = next->ends ? seconds[MPB_WORK_MODEL] : seconds[MPB_WORK_STEP];

    if (next->validates) {
        sum += seconds[MPB_WORK_VALIDATION] + seconds[MPB_WORK_MODEL];
    }
    if (next->saves) {
        sum += seconds[MPB_WORK_CHECKPOINT];
    }
    return CARE * sum + (next->ends ? LEAVE_SECONDS : margin(limit));
}

/* The closer the end, the more often. */
static void look_at_job(mpb_time_limit *limit, double left)
{
    mpb_job_end_look(&limit->job, fmin(SELDOM, fmax(OFTEN, left / 4.0)));
    if (fabs(end_of(limit) - limit->told) >= MOVE_SECONDS) {
        tell_end(limit, isinf(limit->told) ? "the job ends at" : "the job's end has moved to");
    }
}

bool mpb_time_limit_is_near(mpb_time_limit *limit, const mpb_next_works *next)
{
    if (limit == NULL) {
        return false;
    }
    look_at_job(limit, end_of(limit) - mpb_job_clock());
    return limit->measured[MPB_WORK_STEP] && end_of(limit) - mpb_job_clock() < needed(limit, next);
}
