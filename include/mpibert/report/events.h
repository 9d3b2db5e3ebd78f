#pragma once

/* What happens in a run, as one stream to whoever shows or keeps it: its sinks, which are the table,
 * the progress line, metrics.jsonl, the history in checkpoints. Who takes the steps knows none of
 * them, and a new one is registered where the others are. Each rank tells its own sinks. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef enum mpb_event_kind {
    MPB_EVENT_BEGIN,      /* the loop begins, or goes on from a checkpoint */
    MPB_EVENT_STEP,       /* each step */
    MPB_EVENT_INTERVAL,   /* every logging.every_steps steps, and after the last one */
    MPB_EVENT_VALIDATION, /* after its best/, if it is the best */
    MPB_EVENT_EPOCH,      /* after its validation */
    MPB_EVENT_BEST,       /* best/ is written */
    MPB_EVENT_CHECKPOINT, /* likewise a checkpoint; not that of a run that stops */
    MPB_EVENT_WARNING, /* which people should see; it and the next may come before the beginning */
    MPB_EVENT_NOTE,    /* which people may want to know */
    MPB_EVENT_END,     /* no step follows; final/ is to be written */
    MPB_EVENT_MODELS,  /* final/ is written */
} mpb_event_kind;

/* What stands beside the loss: the task's first metric. */
typedef struct mpb_run_figure {
    const char *name;  /* "accuracy" */
    const char *title; /* "Acc", of its columns */
    bool percent;      /* shown as a percentage */
} mpb_run_figure;

/* A row of the table of epochs. */
typedef struct mpb_epoch_row {
    size_t epoch;        /* from 1 */
    double train_loss;   /* mean over the epoch's steps */
    double train_figure; /* of the training examples as they were met; NaN: unknown */
    double val_figure;   /* NaN: no validation set, or unknown */
} mpb_epoch_row;

typedef struct mpb_event_begin {
    int ranks;
    int64_t total_steps;       /* of the run */
    const mpb_epoch_row *rows; /* (num_rows): the epochs that were done before, none at first */
    size_t num_rows;
} mpb_event_begin;

typedef struct mpb_event_step {
    double loss;
    double tokens_per_second; /* real tokens of all ranks */
} mpb_event_step;

/* What each rank tells of itself: seconds, and bytes at the peak so far. */
typedef enum mpb_rank_number {
    MPB_RANK_COMPUTE,
    MPB_RANK_WAIT,
    MPB_RANK_COMMUNICATION,
    MPB_RANK_INPUT,
    MPB_RANK_MEMORY,
    MPB_NUM_RANK_NUMBERS,
} mpb_rank_number;

/* Of all steps since the interval before, all ranks together. */
typedef struct mpb_event_interval {
    double loss;          /* mean of the steps' losses */
    double train_figure;  /* of their examples */
    double gradient_norm; /* of the newest step, likewise the next */
    double learning_rate;
    int64_t examples;
    int64_t real_tokens;
    int64_t padded_tokens; /* had every micro-batch been padded to its longest sequence */
    const double *by_rank; /* (ranks, MPB_NUM_RANK_NUMBERS) */
    int ranks;
} mpb_event_interval;

typedef struct mpb_event_metric {
    const char *name; /* as in "accuracy" */
    double value;
} mpb_event_metric;

typedef struct mpb_event_validation {
    double train_figure; /* of the epoch's training examples so far */
    int64_t examples;
    const mpb_event_metric *metrics; /* (num_metrics) */
    size_t num_metrics;
} mpb_event_validation;

/* A model that a run leaves. */
typedef struct mpb_event_model {
    const char *label;  /* "Best", "Model" */
    const char *folder; /* in the run's directory */
    int64_t step;       /* that it is of */
    double value;       /* of the metric; NaN: undefined */
} mpb_event_model;

enum { MPB_MOST_MODELS = 2 };

typedef struct mpb_event_models {
    const char *run;                        /* their directory */
    const char *metric;                     /* that they are judged by; NULL: they are not */
    mpb_event_model items[MPB_MOST_MODELS]; /* (count) */
    size_t count;
} mpb_event_models;

/* What it points to lasts for the call. */
typedef struct mpb_event {
    mpb_event_kind kind;
    const mpb_run_figure *figure;
    int64_t step;   /* steps done, of the whole run */
    double epoch;   /* likewise epochs */
    double seconds; /* that steps, a validation, best/ or a checkpoint took */
    union {
        mpb_event_begin begin;
        mpb_event_step taken; /* MPB_EVENT_STEP */
        mpb_event_interval interval;
        mpb_event_validation validation;
        mpb_epoch_row row; /* MPB_EVENT_EPOCH */
        const char *line;  /* MPB_EVENT_WARNING, MPB_EVENT_NOTE */
        mpb_event_models models;
    };
} mpb_event;

/* Passes over the kinds that it has no use for. Ranks do not agree on how MPB_EVENT_STEP,
 * MPB_EVENT_WARNING and MPB_EVENT_NOTE ended, so these are no places to fail. */
typedef mpb_status mpb_event_fn(void *context, const mpb_event *event);

enum { MPB_MOST_SINKS = 8 };

/* Starts as {0}. */
typedef struct mpb_events {
    struct {
        mpb_event_fn *take;
        void *context; /* borrowed */
    } sinks[MPB_MOST_SINKS];
    size_t num_sinks;
} mpb_events;

/* Sinks are told in the order in which they were added. */
void mpb_events_add(mpb_events *events, mpb_event_fn *take, void *context);

/* The first failure ends it. */
MPB_MUST_CHECK mpb_status mpb_events_tell(const mpb_events *events, const mpb_event *event);
