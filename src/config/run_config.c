#include "mpibert/config/run_config.h"

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
