#pragma once

/* What a job will need and how long it will take, known before it runs. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/budget/memory_forecast.h"
#include "mpibert/budget/memory_grant.h"
#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/forecast/network.h"
#include "mpibert/forecast/speed.h"
#include "mpibert/forecast/steps.h"
#include "mpibert/shards/truncation.h"
#include "mpibert/train/signature.h"

/* Texts that are read at most: of larger data, as many are a sample of the rest. */
enum { MPB_FORECAST_TEXTS = 50000 };

/* Bytes a second that checkpoints are written and verified with, unless somebody knows better. */
#define MPB_USUAL_DISK_RATE 300e6

/* All of it borrowed; 0 for what is not given. */
typedef struct mpb_forecast_question {
    const mpb_run_config *config;
    int ranks;
    int nodes;               /* with ranks / nodes ranks each, rounded up */
    mpb_network network;     /* between them */
    int threads;             /* of a rank; else cluster.threads_per_rank, else this machine's cores
                                 by the ranks of a node */
    double node_memory;      /* bytes; else training.memory_limit, else this machine's */
    double flops_per_second; /* of a rank; else measured here */
    double seconds_per_step; /* that the ranks compute; in place of FLOPs a second */
    double disk_rate;        /* bytes a second; else MPB_USUAL_DISK_RATE */
} mpb_forecast_question;

typedef struct mpb_data_forecast {
    bool sampled;              /* the texts read are not all */
    uint64_t texts;            /* of data.train, before any split */
    mpb_truncation truncation; /* of those read; no texts: unknown */
    int64_t train_examples;    /* that are dealt to ranks: sequences, or documents as a whole */
    int64_t train_sequences;
    int64_t validation_sequences;
    double mean_length; /* tokens of a training sequence */
    size_t longest;
    double tokens; /* of an epoch */
} mpb_data_forecast;

typedef struct mpb_disk_forecast {
    double model;      /* bytes of weights in one directory */
    double frozen;     /* weights that are never trained, which all checkpoints share */
    double checkpoint; /* of one checkpoint, beside them */
    int64_t kept;      /* checkpoints at once, the one that is being written included */
    int64_t models;    /* best/ and final/ */
    double cache;      /* shards of the texts, 0: the data are shards */
    double total;      /* at most, at the same time */
    double free;       /* where checkpoint.directory will be, on this machine */
} mpb_disk_forecast;

typedef struct mpb_time_forecast {
    mpb_run_length length;
    int64_t batch_size; /* sequences of a micro-batch over all ranks */
    mpb_steps_forecast steps;
    double training; /* seconds of all steps */
    double teaching; /* of asking the teacher once, which the cache may save */
    int64_t validations;
    double validating; /* seconds, in all */
    int64_t saves;
    double saving; /* seconds, in all, final/ included */
    double total;
} mpb_time_forecast;

typedef struct mpb_run_forecast {
    char model[MPB_GRANT_TEXT];
    int ranks_per_node;
    int threads; /* of a rank */
    bool measured;
    mpb_speed speed;
    mpb_data_forecast data;
    mpb_memory_grant grant;
    mpb_memory_forecast memory;
    size_t
        teacher_bytes; /* of a rank that asks the teacher, before the student; 0: there is none */
    mpb_buffer memory_advice; /* owned; what would fit, where it does not */
    mpb_disk_forecast disk;
    mpb_time_forecast time;
} mpb_run_forecast;

/* `comm` is one rank alone. Reads and tokenises data.train in memory, at most MPB_FORECAST_TEXTS
 * texts; writes nothing. What training would refuse of configuration, model and data is refused the
 * same way. `forecast` starts as {0}. Local. */
MPB_MUST_CHECK mpb_status mpb_run_forecast_make(const mpb_log *log, const mpb_comm *comm,
                                                const mpb_forecast_question *question,
                                                mpb_run_forecast *forecast);
void mpb_run_forecast_clear(mpb_run_forecast *forecast);
