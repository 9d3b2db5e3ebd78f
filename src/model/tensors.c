#include "tensors.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "names.h"

/* Offset of the tensor named by layer prefix (layer < 0: none), name and suffix. The table was made
 * from the same names, so it is there. */
static size_t offset_of(const mpb_parameters *parameters, const model_names *names, int layer,
                        const char *name, const char *suffix)
{
    char text[MPB_PARAMETER_NAME];
    const mpb_parameter *found;
    int prefix = 0;

    if (layer >= 0) {
        prefix = snprintf(text, sizeof(text), names->layer, layer);
    }
    snprintf(text + prefix, sizeof(text) - (size_t)prefix, "%s%s", name, suffix);
    found = mpb_parameters_find(parameters, text);
    assert(found != NULL);
    return found->offset;
}

static affine affine_of(const mpb_parameters *parameters, const model_names *names, int layer,
                        const char *name)
{
    return (affine){.weight = offset_of(parameters, names, layer, name, ".weight"),
                    .bias = offset_of(parameters, names, layer, name, ".bias")};
}

static layer_tensors layer_of(const mpb_parameters *parameters, const model_names *names, int layer)
{
    return (layer_tensors){
        .qkv = affine_of(parameters, names, layer, names->query),
        .attention_output = affine_of(parameters, names, layer, names->attention_output),
        .attention_norm = affine_of(parameters, names, layer, names->attention_norm),
        .expand = affine_of(parameters, names, layer, names->expand),
        .contract = affine_of(parameters, names, layer, names->contract),
        .output_norm = affine_of(parameters, names, layer, names->output_norm),
    };
}

mpb_status model_tensors_create(const mpb_model_config *config, const mpb_parameters *parameters,
                                model_tensors *tensors)
{
    const model_names *names = model_names_of(config->family);
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
        made.layers[layer] = layer_of(parameters, names, layer);
    }
    made.head_dense = affine_of(parameters, names, -1, names->head_dense);
    made.classifier = affine_of(parameters, names, -1, names->classifier);
    *tensors = made;
    return MPB_OK;
}

void model_tensors_destroy(model_tensors *tensors)
{
    free(tensors->layers);
    *tensors = (model_tensors){0};
}
