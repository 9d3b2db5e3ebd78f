#include "weight_list.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"

const char *weights_part_file(weights_part part)
{
    static const char *const files[] = {[WEIGHTS_ALL] = "model.safetensors",
                                        [WEIGHTS_FROZEN] = "model-00001-of-00002.safetensors",
                                        [WEIGHTS_TRAINED] = "model-00002-of-00002.safetensors"};

    return files[part];
}

weights_part weights_part_own(const mpb_model_dir_content *content)
{
    return content->run != NULL && content->parameters->frozen > 0 ? WEIGHTS_TRAINED : WEIGHTS_ALL;
}

weights_part weights_part_of(const mpb_parameter *parameter)
{
    return parameter->trained_after == MPB_NEVER_TRAINED ? WEIGHTS_FROZEN : WEIGHTS_TRAINED;
}

static mpb_tensor_source source_of(const mpb_parameter *parameter, const float *weights)
{
    return (mpb_tensor_source){
        .name = parameter->name,
        .num_dims = parameter->num_dims,
        .shape = {parameter->shape[0], parameter->shape[1]},
        .data = weights + parameter->offset,
    };
}

static mpb_status merge(const mpb_model_dir_content *content, const mpb_parameter *weight,
                        float **copy)
{
    void *made = NULL;

    MPB_TRY(mpb_memory_create(weight->count, sizeof(**copy), "a merged weight", &made));
    mpb_parameter_merge(content->parameters, content->config->lora, weight, content->weights, made);
    *copy = made;
    return MPB_OK;
}

static mpb_status add_weight(const mpb_model_dir_content *content, const mpb_parameter *item,
                             weight_list *list)
{
    if (item->is_lora && !content->adapters_apart) {
        return MPB_OK;
    }
    list->sources[list->count] = source_of(item, content->weights);
    list->count++;
    if (item->is_adapted && item->num_dims == 2 && !content->adapters_apart) {
        MPB_TRY(merge(content, item, &list->copies[list->count - 1]));
        list->sources[list->count - 1].data = list->copies[list->count - 1];
    }
    return MPB_OK;
}

mpb_status weight_list_make(const char *directory, const mpb_model_dir_content *content,
                            weights_part part, weight_list *list)
{
    const mpb_parameters *parameters = content->parameters;

    MPB_TRY(mpb_path_join(directory, weights_part_file(part), list->path, sizeof(list->path)));
    list->sources = calloc(parameters->count, sizeof(*list->sources));
    list->copies = calloc(parameters->count, sizeof(*list->copies));
    MPB_REQUIRE(list->sources != NULL && list->copies != NULL, MPB_ERR_SYSTEM,
                "no memory for a list of %zu tensors", parameters->count);
    for (size_t i = 0; i < parameters->count; i++) {
        if (part == WEIGHTS_ALL || part == weights_part_of(&parameters->items[i])) {
            MPB_TRY(add_weight(content, &parameters->items[i], list));
        }
    }
    return MPB_OK;
}

void weight_list_clear(weight_list *list)
{
    for (size_t i = 0; i < list->count && list->copies != NULL; i++) {
        mpb_memory_destroy(list->copies[i]);
    }
    free(list->copies);
    free(list->sources);
}
