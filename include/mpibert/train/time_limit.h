#pragma once

/* How long a run may go on, and whether what it does next still fits: the end of its job
 * (mpb_job_end), or a limit given by hand, whichever comes first, less the time that a checkpoint
 * takes. Times are measured as the run goes; before that they are guessed with care. Local, for
 * rank 0; other ranks pass NULL. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/report/events.h"
#include "mpibert/train/job_end.h"

typedef enum mpb_work {
    MPB_WORK_STEP,
    MPB_WORK_VALIDATION,
    MPB_WORK_MODEL, /* best/ or final/ */
    MPB_WORK_CHECKPOINT,
} mpb_work;

typedef enum mpb_time_news { MPB_NO_NEWS, MPB_NEWS, MPB_BAD_NEWS } mpb_time_news;

enum { MPB_NUM_WORKS = MPB_WORK_CHECKPOINT + 1, MPB_TIME_LINE = 512 };

typedef struct mpb_time_limit {
    mpb_job_end job;
    double by_hand;     /* wall clock; INFINITY: no limit was given */
    double told;        /* the end that `line` was last about */
    mpb_time_news news; /* whether `line` is yet to be told */
    char line[MPB_TIME_LINE];
    double seconds[MPB_NUM_WORKS]; /* that each takes */
    bool measured[MPB_NUM_WORKS];  /* or guessed */
    double validation_effort;      /* a validation's time in those of a training step */
} mpb_time_limit;

typedef struct mpb_time_limit_options {
    double started_at;        /* wall clock at the start of the command */
    double minutes;           /* from then on, the limit that was given; 0: none */
    size_t model_bytes;       /* of the weights; a checkpoint has three times as many */
    double validation_effort; /* a validation's time in those of a training step */
} mpb_time_limit_options;

/* Finds the end of the job. */
void mpb_time_limit_begin(const mpb_time_limit_options *options, mpb_time_limit *limit);
void mpb_time_limit_end(mpb_time_limit *limit);

/* What is to be told since the last call, MPB_EVENT_NOTE or MPB_EVENT_WARNING: until when the run may
 * go on, at first and where that has changed. False: nothing. `event` borrows from `limit`. */
bool mpb_time_limit_news(mpb_time_limit *limit, mpb_event *event);

/* Learns from a run what each work takes; `context` is its mpb_time_limit. */
mpb_event_fn mpb_time_limit_take;

/* What the run would do before it could stop the next time. A step is taken in any case, and when
 * it stops a checkpoint is written. */
typedef struct mpb_next_works {
    bool validates;
    bool saves;
    bool ends; /* after the last step: no other one follows */
} mpb_next_works;

/* Whether that no longer fits. Never before the first step of this start of the run, so that a run
 * which is started again and again gets on. */
bool mpb_time_limit_is_near(mpb_time_limit *limit, const mpb_next_works *next);

/* "23:14:59 on 2026-11-29", for messages. */
enum { MPB_MOMENT_SIZE = 32 };
void mpb_time_limit_moment(const mpb_time_limit *limit, char text[MPB_MOMENT_SIZE]);
