#include "mpibert/train/run.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/step/gradient_sums.h"
#include "whole_run.h"

static void run_clear(whole_run *run)
{
    mpb_time_limit_end(&run->limit);
    mpb_training_state_clear(&run->state);
    free(run->signature);
    mpb_stepper_clear(&run->stepper);
    mpb_memory_destroy(run->label_weights);
    mpb_masking_destroy(&run->masking);
    mpb_exact_sum_destroy(&run->exact);
    mpb_gradient_sums_destroy(&run->team, &run->reduction);
    mpb_publisher_destroy(&run->publisher);
    mpb_updater_destroy(&run->updater);
    mpb_model_destroy(&run->model);
    mpb_plan_destroy(&run->plan);
    mpb_buffer_clear(&run->text_settings);
    mpb_task_examples_clear(&run->examples);
    mpb_run_inputs_clear(&run->inputs);
    mpb_run_lock_end(&run->lock, run->accepted);
    mpb_teacher_close(&run->teacher);
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

mpb_status mpb_train_check_ranks(const mpb_run_config *config, int ranks)
{
    MPB_REQUIRE(!config->training.deterministic || MPB_PLAN_CELLS % ranks == 0, MPB_ERR_CONFIG,
                "training.deterministic is true on %d ranks, 1, 2, 4 or 8 ranks were expected; "
                "start as many (mpirun -n, srun --ntasks), or set it to false",
                ranks);
    return MPB_OK;
}

static mpb_status identify_and_train(whole_run *run)
{
    mpb_status status;

    MPB_TRY(mpb_train_check_ranks(run->config, mpb_comm_size(run->comm)));
    status = whole_run_identify(run);
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
    if (run->point.reached) {
        run->accepted = true;
        return MPB_OK;
    }
    MPB_TRY(whole_run_prepare(run));
    return whole_run_train(run);
}

mpb_status mpb_train_run(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                         double started_at)
{
    return mpb_train_run_until(log, comm, config, started_at, 0);
}

mpb_status mpb_train_run_until(const mpb_log *log, const mpb_comm *comm,
                               const mpb_run_config *config, double started_at, int64_t epochs)
{
    whole_run run = {.log = log,
                     .comm = comm,
                     .config = config,
                     .started_at = started_at,
                     .until_epoch = epochs,
                     .lock = {.descriptor = -1}};
    mpb_status status;

    status = identify_and_train(&run);
    run_clear(&run);
    return status;
}
