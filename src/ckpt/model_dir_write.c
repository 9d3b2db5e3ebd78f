#include <stdlib.h>

#include "model_dir_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/safetensors.h"

static mpb_tensor_source source_of(const mpb_parameter *parameter, const float *weights)
{
    return (mpb_tensor_source){
        .name = parameter->name,
        .num_dims = parameter->num_dims,
        .shape = {parameter->shape[0], parameter->shape[1]},
        .data = weights + parameter->offset,
    };
}

static mpb_status weights_write(const char *directory, const mpb_parameters *parameters,
                                const float *weights)
{
    char path[MPB_PATH_SIZE];
    mpb_tensor_source *sources;
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, "model.safetensors", path, sizeof(path)));
    sources = calloc(parameters->count, sizeof(*sources));
    MPB_REQUIRE(sources != NULL, MPB_ERR_SYSTEM, "no memory for a list of %zu tensors",
                parameters->count);
    for (size_t i = 0; i < parameters->count; i++) {
        sources[i] = source_of(&parameters->items[i], weights);
    }
    status = mpb_safetensors_write(path, sources, parameters->count);
    free(sources);
    return status;
}

mpb_status mpb_model_dir_write(const char *directory, const mpb_model_config *config,
                               const mpb_strings *label_names, const mpb_parameters *parameters,
                               const float *weights, const char *tokenizer_directory)
{
    MPB_TRY(config_write(directory, config, label_names));
    MPB_TRY(weights_write(directory, parameters, weights));
    return tokenizer_files_copy(tokenizer_directory, directory);
}
