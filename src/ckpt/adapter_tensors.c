#include "adapter_tensors.h"

#include <math.h>

mpb_status adapter_take(const mpb_safetensors *file, const char *path, const char *name,
                        const mpb_parameter *parameter, float *values)
{
    const mpb_tensor_view *view = mpb_safetensors_find(file, name);

    MPB_REQUIRE(view != NULL, MPB_ERR_DATA, "tensor '%s' is missing (%s)", name, path);
    MPB_REQUIRE(
        view->num_dims == parameter->num_dims && view->count == parameter->count &&
            view->shape[0] == parameter->shape[0],
        MPB_ERR_DATA, "tensor '%s' has %zu values in %lld rows, %zu in %d were expected (%s)", name,
        view->count, (long long)view->shape[0], parameter->count, parameter->shape[0], path);
    MPB_TRY(mpb_tensor_take(view, path, values));
    for (size_t i = 0; i < parameter->count; i++) {
        MPB_REQUIRE(isfinite(values[i]), MPB_ERR_DATA,
                    "value %zu of tensor '%s' is %g, a finite number was expected (%s)", i, name,
                    (double)values[i], path);
    }
    return MPB_OK;
}
