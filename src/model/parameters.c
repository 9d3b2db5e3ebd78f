#include "mpibert/model/parameters.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "head.h"
#include "mpibert/core/philox.h"
#include "parameter_builder.h"

enum {
    PER_LAYER =
        16 + 2 * 6 + 2 * 4, /* with low-rank adaptations of all linear layers, two adapters */
    OUTSIDE_LAYERS = 14,
    INITIALISATION = 0x696E6974, /* purpose of the random stream: "init" */
};

/* Three weights, then three biases, each run without gaps. */
static void add_query_key_value(parameter_builder *to, const mpb_tensor_names *names, int hidden)
{
    const char *parts[3] = {names->query, names->key, names->value};

    for (int i = 0; i < 3; i++) {
        to->adjacent = i > 0;
        parameters_add(to, parts[i], ".weight", hidden, hidden);
    }
    for (int i = 0; i < 3; i++) {
        to->adjacent = i > 0;
        parameters_add(to, parts[i], ".bias", hidden, 0);
    }
    to->adjacent = false;
    for (int i = 0; i < 3; i++) {
        parameters_add_lora(to, parts[i], hidden, hidden);
    }
}

static void add_embeddings(parameter_builder *to, const mpb_tensor_names *names)
{
    const mpb_model_config *config = to->config;
    const int H = config->hidden_size;

    parameters_add(to, names->word, ".weight", config->vocab_size, H);
    to->table->items[0].is_words = true;
    parameters_add(to, names->position, ".weight", config->max_position_embeddings, H);
    if (names->type != NULL) {
        parameters_add(to, names->type, ".weight", config->type_vocab_size, H);
    }
    parameters_add_norm(to, names->embedding_norm, H);
}

static void add_layer(parameter_builder *to, const mpb_tensor_names *names)
{
    const int H = to->config->hidden_size;
    const int F = to->config->intermediate_size;

    add_query_key_value(to, names, H);
    parameters_add_linear(to, names->attention_output, H, H);
    parameters_add_lora(to, names->attention_output, H, H);
    if (to->config->bottleneck.kind == MPB_HOULSBY) {
        parameters_add_bottleneck(to, names->attention_adapter);
    }
    parameters_add_norm(to, names->attention_norm, H);
    to->is_feed_forward = true;
    parameters_add_linear(to, names->expand, F, H);
    parameters_add_lora(to, names->expand, F, H);
    parameters_add_linear(to, names->contract, H, F);
    parameters_add_lora(to, names->contract, H, F);
    if (to->config->bottleneck.kind != MPB_NO_BOTTLENECK) {
        parameters_add_bottleneck(to, names->output_adapter);
    }
    parameters_add_norm(to, names->output_norm, H);
    to->is_feed_forward = false;
}

mpb_status mpb_parameters_create(const mpb_model_config *config, mpb_parameters *parameters)
{
    const mpb_family_row *family = mpb_family_of(config->family);
    const mpb_tensor_names *names = &family->names;
    const size_t capacity = OUTSIDE_LAYERS + PER_LAYER * (size_t)config->num_hidden_layers;
    mpb_parameters made = {0};
    parameter_builder to = {.config = config,
                            .family = family,
                            .table = &made,
                            .num_outputs = mpb_head_width(config),
                            .layer = -1};
    mpb_status status;

    made.items = calloc(capacity, sizeof(*made.items));
    MPB_REQUIRE(made.items != NULL, MPB_ERR_SYSTEM, "no memory for a table of %zu parameters",
                capacity);
    add_embeddings(&to, names);
    for (to.layer = 0; to.layer < config->num_hidden_layers; to.layer++) {
        add_layer(&to, names);
    }
    made.num_encoder = made.num_total - to.num_added;
    to.is_head = true;
    head_of(config->head)->add_parameters(&to);
    assert(made.count <= capacity);
    status = parameters_order(config, &made);
    if (status != MPB_OK) {
        mpb_parameters_destroy(&made);
        return status;
    }
    *parameters = made;
    return MPB_OK;
}

mpb_status mpb_parameters_trained(const mpb_parameters *all, mpb_parameters *trained)
{
    mpb_parameters made = {.size = all->size - all->frozen};

    made.items = calloc(all->count, sizeof(*made.items));
    MPB_REQUIRE(made.items != NULL, MPB_ERR_SYSTEM, "no memory for a table of %zu parameters",
                all->count);
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].trained_after != MPB_NEVER_TRAINED) {
            mpb_parameter *item = &made.items[made.count++];

            *item = all->items[i];
            item->offset -= all->frozen;
            made.num_total += item->count;
        }
    }
    *trained = made;
    return MPB_OK;
}

size_t mpb_parameters_trained_from(const mpb_parameters *trained, int64_t epochs)
{
    size_t from = trained->size;

    for (size_t i = 0; i < trained->count; i++) {
        const mpb_parameter *item = &trained->items[i];

        if (item->trained_after <= epochs && item->offset < from) {
            from = item->offset;
        }
    }
    return from;
}

void mpb_parameters_destroy(mpb_parameters *parameters)
{
    free(parameters->items);
    *parameters = (mpb_parameters){0};
}

int mpb_parameters_lowest_trained(const mpb_parameters *parameters)
{
    int lowest = INT_MAX;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        if (item->trained_after != MPB_NEVER_TRAINED && item->layer < lowest) {
            lowest = item->layer;
        }
    }
    return lowest;
}

const mpb_parameter *mpb_parameters_find(const mpb_parameters *parameters, const char *name)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (strcmp(parameters->items[i].name, name) == 0) {
            return &parameters->items[i];
        }
    }
    return NULL;
}

/* Box and Muller: two uniform words to two standard normal numbers. Half a unit keeps u above 0. */
static void normal_pair(const uint32_t words[2], double out[2])
{
    const double u = ((double)words[0] + 0.5) / 4294967296.0;
    const double angle = 2.0 * 3.14159265358979323846 * ((double)words[1] / 4294967296.0);
    const double radius = sqrt(-2.0 * log(u));

    out[0] = radius * cos(angle);
    out[1] = radius * sin(angle);
}

static void fill_normal(mpb_philox_key key, float range, size_t count, float *values)
{
    for (size_t i = 0; i < count; i += 4) {
        const uint32_t counter[4] = {(uint32_t)(i / 4), (uint32_t)((uint64_t)(i / 4) >> 32), 0, 0};
        uint32_t words[4];
        double normals[4];

        mpb_philox_block(key, counter, words);
        normal_pair(words, normals);
        normal_pair(words + 2, normals + 2);
        for (size_t j = i; j < count && j < i + 4; j++) {
            values[j] = (float)((double)range * normals[j - i]);
        }
    }
}

/* A uniform within 1 / sqrt(in), as PyTorch's kaiming_uniform_ of a = sqrt(5) is, B zero. */
static void fill_lora(mpb_philox_key key, const mpb_parameter *parameter, float *values)
{
    const double bound =
        strstr(parameter->name, ".lora_A.") == NULL ? 0.0 : 1.0 / sqrt((double)parameter->shape[1]);

    for (size_t i = 0; i < parameter->count; i++) {
        const uint32_t counter[4] = {(uint32_t)(i / 4), (uint32_t)((uint64_t)(i / 4) >> 32), 0, 0};
        uint32_t words[4];

        mpb_philox_block(key, counter, words);
        values[i] = (float)(bound * (((double)words[i % 4] + 0.5) / 2147483648.0 - 1.0));
    }
}

void mpb_parameter_initialise(const mpb_parameter *parameter, size_t index, float initializer_range,
                              uint64_t seed, float *values)
{
    const uint64_t purpose = ((uint64_t)INITIALISATION << 32) + index;

    if (parameter->is_lora) {
        fill_lora(mpb_philox_key_make(seed, purpose), parameter, values);
        return;
    }
    if (parameter->num_dims == 2) {
        fill_normal(mpb_philox_key_make(seed, purpose),
                    parameter->is_bottleneck ? MPB_BOTTLENECK_RANGE : initializer_range,
                    parameter->count, values);
        return;
    }
    for (size_t i = 0; i < parameter->count; i++) {
        values[i] = parameter->is_layernorm_weight ? 1.0f : 0.0f;
    }
}
