#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter_tensors.h"
#include "mpibert/io/file.h"
#include "peft.h"

/* base_model.model.NAME, where the layer that is adapted has become NAME's base_layer. */
static void adapter_name(const mpb_parameter *parameter, char name[ADAPTER_NAME])
{
    const char *last = strrchr(parameter->name, '.');

    if (parameter->is_adapted) {
        snprintf(name, ADAPTER_NAME, "base_model.model.%.*s.base_layer%s",
                 (int)(last - parameter->name), parameter->name, last);
    } else {
        snprintf(name, ADAPTER_NAME, "base_model.model.%s", parameter->name);
    }
}

/* What training changes. */
static bool adapter_holds(const mpb_parameter *parameter)
{
    return parameter->trained_after != MPB_NEVER_TRAINED;
}

static bool is_known(const mpb_parameters *parameters, const char *tensor)
{
    for (size_t i = 0; i < parameters->count; i++) {
        char name[ADAPTER_NAME];

        adapter_name(&parameters->items[i], name);
        if (adapter_holds(&parameters->items[i]) && strcmp(name, tensor) == 0) {
            return true;
        }
    }
    return false;
}

/* PEFT saves biases of the head once more, under the names of its wrapper, where bias is all. */
static bool is_copy(const char *tensor)
{
    return strstr(tensor, ".modules_to_save.") != NULL ||
           strstr(tensor, ".original_module.") != NULL;
}

static bool has_head(const mpb_parameters *parameters)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (!parameters->items[i].is_base && !parameters->items[i].is_lora) {
            return true;
        }
    }
    return false;
}

/* Behind the layers: what an encoder alone has no use for. */
static bool is_of_head(const char *tensor)
{
    return strstr(tensor, ".layer.") == NULL && strstr(tensor, ".embeddings.") == NULL;
}

/* What would be left out makes another model. */
static mpb_status check_known(const mpb_safetensors *file, const char *path,
                              const mpb_parameters *parameters)
{
    const bool encoder_alone = !has_head(parameters);

    for (size_t i = 0; i < mpb_safetensors_count(file); i++) {
        const char *name = mpb_safetensors_at(file, i)->name;

        MPB_REQUIRE(is_copy(name) || is_known(parameters, name) ||
                        (encoder_alone && is_of_head(name)),
                    MPB_ERR_DATA,
                    "tensor '%s' belongs to nothing that is adapted here: linear layers of the "
                    "encoder, the head, and biases by the configuration (%s)",
                    name, path);
    }
    return MPB_OK;
}

static mpb_status read_opened(const mpb_safetensors *file, const char *path,
                              const mpb_parameters *parameters, float *weights)
{
    MPB_TRY(check_known(file, path, parameters));
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *parameter = &parameters->items[i];

        if (adapter_holds(parameter)) {
            char name[ADAPTER_NAME];

            adapter_name(parameter, name);
            MPB_TRY(adapter_take(file, path, name, parameter, weights + parameter->offset));
        }
    }
    return MPB_OK;
}

mpb_status peft_read_weights(const char *directory, const mpb_parameters *parameters,
                             float *weights)
{
    mpb_safetensors *file = NULL;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, MPB_LORA_WEIGHTS, path, sizeof(path)));
    MPB_TRY(mpb_safetensors_open(path, &file));
    status = read_opened(file, path, parameters, weights);
    mpb_safetensors_close(&file);
    return status;
}

/* A list of what an adapter holds; names (count) are the caller's memory. */
static size_t list_tensors(const mpb_model_dir_content *content, char (*names)[ADAPTER_NAME],
                           mpb_tensor_source *sources)
{
    const mpb_parameters *parameters = content->parameters;
    size_t count = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        if (adapter_holds(item)) {
            adapter_name(item, names[count]);
            sources[count] = (mpb_tensor_source){.name = names[count],
                                                 .num_dims = item->num_dims,
                                                 .shape = {item->shape[0], item->shape[1]},
                                                 .data = content->weights + item->offset};
            count++;
        }
    }
    return count;
}

mpb_status peft_write_weights(const char *directory, const mpb_model_dir_content *content)
{
    const size_t most = content->parameters->count;
    char(*names)[ADAPTER_NAME] = calloc(most, sizeof(*names));
    mpb_tensor_source *sources = calloc(most, sizeof(*sources));
    char path[MPB_PATH_SIZE];
    mpb_status status = names == NULL || sources == NULL
                            ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for a list of %zu tensors", most)
                            : mpb_path_join(directory, MPB_LORA_WEIGHTS, path, sizeof(path));

    if (status == MPB_OK) {
        const size_t count = list_tensors(content, names, sources);

        status = mpb_safetensors_write(path, sources, count);
    }
    free(names);
    free(sources);
    return status;
}
