#pragma once

/* What the mean optimizer step of an epoch takes: the run's own plan deals its examples, the step's
 * model (forecast/step_model.h) says how long that is. Local. */

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/eval/batch.h"
#include "mpibert/forecast/speed.h"
#include "mpibert/forecast/step_model.h"
#include "mpibert/model/config.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/step/plan.h"

/* Pointers are borrowed. */
typedef struct mpb_steps_question {
    const mpb_model_config *model;
    const mpb_dataset *train; /* the run's, or a sample of it */
    mpb_row_choice choice;    /* of its rows, by a head of chosen rows */
    mpb_plan_options plan;    /* of `train`; its rank does not matter */
    mpb_run_optimizer optimizer;
    mpb_speed speed;  /* of a rank */
    mpb_step_job job; /* nodes and how they sum; stages and seconds are found */
} mpb_steps_question;

typedef struct mpb_steps_forecast {
    mpb_step_forecast step; /* means */
    double balance;         /* work of the mean rank by that of the one with most, in (0, 1] */
    double used_words;      /* rows of the word table, of a step */
    double floats;          /* of gradients that a step sums */
    double examples;        /* of a step */
    double tokens;          /* of a step */
} mpb_steps_forecast;

/* Of 64 steps, evenly spread over the first epoch, or of all. */
MPB_MUST_CHECK mpb_status mpb_steps_forecast_make(const mpb_steps_question *question,
                                                  mpb_steps_forecast *forecast);
