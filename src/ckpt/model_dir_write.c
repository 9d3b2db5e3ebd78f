#include <stdlib.h>
#include <string.h>

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

static mpb_status settings_write(const char *directory, const char *settings)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(directory, MPB_MODEL_DIR_SETTINGS, path, sizeof(path)));
    return mpb_file_replace(path, settings, strlen(settings));
}

mpb_status mpb_model_dir_write(const char *directory, const mpb_model_dir_content *content)
{
    MPB_TRY(config_write(directory, content->config, content->label_names));
    MPB_TRY(weights_write(directory, content->parameters, content->weights));
    MPB_TRY(tokenizer_files_copy(content->tokenizer_directory, directory));
    if (content->length > 0) {
        MPB_TRY(model_length_write(directory, content->length));
    }
    return content->settings == NULL ? MPB_OK : settings_write(directory, content->settings);
}
