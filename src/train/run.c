#include "mpibert/train/run.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/train/announce.h"
#include "whole_run.h"

static void run_clear(whole_run *run)
{
    mpb_training_state_clear(&run->state);
    free(run->signature);
    mpb_stepper_clear(&run->stepper);
    mpb_memory_destroy(run->class_weights);
    mpb_updater_destroy(&run->updater);
    mpb_model_destroy(&run->model);
    mpb_plan_destroy(&run->plan);
    mpb_buffer_clear(&run->text_settings);
    mpb_run_inputs_clear(&run->inputs);
    mpb_run_lock_end(&run->lock, run->accepted);
    mpb_opened_model_close(&run->opened);
    mpb_team_end(&run->team);
}

/* What the data of a refused command left in the cache, in which the run has its own. */
static void discard_inputs(const whole_run *run)
{
    const mpb_strings *made = &run->inputs.made;

    for (size_t i = 0; run->log->leader && i < made->count; i++) {
        if (mpb_path_remove(made->items[i]) != MPB_OK) {
            mpb_log_warning(run->log, "%s is needed no more, but stays", made->items[i]);
        }
    }
}

static mpb_status identify_and_train(whole_run *run)
{
    mpb_status status = whole_run_identify(run);

    if (status != MPB_OK && run->point.path[0] != '\0') {
        discard_inputs(run);
    }
    MPB_TRY(status);
    if (run->point.finished) {
        run->accepted = true;
        if (run->log->leader) {
            resume_point_announce_finished(run->log, run->config, &run->state);
        }
        return MPB_OK;
    }
    MPB_TRY(whole_run_prepare(run));
    MPB_TRY(whole_run_train(run));
    if (run->log->leader) {
        mpb_announce_models(&run->config->checkpoint, &run->state);
    }
    return MPB_OK;
}

mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config)
{
    whole_run run = {.log = log, .comm = comm, .config = config, .lock = {.descriptor = -1}};
    mpb_status status;

    status = identify_and_train(&run);
    run_clear(&run);
    return status;
}
