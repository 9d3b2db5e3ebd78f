#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_dir_internal.h"
#include "mpibert/ckpt/adapter.h"
#include "mpibert/core/memory.h"
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

/* The weights as tensors of a file. */
typedef struct weight_list {
    char path[MPB_PATH_SIZE];
    mpb_tensor_source *sources; /* owned, (count) */
    size_t count;
    float **copies; /* owned, (count): of weights that are merged, NULL elsewhere */
} weight_list;

static void weight_list_clear(weight_list *list)
{
    for (size_t i = 0; i < list->count && list->copies != NULL; i++) {
        mpb_memory_destroy(list->copies[i]);
    }
    free(list->copies);
    free(list->sources);
}

static const float *lora_tensor(const mpb_model_dir_content *content, const mpb_parameter *weight,
                                const char *part)
{
    const char *last = strrchr(weight->name, '.');
    const mpb_parameter *found;
    char name[2 * MPB_PARAMETER_NAME];

    snprintf(name, sizeof(name), "%.*s.%s.weight", (int)(last - weight->name), weight->name, part);
    found = mpb_parameters_find(content->parameters, name);
    assert(found != NULL);
    return content->weights + found->offset;
}

static mpb_status merge(const mpb_model_dir_content *content, const mpb_parameter *weight,
                        float **copy)
{
    void *made = NULL;

    MPB_TRY(mpb_memory_create(weight->count, sizeof(**copy), "a merged weight", &made));
    memcpy(made, content->weights + weight->offset, weight->count * sizeof(**copy));
    mpb_lora_merge(content->config->lora, weight->shape[0], weight->shape[1],
                   lora_tensor(content, weight, "lora_A"), lora_tensor(content, weight, "lora_B"),
                   made);
    *copy = made;
    return MPB_OK;
}

static mpb_status add_weight(const mpb_model_dir_content *content, const mpb_parameter *item,
                             weight_list *list)
{
    if (item->is_lora && !content->lora_apart) {
        return MPB_OK;
    }
    list->sources[list->count] = source_of(item, content->weights);
    list->count++;
    if (item->is_adapted && item->num_dims == 2 && !content->lora_apart) {
        MPB_TRY(merge(content, item, &list->copies[list->count - 1]));
        list->sources[list->count - 1].data = list->copies[list->count - 1];
    }
    return MPB_OK;
}

/* `list` starts as {0} and is the caller's to clear. */
static mpb_status list_weights(const char *directory, const mpb_model_dir_content *content,
                               weight_list *list)
{
    const mpb_parameters *parameters = content->parameters;

    MPB_TRY(mpb_path_join(directory, "model.safetensors", list->path, sizeof(list->path)));
    list->sources = calloc(parameters->count, sizeof(*list->sources));
    list->copies = calloc(parameters->count, sizeof(*list->copies));
    MPB_REQUIRE(list->sources != NULL && list->copies != NULL, MPB_ERR_SYSTEM,
                "no memory for a list of %zu tensors", parameters->count);
    for (size_t i = 0; i < parameters->count; i++) {
        MPB_TRY(add_weight(content, &parameters->items[i], list));
    }
    return MPB_OK;
}

static mpb_status settings_write(const char *directory, const char *settings)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(directory, MPB_MODEL_DIR_SETTINGS, path, sizeof(path)));
    return mpb_file_replace(path, settings, strlen(settings));
}

mpb_status model_dir_write_companions(const char *directory, const mpb_model_dir_content *content)
{
    MPB_TRY(config_write(directory, content->config, content->label_names));
    MPB_TRY(tokenizer_files_copy(content->tokenizer_directory, directory));
    if (content->length > 0) {
        MPB_TRY(model_length_write(directory, content->length));
    }
    if (content->settings != NULL) {
        MPB_TRY(settings_write(directory, content->settings));
    }
    return content->config->lora != NULL && content->lora_apart
               ? mpb_adapter_write_weights(directory, content)
               : MPB_OK;
}

mpb_status mpb_model_dir_write(const char *directory, const mpb_model_dir_content *content)
{
    weight_list list = {0};
    mpb_status status;

    MPB_TRY(model_dir_write_companions(directory, content));
    status = list_weights(directory, content, &list);
    if (status == MPB_OK) {
        status = mpb_safetensors_write(list.path, list.sources, list.count);
    }
    weight_list_clear(&list);
    return status;
}

mpb_status mpb_model_dir_begin_parts(const char *directory, const mpb_model_dir_content *content)
{
    weight_list list = {0};
    mpb_status status;

    MPB_TRY(model_dir_write_companions(directory, content));
    status = list_weights(directory, content, &list);
    if (status == MPB_OK) {
        status = mpb_safetensors_begin_parts(list.path, list.sources, list.count);
    }
    weight_list_clear(&list);
    return status;
}

mpb_status mpb_model_dir_write_part(const char *directory, const mpb_model_dir_content *content,
                                    int index, int parts)
{
    weight_list list = {0};
    mpb_status status = list_weights(directory, content, &list);

    if (status == MPB_OK) {
        status = mpb_safetensors_write_part(list.path, list.sources, list.count, index, parts);
    }
    weight_list_clear(&list);
    return status;
}
