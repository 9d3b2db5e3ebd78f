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

/* The weights as tensors of the file at `path`; *sources, (content->parameters->count), is the
 * caller's. */
static mpb_status list_weights(const char *directory, const mpb_model_dir_content *content,
                               char path[MPB_PATH_SIZE], mpb_tensor_source **sources)
{
    const mpb_parameters *parameters = content->parameters;
    mpb_tensor_source *list;

    MPB_TRY(mpb_path_join(directory, "model.safetensors", path, MPB_PATH_SIZE));
    list = calloc(parameters->count, sizeof(*list));
    MPB_REQUIRE(list != NULL, MPB_ERR_SYSTEM, "no memory for a list of %zu tensors",
                parameters->count);
    for (size_t i = 0; i < parameters->count; i++) {
        list[i] = source_of(&parameters->items[i], content->weights);
    }
    *sources = list;
    return MPB_OK;
}

static mpb_status settings_write(const char *directory, const char *settings)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(directory, MPB_MODEL_DIR_SETTINGS, path, sizeof(path)));
    return mpb_file_replace(path, settings, strlen(settings));
}

static mpb_status write_all_but_weights(const char *directory, const mpb_model_dir_content *content)
{
    MPB_TRY(config_write(directory, content->config, content->label_names));
    MPB_TRY(tokenizer_files_copy(content->tokenizer_directory, directory));
    if (content->length > 0) {
        MPB_TRY(model_length_write(directory, content->length));
    }
    return content->settings == NULL ? MPB_OK : settings_write(directory, content->settings);
}

mpb_status mpb_model_dir_write(const char *directory, const mpb_model_dir_content *content)
{
    mpb_tensor_source *sources;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(write_all_but_weights(directory, content));
    MPB_TRY(list_weights(directory, content, path, &sources));
    status = mpb_safetensors_write(path, sources, content->parameters->count);
    free(sources);
    return status;
}

mpb_status mpb_model_dir_begin_parts(const char *directory, const mpb_model_dir_content *content)
{
    mpb_tensor_source *sources;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(write_all_but_weights(directory, content));
    MPB_TRY(list_weights(directory, content, path, &sources));
    status = mpb_safetensors_begin_parts(path, sources, content->parameters->count);
    free(sources);
    return status;
}

mpb_status mpb_model_dir_write_part(const char *directory, const mpb_model_dir_content *content,
                                    int index, int parts)
{
    mpb_tensor_source *sources;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(list_weights(directory, content, path, &sources));
    status = mpb_safetensors_write_part(path, sources, content->parameters->count, index, parts);
    free(sources);
    return status;
}
