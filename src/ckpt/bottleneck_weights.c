#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapter_tensors.h"
#include "bottleneck_dir.h"
#include "mpibert/io/file.h"

static const char OWN_NAME[] = ".adapters." MPB_BOTTLENECK_NAME ".";

static bool is_of_adapter(const mpb_parameter *parameter)
{
    return parameter->is_bottleneck;
}

static bool is_of_head(const mpb_parameter *parameter)
{
    return !parameter->is_base && !parameter->is_bottleneck;
}

typedef bool holds_fn(const mpb_parameter *parameter);

/* A file of some of the tensors. */
typedef struct tensor_file {
    const char *name;
    holds_fn *holds;
} tensor_file;

static const tensor_file FILES[] = {{MPB_BOTTLENECK_WEIGHTS, is_of_adapter},
                                    {MPB_BOTTLENECK_HEAD_WEIGHTS, is_of_head}};

enum { NUM_FILES = sizeof(FILES) / sizeof(FILES[0]) };

/* The tensor's name where the adapter is called `name`. */
static void name_in_file(const mpb_parameter *parameter, const char *name, char out[ADAPTER_NAME])
{
    const char *own = strstr(parameter->name, OWN_NAME);

    if (own == NULL) {
        snprintf(out, ADAPTER_NAME, "%s", parameter->name);
    } else {
        snprintf(out, ADAPTER_NAME, "%.*s.adapters.%s.%s", (int)(own - parameter->name),
                 parameter->name, name, own + strlen(OWN_NAME));
    }
}

static bool is_known(const mpb_parameters *parameters, holds_fn *holds, const char *adapter,
                     const char *tensor)
{
    for (size_t i = 0; i < parameters->count; i++) {
        char name[ADAPTER_NAME];

        name_in_file(&parameters->items[i], adapter, name);
        if (holds(&parameters->items[i]) && strcmp(name, tensor) == 0) {
            return true;
        }
    }
    return false;
}

/* What would be left out makes another model. */
static mpb_status check_known(const mpb_safetensors *file, const char *path, holds_fn *holds,
                              const mpb_parameters *parameters, const char *adapter)
{
    for (size_t i = 0; i < mpb_safetensors_count(file); i++) {
        const char *name = mpb_safetensors_at(file, i)->name;

        MPB_REQUIRE(is_known(parameters, holds, adapter, name), MPB_ERR_DATA,
                    "tensor '%s' belongs neither to an adapter nor to a head of this model, whose "
                    "layers, kind of adapter and kind of head were expected (%s)",
                    name, path);
    }
    return MPB_OK;
}

static mpb_status read_opened(const mpb_safetensors *file, const char *path, holds_fn *holds,
                              const char *adapter, const mpb_parameters *parameters, float *weights)
{
    MPB_TRY(check_known(file, path, holds, parameters, adapter));
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];
        char name[ADAPTER_NAME];

        if (holds(item)) {
            name_in_file(item, adapter, name);
            MPB_TRY(adapter_take(file, path, name, item, weights + item->offset));
        }
    }
    return MPB_OK;
}

/* An encoder alone has none of the head's. */
static bool has_any(const mpb_parameters *parameters, holds_fn *holds)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (holds(&parameters->items[i])) {
            return true;
        }
    }
    return false;
}

mpb_status bottleneck_dir_read_weights(const char *directory, const char *name,
                                       const mpb_parameters *parameters, float *weights)
{
    for (size_t f = 0; f < NUM_FILES; f++) {
        mpb_safetensors *file = NULL;
        char path[MPB_PATH_SIZE];
        mpb_status status;

        if (!has_any(parameters, FILES[f].holds)) {
            continue;
        }
        MPB_TRY(mpb_path_join(directory, FILES[f].name, path, sizeof(path)));
        MPB_TRY(mpb_safetensors_open(path, &file));
        status = read_opened(file, path, FILES[f].holds, name, parameters, weights);
        mpb_safetensors_close(&file);
        MPB_TRY(status);
    }
    return MPB_OK;
}

static mpb_status write_file(const char *directory, const tensor_file *file,
                             const mpb_model_dir_content *content, mpb_tensor_source *sources)
{
    const mpb_parameters *parameters = content->parameters;
    char path[MPB_PATH_SIZE];
    size_t count = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        if (file->holds(item)) {
            sources[count++] = (mpb_tensor_source){.name = item->name,
                                                   .num_dims = item->num_dims,
                                                   .shape = {item->shape[0], item->shape[1]},
                                                   .data = content->weights + item->offset};
        }
    }
    MPB_TRY(mpb_path_join(directory, file->name, path, sizeof(path)));
    return mpb_safetensors_write(path, sources, count);
}

mpb_status bottleneck_dir_write_weights(const char *directory, const mpb_model_dir_content *content)
{
    const size_t most = content->parameters->count;
    mpb_tensor_source *sources = calloc(most, sizeof(*sources));
    mpb_status status = MPB_OK;

    MPB_REQUIRE(sources != NULL, MPB_ERR_SYSTEM, "no memory for a list of %zu tensors", most);
    for (size_t f = 0; f < NUM_FILES && status == MPB_OK; f++) {
        status = write_file(directory, &FILES[f], content, sources);
    }
    free(sources);
    return status;
}
