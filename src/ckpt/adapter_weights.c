#include "bottleneck_dir.h"
#include "mpibert/ckpt/adapter.h"
#include "peft.h"

static bool has_bottlenecks(const mpb_parameters *parameters)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (parameters->items[i].is_bottleneck) {
            return true;
        }
    }
    return false;
}

mpb_status mpb_adapter_read_weights(const char *directory, const mpb_parameters *parameters,
                                    float *weights)
{
    mpb_adapter_config config = {0};
    mpb_status status;

    if (!has_bottlenecks(parameters)) {
        return peft_read_weights(directory, parameters, weights);
    }
    MPB_TRY(mpb_adapter_read_config(directory, &config));
    status = bottleneck_dir_read_weights(directory, config.name, parameters, weights);
    mpb_adapter_config_clear(&config);
    return status;
}

mpb_status mpb_adapter_write_weights(const char *directory, const mpb_model_dir_content *content)
{
    return has_bottlenecks(content->parameters) ? bottleneck_dir_write_weights(directory, content)
                                                : peft_write_weights(directory, content);
}
