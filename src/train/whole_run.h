#pragma once

/* A run on its way through its three stages, a file each; private to them and run.c. */

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/ckpt/training_state.h"
#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/math/gemm.h"
#include "mpibert/math/team.h"
#include "mpibert/model/model.h"
#include "mpibert/saving/saving.h"
#include "mpibert/session/inputs.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/session/teacher.h"
#include "mpibert/step/batch_limits.h"
#include "mpibert/step/plan.h"
#include "mpibert/step/step.h"
#include "mpibert/step/updater.h"
#include "mpibert/task/examples.h"
#include "mpibert/task/task.h"
#include "mpibert/train/signature.h"
#include "mpibert/train/time_limit.h"
#include "resume_point.h"

/* Everything a run owns, made in this order and given back in the reverse one. It begins as
 * {.lock.descriptor = -1} with its first five members. */
typedef struct whole_run {
    const mpb_log *log;
    const mpb_comm *comm;
    const mpb_run_config *config;
    double started_at;      /* see mpb_job_clock */
    int64_t until_epoch;    /* the run is left when so many epochs are done; 0: at its end */
    mpb_run_config settled; /* *config with what the model decides; borrows from it */
    const mpb_task_table *task;
    mpb_opened_model opened;
    mpb_teacher teacher;
    mpb_run_lock lock; /* rank 0's */
    resume_point point;
    bool accepted; /* from then on the run is in its directory */
    mpb_run_inputs inputs;
    mpb_task_examples examples; /* of the training data */
    mpb_buffer text_settings;   /* how their text was read */
    int text_length;            /* tokens, at most */
    mpb_team team;
    mpb_isa isa;
    mpb_gemm_choice products;
    size_t batch_size; /* examples of a micro-batch over all ranks */
    mpb_run_length length;
    mpb_plan *plan;
    mpb_batch_limits limits;
    mpb_model *model;
    bool new_head;   /* which the model directory does not have */
    bool new_frozen; /* likewise a pooler, which is not trained */
    int owners;      /* ranks that share the optimizer's moments out; 1: each has them all */
    mpb_updater *updater;
    mpb_exact_sum *exact; /* NULL unless training.deterministic */
    mpb_reduction *reduction;
    mpb_masking *masking;     /* NULL unless the task masks tokens */
    mpb_publisher *publisher; /* NULL with one owner */
    float *label_weights;     /* NULL: all 1 */
    mpb_stepper stepper;
    mpb_time_limit limit; /* rank 0's */
    char *signature;
    mpb_training_state state;
    mpb_saver_news saver_news;
} whole_run;

/* What the run is and whether it may be: model, checkpoint, data, plan and signature. Nothing is
 * written but the lock and the cache of texts. Collective, as the others. */
MPB_MUST_CHECK mpb_status whole_run_identify(whole_run *run);

/* Takes the cores and the memory, and makes what steps need. */
MPB_MUST_CHECK mpb_status whole_run_prepare(whole_run *run);

/* Goes on from the checkpoint, if there is one, accepts the run and takes its steps. */
MPB_MUST_CHECK mpb_status whole_run_train(whole_run *run);

/* Names of the model's outputs, borrowed: labels, or columns of scores; none: LABEL_0, LABEL_1, ... */
const mpb_strings *whole_run_output_names(const whole_run *run);

/* The part of the plan that this rank computes. */
mpb_plan_options whole_run_plan_options(const whole_run *run);
