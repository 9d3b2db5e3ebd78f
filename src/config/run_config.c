#include "mpibert/config/run_config.h"

#include <inttypes.h>

#include "run_config_value.h"

static mpb_status set_all(mpb_run_config *config)
{
    for (size_t i = 0; i < num_run_keys; i++) {
        MPB_TRY(run_value_preset(&run_keys[i], config));
    }
    return MPB_OK;
}

mpb_status mpb_run_config_defaults(mpb_run_config *config)
{
    mpb_run_config made = {0};
    mpb_status status = set_all(&made);

    if (status != MPB_OK) {
        mpb_run_config_clear(&made);
        return status;
    }
    *config = made;
    return MPB_OK;
}

void mpb_run_config_clear(mpb_run_config *config)
{
    for (size_t i = 0; i < num_run_keys; i++) {
        run_value_clear(&run_keys[i], config);
    }
    *config = (mpb_run_config){0};
}

int64_t mpb_run_num_steps(const mpb_run_training *training, int64_t steps_per_epoch)
{
    return training->max_steps > 0 ? training->max_steps : training->epochs * steps_per_epoch;
}

mpb_status mpb_run_count_epochs(const mpb_run_training *training, int64_t steps_per_epoch,
                                size_t *epochs)
{
    const int64_t steps = mpb_run_num_steps(training, steps_per_epoch);
    const int64_t begun = steps / steps_per_epoch + (steps % steps_per_epoch > 0 ? 1 : 0);

    MPB_REQUIRE(begun <= MPB_MOST_EPOCHS, MPB_ERR_CONFIG,
                "training.max_steps is %" PRId64 ", which takes %" PRId64
                " epochs of this training set, at most %d were expected",
                training->max_steps, begun, MPB_MOST_EPOCHS);
    *epochs = (size_t)begun;
    return MPB_OK;
}
