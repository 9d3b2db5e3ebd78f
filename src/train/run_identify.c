#include "whole_run.h"

#include <string.h>

#include "mpibert/comm/watch.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/run_task.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/text_settings.h"

/* Before the first byte goes to the run directory: the shards of text may be kept there. */
static mpb_status lock_directory(whole_run *run)
{
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(run->comm) == 0) {
        status = mpb_run_lock_begin(run->log, run->config->checkpoint.directory, &run->lock);
    }
    return mpb_comm_agree(run->comm, status);
}

static mpb_status open_model(whole_run *run)
{
    MPB_TRY(mpb_opened_model_for_training(&run->config->model, &run->opened));
    run->settled = *run->config;
    MPB_TRY(mpb_run_task_settle(&run->settled, &run->task));
    MPB_TRY(mpb_corpus_settle_length(&run->opened, MPB_USUAL_LENGTH, &run->settled));
    run->config = &run->settled;
    MPB_TRY(mpb_teacher_open(run->config, run->task, &run->opened, &run->teacher));
    MPB_TRY(mpb_run_masking(run->config, run->task, run->opened.tokenizer, &run->masking));
    return MPB_OK;
}

/* What the data makes of the model, and what a teacher would say of it. Local. */
static mpb_status take_data(whole_run *run)
{
    mpb_dataset *train = &run->inputs.train;
    mpb_model_config *model = &run->opened.config;

    MPB_TRY(mpb_task_shape_model(run->task, train, run->opened.directory, model));
    MPB_TRY(mpb_teacher_check(&run->teacher, model, train));
    return mpb_teacher_reserve(&run->teacher, run->task, train);
}

static mpb_status open_inputs(whole_run *run)
{
    MPB_TRY(mpb_run_inputs_load(run->log, run->comm, run->config, &run->opened, &run->inputs));
    MPB_TRY(mpb_comm_agree(run->comm, take_data(run)));
    if (run->task->settle != NULL) {
        run->task->settle(&run->inputs.train, &run->settled.inference.answers);
    }
    return mpb_comm_agree(
        run->comm, mpb_text_settings_make(run->config, &run->text_settings, &run->text_length));
}

const mpb_strings *whole_run_output_names(const whole_run *run)
{
    const mpb_strings *columns = &run->config->data.score_columns;

    return columns->count > 0 ? columns : &run->inputs.train.label_names;
}

mpb_plan_options whole_run_plan_options(const whole_run *run)
{
    return (mpb_plan_options){
        .num_examples = run->examples.count,
        .begins = run->examples.begins,
        .data = &run->inputs.train,
        .batch_size = run->batch_size,
        .accumulation = (size_t)run->config->training.gradient_accumulation_steps,
        .hidden_size = run->opened.config.hidden_size,
        .seed = (uint64_t)run->config->training.seed,
        .rank = mpb_comm_rank(run->comm),
        .size = mpb_comm_size(run->comm),
        .deterministic = run->config->training.deterministic,
    };
}

static mpb_status make_plan(whole_run *run)
{
    const mpb_run_training *training = &run->config->training;
    const int64_t size = mpb_comm_size(run->comm);
    mpb_plan_options options;

    run->batch_size = training->batch_size_per_rank > 0
                          ? (size_t)(training->batch_size_per_rank * size)
                          : (size_t)training->batch_size;
    MPB_TRY(mpb_task_examples_find(run->task, &run->inputs.train, &run->examples));
    options = whole_run_plan_options(run);
    MPB_TRY(mpb_plan_create(&options, &run->plan));
    run->length = mpb_run_length_of(training, (int64_t)mpb_plan_steps_per_epoch(run->plan));
    return MPB_OK;
}

static mpb_status make_signature(whole_run *run)
{
    const mpb_signature_facts facts = {
        .model = &run->opened.config,
        .train = &run->inputs.train,
        .batch_size = run->batch_size,
        .length = run->length,
        .vocab_sha256 = run->opened.vocab_sha256,
        .teacher = run->teacher.is_there ? run->teacher.digest : NULL,
    };

    return mpb_signature_make(run->config, &facts, &run->signature);
}

/* Whether this is the run that the checkpoint is of. */
static mpb_status check_data(const whole_run *run)
{
    mpb_status status = MPB_OK;

    if (run->point.path[0] != '\0' && mpb_comm_rank(run->comm) == 0) {
        status = resume_point_check_data(&run->point, &run->state, whole_run_output_names(run),
                                         (size_t)run->opened.config.num_labels, run->signature);
    }
    return mpb_comm_agree(run->comm, status);
}

/* What the run is, and whether it may be. */
mpb_status whole_run_identify(whole_run *run)
{
    mpb_comm_note(run->comm, "reading", -1);
    MPB_TRY(mpb_comm_agree(run->comm, open_model(run)));
    MPB_TRY(mpb_same_model(run->comm, &run->opened));
    mpb_opened_model_warn(run->log, &run->opened);
    MPB_TRY(lock_directory(run));
    MPB_TRY(resume_point_find(run->log, run->comm, run->config, run->until_epoch, &run->point,
                              &run->state));
    MPB_TRY(open_inputs(run));
    MPB_TRY(mpb_comm_agree(run->comm, make_plan(run)));
    MPB_TRY(mpb_comm_agree(run->comm, make_signature(run)));
    MPB_TRY(mpb_comm_compare(run->comm, run->signature, strlen(run->signature), "the training data",
                             run->config->data.train.items[0]));
    return check_data(run);
}
