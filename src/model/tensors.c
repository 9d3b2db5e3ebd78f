#include "tensors.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* The tensor named by layer prefix (layer < 0: none), name and suffix, or NULL. */
static const mpb_parameter *tensor_of(const mpb_parameters *parameters,
                                      const mpb_tensor_names *names, int layer, const char *name,
                                      const char *suffix)
{
    char text[MPB_PARAMETER_NAME];
    int prefix = 0;

    if (layer >= 0) {
        prefix = snprintf(text, sizeof(text), names->layer, layer);
    }
    snprintf(text + prefix, sizeof(text) - (size_t)prefix, "%s%s", name, suffix);
    return mpb_parameters_find(parameters, text);
}

/* Its offset. The table was made from the same names, so it is there. */
static size_t offset_of(const mpb_parameters *parameters, const mpb_tensor_names *names, int layer,
                        const char *name, const char *suffix)
{
    const mpb_parameter *found = tensor_of(parameters, names, layer, name, suffix);

    assert(found != NULL);
    return found->offset;
}

/* The same, or 0 where there is none of this name. */
static size_t offset_if_any(const mpb_parameters *parameters, const mpb_tensor_names *names,
                            int layer, const char *name, const char *suffix)
{
    const mpb_parameter *found =
        name == NULL ? NULL : tensor_of(parameters, names, layer, name, suffix);

    return found == NULL ? 0 : found->offset;
}

static affine affine_of(const mpb_parameters *parameters, const mpb_tensor_names *names, int layer,
                        const char *name)
{
    return (affine){.weight = offset_of(parameters, names, layer, name, ".weight"),
                    .bias = offset_of(parameters, names, layer, name, ".bias")};
}

static affine affine_if_any(const mpb_parameters *parameters, const mpb_tensor_names *names,
                            const char *name)
{
    return (affine){.weight = offset_if_any(parameters, names, -1, name, ".weight"),
                    .bias = offset_if_any(parameters, names, -1, name, ".bias")};
}

/* Adds what adapts the module, if anything does, to columns [first, first + out). */
static void add_low_rank(const mpb_parameters *parameters, const mpb_tensor_names *names, int layer,
                         const char *module, int first, uint32_t site, affine *to)
{
    const mpb_parameter *down = tensor_of(parameters, names, layer, module, ".lora_A.weight");
    const mpb_parameter *up = tensor_of(parameters, names, layer, module, ".lora_B.weight");

    if (down != NULL && up != NULL) {
        to->low.items[to->low.count++] =
            (low_rank){down->offset, up->offset, first, up->shape[0], site};
    }
}

static void add_low_ranks(const mpb_parameters *parameters, const mpb_tensor_names *names,
                          int layer, int hidden, layer_tensors *to)
{
    const struct {
        const char *module;
        int first;
        affine *to;
    } modules[] = {
        {names->query, 0, &to->qkv},          {names->key, hidden, &to->qkv},
        {names->value, 2 * hidden, &to->qkv}, {names->attention_output, 0, &to->attention_output},
        {names->expand, 0, &to->expand},      {names->contract, 0, &to->contract}};
    const size_t count = sizeof(modules) / sizeof(modules[0]);

    for (size_t i = 0; i < count; i++) {
        add_low_rank(parameters, names, layer, modules[i].module, modules[i].first,
                     (uint32_t)((size_t)layer * count + i), modules[i].to);
    }
}

/* 0 where there is none of this name. */
static bottleneck_tensors bottleneck_of(const mpb_parameters *parameters,
                                        const mpb_tensor_names *names, int layer, const char *name)
{
    return (bottleneck_tensors){
        .down = {.weight = offset_if_any(parameters, names, layer, name, ".adapter_down.0.weight"),
                 .bias = offset_if_any(parameters, names, layer, name, ".adapter_down.0.bias")},
        .up = {.weight = offset_if_any(parameters, names, layer, name, ".adapter_up.weight"),
               .bias = offset_if_any(parameters, names, layer, name, ".adapter_up.bias")},
    };
}

static layer_tensors layer_of(const mpb_parameters *parameters, const mpb_tensor_names *names,
                              int layer, int hidden)
{
    layer_tensors made = {
        .qkv = affine_of(parameters, names, layer, names->query),
        .attention_output = affine_of(parameters, names, layer, names->attention_output),
        .attention_norm = affine_of(parameters, names, layer, names->attention_norm),
        .expand = affine_of(parameters, names, layer, names->expand),
        .contract = affine_of(parameters, names, layer, names->contract),
        .output_norm = affine_of(parameters, names, layer, names->output_norm),
    };

    made.attention_adapter = bottleneck_of(parameters, names, layer, names->attention_adapter);
    made.output_adapter = bottleneck_of(parameters, names, layer, names->output_adapter);
    add_low_ranks(parameters, names, layer, hidden, &made);
    return made;
}

/* The head's tensors are the last of the table. */
static head_tensors head_of_table(const mpb_parameters *parameters, const mpb_tensor_names *names)
{
    head_tensors made = {
        .pooler = affine_if_any(parameters, names, names->pooler),
        .word_dense = affine_if_any(parameters, names, names->word_dense),
        .word_norm = affine_if_any(parameters, names, names->word_norm),
        .word_bias = offset_if_any(parameters, names, -1, names->word_bias, ".bias"),
    };

    for (size_t i = parameters->count; i-- > 0 && parameters->items[i].is_head;) {
        const mpb_parameter *item = &parameters->items[i];

        made.begin = item->offset;
        if (item->is_output) {
            *(item->num_dims == 2 ? &made.output.weight : &made.output.bias) = item->offset;
        }
    }
    return made;
}

mpb_status model_tensors_create(const mpb_model_config *config, const mpb_parameters *parameters,
                                model_tensors *tensors)
{
    const mpb_tensor_names *names = &mpb_family_of(config->family)->names;
    const size_t num_layers = (size_t)config->num_hidden_layers;
    model_tensors made = {0};

    made.layers = calloc(num_layers, sizeof(*made.layers));
    MPB_REQUIRE(made.layers != NULL, MPB_ERR_SYSTEM, "no memory for %zu layers", num_layers);
    made.word = offset_of(parameters, names, -1, names->word, ".weight");
    made.position = offset_of(parameters, names, -1, names->position, ".weight");
    if (names->type != NULL) {
        made.type = offset_of(parameters, names, -1, names->type, ".weight");
    }
    made.embedding_norm = affine_of(parameters, names, -1, names->embedding_norm);
    for (int layer = 0; layer < config->num_hidden_layers; layer++) {
        made.layers[layer] = layer_of(parameters, names, layer, config->hidden_size);
    }
    made.head = head_of_table(parameters, names);
    *tensors = made;
    return MPB_OK;
}

void model_tensors_destroy(model_tensors *tensors)
{
    free(tensors->layers);
    *tensors = (model_tensors){0};
}
