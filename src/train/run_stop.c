#include "run_stop.h"

#include <stdint.h>
#include <stdio.h>

#include "mpibert/comm/watch.h"
#include "mpibert/step/signals.h"

enum { WHY_SIZE = 64 };

static mpb_status save(const mpb_trainer *trainer, const mpb_training_state *state)
{
    double missing;

    mpb_publisher_await(trainer->stepper->publisher, SIZE_MAX);
    if (!mpb_saver_needs_all_ranks(trainer->saver)) {
        return mpb_comm_agree(trainer->comm, mpb_keeper_save(trainer->keeper));
    }
    missing = mpb_keeper_save_part(trainer->keeper) ? 0.0 : 1.0;
    MPB_TRY(mpb_comm_max_double(trainer->comm, &missing, 1));
    return missing > 0.0 ? mpb_saver_checkpoint(trainer->saver, state) : MPB_OK;
}

/* What ends "stopped ...". */
static void describe(const mpb_trainer *trainer, mpb_stop why, char text[WHY_SIZE])
{
    char moment[MPB_MOMENT_SIZE] = "";

    switch (why) {
    case MPB_STOP_IN_TIME:
        if (trainer->limit != NULL) {
            mpb_time_limit_moment(trainer->limit, moment);
        }
        snprintf(text, WHY_SIZE, "before the time limit (%s)", moment);
        break;
    case MPB_STOP_WITH_OTHERS:
        snprintf(text, WHY_SIZE, "with the other runs");
        break;
    default:
        snprintf(text, WHY_SIZE, "by a signal");
    }
}

mpb_status run_stop(const mpb_trainer *trainer, const mpb_training_state *state, mpb_stop why)
{
    char text[WHY_SIZE];

    describe(trainer, why, text);
    MPB_TRY(save(trainer, state));
    return MPB_FAIL(MPB_STOPPED,
                    "stopped %s after step %lld of %lld; submit the same command again to continue "
                    "(%s)",
                    text, (long long)state->step, (long long)trainer->options.total_steps,
                    trainer->saver->run);
}

mpb_status run_stop_if_asked(const mpb_trainer *trainer, const mpb_training_state *state)
{
    double raised = mpb_signals_raised() ? 1.0 : 0.0;

    MPB_TRY(mpb_comm_max_double(trainer->comm, &raised, 1));
    return raised > 0.0 ? run_stop(trainer, state, MPB_STOP_BY_SIGNAL) : MPB_OK;
}

mpb_status run_finish(const mpb_trainer *trainer, const mpb_training_state *state)
{
    const mpb_saver *saver = trainer->saver;

    mpb_comm_note(saver->comm, "saving", state->step);
    if (trainer->options.load_best_model_at_end && state->best_step >= 0 &&
        state->best_step != state->step) {
        MPB_TRY(mpb_saver_load_best(saver));
    }
    return mpb_saver_model(saver, "final");
}
