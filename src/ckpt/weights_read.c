#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/model/head.h"
#include "weights_files.h"

/* Reading in two rounds, so that `weights` is untouched unless every tensor is there and fits. */
typedef struct weights_reader {
    weights_files files;
    const mpb_model_config *config;
    mpb_layer_cut cut;
    unsigned fresh;
    const weights_tensor **tensors; /* of each parameter; NULL: to be initialised */
} weights_reader;

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* TensorFlow's checkpoints named LayerNorm's weight and bias gamma and beta. */
static void old_norm_name(const char *name, char *out, size_t size)
{
    const bool weight = ends_with(name, ".LayerNorm.weight");
    const bool bias = ends_with(name, ".LayerNorm.bias");
    const size_t tail = weight ? strlen("weight") : strlen("bias");

    out[0] = '\0';
    if (weight || bias) {
        snprintf(out, size, "%.*s%s", (int)(strlen(name) - tail), name, weight ? "gamma" : "beta");
    }
}

/* The encoder saved alone has no family prefix. */
static const char *without_prefix(const char *name)
{
    for (int i = 0; i < MPB_NUM_FAMILIES; i++) {
        const char *prefix = mpb_family_of((mpb_family)i)->prefix;

        if (strncmp(name, prefix, strlen(prefix)) == 0) {
            return name + strlen(prefix);
        }
    }
    return name;
}

static const weights_tensor *find_tensor(const weights_files *files, const char *name)
{
    char old[MPB_PARAMETER_NAME];
    const weights_tensor *tensor;

    old_norm_name(name, old, sizeof(old));
    tensor = weights_files_find(files, name);
    if (tensor == NULL) {
        tensor = weights_files_find(files, without_prefix(name));
    }
    if (tensor == NULL && old[0] != '\0') {
        tensor = weights_files_find(files, old);
    }
    if (tensor == NULL && old[0] != '\0') {
        tensor = weights_files_find(files, without_prefix(old));
    }
    return tensor;
}

/* What the files call a parameter, of whose layers these may be some. */
static void name_in_files(const weights_reader *reader, const mpb_parameter *parameter,
                          char name[MPB_PARAMETER_NAME])
{
    const char *layer_name = mpb_family_of(reader->config->family)->names.layer;
    const int layer = parameter->layer;
    int own;
    int there;

    snprintf(name, MPB_PARAMETER_NAME, "%s", parameter->name);
    if (reader->cut.kept == NULL || layer < 0 || layer >= reader->config->num_hidden_layers) {
        return;
    }
    own = snprintf(name, MPB_PARAMETER_NAME, layer_name, layer);
    there = snprintf(name, MPB_PARAMETER_NAME, layer_name, (int)reader->cut.kept->items[layer]);
    snprintf(name + there, (size_t)(MPB_PARAMETER_NAME - there), "%s", parameter->name + own);
}

static bool same_shape_from(const mpb_parameter *parameter, const mpb_tensor_view *view, int first)
{
    if (view->num_dims != parameter->num_dims) {
        return false;
    }
    for (int i = first; i < view->num_dims; i++) {
        if (view->shape[i] != parameter->shape[i]) {
            return false;
        }
    }
    return true;
}

/* "[3, 768]"; cut where it does not fit. */
static void shape_text(int num_dims, const int64_t *shape, char *text, size_t size)
{
    int length = snprintf(text, size, "[");

    for (int i = 0; i < num_dims && (size_t)length < size; i++) {
        length += snprintf(text + length, size - (size_t)length, "%s%lld", i == 0 ? "" : ", ",
                           (long long)shape[i]);
    }
    if ((size_t)length < size) {
        snprintf(text + length, size - (size_t)length, "]");
    }
}

static mpb_status refuse(const weights_reader *reader, const mpb_parameter *parameter,
                         const char *name, const weights_tensor *tensor)
{
    const int64_t expected[2] = {parameter->shape[0], parameter->shape[1]};
    char wanted[64];
    char found[128];

    shape_text(parameter->num_dims, expected, wanted, sizeof(wanted));
    if (tensor == NULL) {
        return MPB_FAIL(MPB_ERR_DATA, "tensor '%s' is missing, shape %s was expected (%s)", name,
                        wanted, reader->files.path);
    }
    shape_text(tensor->view->num_dims, tensor->view->shape, found, sizeof(found));
    return MPB_FAIL(MPB_ERR_DATA, "tensor '%s' has shape %s, %s was expected (%s)", tensor->name,
                    found, wanted, tensor->path);
}

static bool may_be_absent(const weights_reader *reader, const mpb_parameter *parameter)
{
    return parameter->is_head || parameter->is_lora ||
           (parameter->is_bottleneck && (reader->fresh & MPB_FRESH_ADAPTERS) != 0);
}

static mpb_status choose(const weights_reader *reader, const mpb_parameter *parameter,
                         const weights_tensor **chosen)
{
    char name[MPB_PARAMETER_NAME];
    const weights_tensor *tensor;
    mpb_dtype dtype;

    *chosen = NULL;
    name_in_files(reader, parameter, name);
    tensor = find_tensor(&reader->files, name);
    if (tensor == NULL) {
        return may_be_absent(reader, parameter) ? MPB_OK : refuse(reader, parameter, name, tensor);
    }
    if (!same_shape_from(parameter, tensor->view, 0)) {
        return (reader->fresh & MPB_FRESH_OUTPUT) != 0 && parameter->is_output &&
                       same_shape_from(parameter, tensor->view, 1)
                   ? MPB_OK
                   : refuse(reader, parameter, name, tensor);
    }
    dtype = tensor->view->dtype;
    MPB_REQUIRE(dtype == MPB_F64 || dtype == MPB_F32 || dtype == MPB_F16 || dtype == MPB_BF16,
                MPB_ERR_DATA, "tensor '%s' holds no floating-point numbers (%s)", tensor->name,
                tensor->path);
    *chosen = tensor;
    return MPB_OK;
}

/* The last layer's weight and bias belong together: both are read or both start fresh. */
static void pair_output(const mpb_parameters *parameters, const weights_tensor **tensors)
{
    bool complete = true;

    for (size_t i = 0; i < parameters->count; i++) {
        complete = complete && (!parameters->items[i].is_output || tensors[i] != NULL);
    }
    for (size_t i = 0; i < parameters->count && !complete; i++) {
        if (parameters->items[i].is_output) {
            tensors[i] = NULL;
        }
    }
}

/* How many layers a file has that holds this tensor: 12 for encoder.layer.11.output.dense.bias, 0
 * for a tensor of no layer. */
static long layers_of(const mpb_tensor_names *names, const char *name)
{
    const char *list = without_prefix(names->layer);
    const size_t length = (size_t)(strchr(list, '%') - list);
    const char *plain = without_prefix(name);

    if (strncmp(plain, list, length) != 0 || !isdigit((unsigned char)plain[length])) {
        return 0;
    }
    return strtol(plain + length, NULL, 10) + 1;
}

/* Layers left out would make another model of the weights, without a word. */
static mpb_status check_layers(const weights_reader *reader)
{
    const mpb_model_config *config = reader->config;
    const mpb_tensor_names *names = &mpb_family_of(config->family)->names;
    const int expected = reader->cut.kept == NULL ? config->num_hidden_layers : reader->cut.layers;
    long found = 0;

    for (size_t i = 0; i < reader->files.count; i++) {
        const long layers = layers_of(names, reader->files.tensors[i].name);

        found = layers > found ? layers : found;
    }
    MPB_REQUIRE(found <= expected, MPB_ERR_DATA,
                "the weights have %ld layers, the model's configuration %d (%s)", found, expected,
                reader->files.path);
    return MPB_OK;
}

static bool is_parameter(const mpb_parameters *parameters, const char *name)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (strcmp(without_prefix(parameters->items[i].name), without_prefix(name)) == 0) {
            return true;
        }
    }
    return false;
}

/* Nor may an adapter be left out, or one of another kind be taken for a new one. */
static mpb_status check_adapters(const weights_reader *reader, const mpb_parameters *parameters)
{
    for (size_t i = 0; i < reader->files.count; i++) {
        const weights_tensor *tensor = &reader->files.tensors[i];

        MPB_REQUIRE(
            strstr(tensor->name, ".adapters.") == NULL || is_parameter(parameters, tensor->name),
            MPB_ERR_DATA,
            "tensor '%s' belongs to an adapter that the model has not: config.json beside it "
            "should say of which kind it is, or model.adapter (%s)",
            tensor->name, tensor->path);
    }
    return MPB_OK;
}

/* A file may hold the decoder's matrix too; if it is not the word table, the model is another. */
static mpb_status check_tied(const weights_reader *reader, const mpb_model_config *config)
{
    const weights_tensor *words = reader->tensors[0];
    const weights_tensor *decoder;
    char name[MPB_PARAMETER_NAME];

    if (!mpb_head_of(config->head)->uses_all_words) {
        return MPB_OK;
    }
    snprintf(name, sizeof(name), "%s.weight", mpb_family_of(config->family)->names.word_decoder);
    decoder = find_tensor(&reader->files, name);
    MPB_REQUIRE(decoder == NULL ||
                    (decoder->view->dtype == words->view->dtype &&
                     decoder->view->bytes == words->view->bytes &&
                     memcmp(decoder->view->data, words->view->data, words->view->bytes) == 0),
                MPB_ERR_DATA,
                "tensor '%s' is not the word table, a decoder tied to it was expected (%s)", name,
                decoder->path);
    return MPB_OK;
}

/* What is not finite would spread to every result. */
static mpb_status take_values(const weights_tensor *tensor, size_t count, float *values)
{
    MPB_TRY(mpb_tensor_take(tensor->view, tensor->path, values));
    for (size_t i = 0; i < count; i++) {
        MPB_REQUIRE(isfinite(values[i]), MPB_ERR_DATA,
                    "value %zu of tensor '%s' is %g, a finite number was expected (%s)", i,
                    tensor->view->name, (double)values[i], tensor->path);
    }
    return MPB_OK;
}

static mpb_status fill(const weights_reader *reader, const mpb_parameters *parameters,
                       uint64_t seed, float *weights, size_t *num_initialised)
{
    const mpb_model_config *config = reader->config;
    size_t fresh = 0;

    MPB_TRY(check_layers(reader));
    MPB_TRY(check_adapters(reader, parameters));
    for (size_t i = 0; i < parameters->count; i++) {
        MPB_TRY(choose(reader, &parameters->items[i], &reader->tensors[i]));
    }
    MPB_TRY(check_tied(reader, config));
    pair_output(parameters, reader->tensors);
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *parameter = &parameters->items[i];
        float *values = weights + parameter->offset;

        if (reader->tensors[i] != NULL) {
            MPB_TRY(take_values(reader->tensors[i], parameter->count, values));
            continue;
        }
        mpb_parameter_initialise(parameter, i, config->initializer_range, seed, values);
        fresh += mpb_parameter_is_added(parameter) ? 0 : 1;
    }
    *num_initialised = fresh;
    return MPB_OK;
}

mpb_status mpb_model_dir_read_cut(const char *directory, const mpb_model_config *config,
                                  mpb_layer_cut cut, const mpb_parameters *parameters,
                                  unsigned fresh, uint64_t seed, float *weights,
                                  size_t *num_initialised)
{
    weights_reader reader = {.config = config, .cut = cut, .fresh = fresh};
    mpb_status status = weights_files_open(directory, &reader.files);

    if (status == MPB_OK) {
        reader.tensors = calloc(parameters->count, sizeof(*reader.tensors));
        status = reader.tensors != NULL
                     ? fill(&reader, parameters, seed, weights, num_initialised)
                     : MPB_FAIL(MPB_ERR_SYSTEM, "no memory for %zu tensors", parameters->count);
    }
    free(reader.tensors);
    weights_files_clear(&reader.files);
    return status;
}

mpb_status mpb_model_dir_read_weights(const char *directory, const mpb_model_config *config,
                                      const mpb_parameters *parameters, unsigned fresh,
                                      uint64_t seed, float *weights, size_t *num_initialised)
{
    return mpb_model_dir_read_cut(directory, config, (mpb_layer_cut){0}, parameters, fresh, seed,
                                  weights, num_initialised);
}
