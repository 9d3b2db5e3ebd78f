#pragma once

/* What a forecast finds out first, private to this module. */

#include "mpibert/forecast/run_forecast.h"
#include "mpibert/model/parameters.h"
#include "mpibert/session/inputs.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/session/teacher.h"
#include "mpibert/task/examples.h"
#include "mpibert/task/task.h"

typedef struct survey {
    const mpb_log *log;   /* borrowed */
    const mpb_comm *comm; /* borrowed */
    const mpb_forecast_question *question;
    mpb_run_config config; /* as the run would settle it; borrows from the question's */
    size_t program;        /* bytes that this process holds before any data */
    const mpb_task_table *task;
    mpb_masking *masking; /* owned; NULL unless the task masks tokens */
    mpb_opened_model opened;
    mpb_teacher teacher;
    mpb_run_inputs inputs;
    mpb_task_examples examples; /* of the training data that was read */
    mpb_parameters parameters;
    double scale; /* training sequences of the run by those that were read */
} survey;

/* Model and data. `s` starts with its first three members. */
MPB_MUST_CHECK mpb_status survey_make(survey *s, mpb_data_forecast *data);
void survey_clear(survey *s);

/* The plan of the sequences that were read, on all ranks. */
mpb_plan_options survey_plan(const survey *s);

MPB_MUST_CHECK mpb_status disk_forecast_make(const survey *s, const mpb_data_forecast *data,
                                             mpb_disk_forecast *disk);

/* With `disk` and the speed that is in `forecast`. */
MPB_MUST_CHECK mpb_status time_forecast_make(const survey *s, mpb_run_forecast *forecast);
