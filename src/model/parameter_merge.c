#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/model/parameters.h"

static const float *lora_tensor(const mpb_parameters *parameters, const mpb_parameter *weight,
                                const char *part, const float *weights)
{
    const char *last = strrchr(weight->name, '.');
    const mpb_parameter *found;
    char name[2 * MPB_PARAMETER_NAME];

    snprintf(name, sizeof(name), "%.*s.%s.weight", (int)(last - weight->name), weight->name, part);
    found = mpb_parameters_find(parameters, name);
    assert(found != NULL);
    return weights + found->offset;
}

void mpb_parameter_merge(const mpb_parameters *parameters, const mpb_lora *lora,
                         const mpb_parameter *parameter, const float *weights, float *merged)
{
    memmove(merged, weights + parameter->offset, parameter->count * sizeof(*merged));
    if (parameter->is_adapted && parameter->num_dims == 2) {
        mpb_lora_merge(lora, parameter->shape[0], parameter->shape[1],
                       lora_tensor(parameters, parameter, "lora_A", weights),
                       lora_tensor(parameters, parameter, "lora_B", weights), merged);
    }
}
