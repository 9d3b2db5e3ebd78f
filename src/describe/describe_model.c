#include "describe_kinds.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/ckpt/training_state.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/io/sha256.h"
#include "mpibert/model/head.h"
#include "mpibert/session/opened_model.h"

/* Of transformers, that has its head. */
static mpb_status describe_class(const mpb_model_config *config, mpb_json *object)
{
    char name[64];

    snprintf(name, sizeof(name), "%s%s", mpb_family_of(config->family)->class_prefix,
             mpb_head_of(config->head)->class_name);
    return mpb_describe_text(object, "class", name);
}

static mpb_status describe_sizes(const mpb_model_config *config, mpb_json *object)
{
    MPB_TRY(mpb_describe_text(object, "architecture", mpb_family_of(config->family)->model_type));
    MPB_TRY(describe_class(config, object));
    MPB_TRY(mpb_describe_integer(object, "layers", config->num_hidden_layers));
    MPB_TRY(mpb_describe_integer(object, "hidden_size", config->hidden_size));
    MPB_TRY(mpb_describe_integer(object, "attention_heads", config->num_attention_heads));
    MPB_TRY(mpb_describe_integer(object, "intermediate_size", config->intermediate_size));
    MPB_TRY(mpb_describe_integer(object, "positions", config->max_position_embeddings));
    return mpb_describe_integer(object, "vocab_size", config->vocab_size);
}

/* Bottleneck adapters, where there are any. */
static mpb_status describe_adapters(const mpb_bottleneck *bottleneck, mpb_json *object)
{
    mpb_json *member;

    if (bottleneck->kind == MPB_NO_BOTTLENECK) {
        return MPB_OK;
    }
    member = mpb_json_new_object();
    MPB_TRY(mpb_json_set(object, "adapters", member));
    MPB_TRY(mpb_describe_text(member, "kind", mpb_bottleneck_kind_name(bottleneck->kind)));
    return mpb_describe_integer(member, "size", bottleneck->size);
}

static mpb_status describe_tokenizer(const mpb_opened_model *opened, mpb_json *object)
{
    mpb_json *member = mpb_json_new_object();

    MPB_TRY(mpb_json_set(object, "tokenizer", member));
    MPB_TRY(mpb_describe_integer(member, "tokens",
                                 (int64_t)mpb_tokenizer_vocab_size(opened->tokenizer)));
    MPB_TRY(
        mpb_json_set(member, "lowercase",
                     mpb_json_new_boolean(mpb_tokenizer_settings(opened->tokenizer)->lowercase)));
    return mpb_describe_text(member, "vocab_sha256", opened->vocab_sha256);
}

/* Reads all weights, so that a missing tensor or a wrong shape is found. */
static mpb_status count_fresh(const mpb_opened_model *opened, const mpb_parameters *parameters,
                              size_t *num_fresh)
{
    float *weights = NULL;
    mpb_status status;

    MPB_TRY(
        mpb_memory_create(parameters->size, sizeof(*weights), "the weights", (void **)&weights));
    if (opened->adapter[0] != '\0') {
        *num_fresh = 0;
        status = mpb_opened_model_read_weights(opened, parameters, weights);
    } else {
        status = mpb_model_dir_read_weights(opened->directory, &opened->config, parameters,
                                            MPB_FRESH_OUTPUT, 0, weights, num_fresh);
    }
    mpb_memory_destroy(weights);
    return status;
}

static mpb_status describe_weights(const mpb_opened_model *opened, const mpb_parameters *parameters,
                                   mpb_json *object)
{
    size_t num_fresh = 0;

    MPB_TRY(count_fresh(opened, parameters, &num_fresh));
    MPB_TRY(mpb_describe_integer(object, "parameters", (int64_t)parameters->num_encoder));
    MPB_TRY(mpb_json_set(object, "trained_head", mpb_json_new_boolean(num_fresh == 0)));
    if (num_fresh > 0) {
        return MPB_OK;
    }
    MPB_TRY(mpb_describe_integer(object, "parameters_with_head", (int64_t)parameters->num_total));
    return mpb_head_of(opened->config.head)->has_labels
               ? mpb_json_set_strings(object, "label_names", &opened->label_names)
               : MPB_OK;
}

/* How text is read for the model: its length, and what train left of the rest. */
static mpb_status describe_reading(const mpb_opened_model *opened, mpb_json *object)
{
    char path[MPB_PATH_SIZE];
    mpb_json *kept = NULL;

    MPB_TRY(mpb_describe_integer(object, "length", opened->length));
    MPB_TRY(mpb_path_join(opened->directory, MPB_MODEL_DIR_SETTINGS, path, sizeof(path)));
    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_read(path, &kept));
    return mpb_json_set(object, "text_is_read_by", kept);
}

static mpb_status describe_opened(mpb_opened_model *opened, mpb_json *object)
{
    mpb_parameters parameters = {0};
    mpb_status status;

    MPB_TRY(mpb_opened_model_name_labels(opened));
    MPB_TRY(describe_sizes(&opened->config, object));
    MPB_TRY(describe_adapters(&opened->config.bottleneck, object));
    MPB_TRY(mpb_parameters_create(&opened->config, &parameters));
    status = describe_weights(opened, &parameters, object);
    mpb_parameters_destroy(&parameters);
    MPB_TRY(status);
    MPB_TRY(describe_tokenizer(opened, object));
    return describe_reading(opened, object);
}

static mpb_status add_file(const char *directory, const char *name, mpb_sha256 *hash)
{
    enum { PART = 1 << 20 };
    char path[MPB_PATH_SIZE];
    mpb_buffer part = {0};
    uint64_t bytes = 0;
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, name, path, sizeof(path)));
    status = mpb_file_size(path, &bytes);
    for (uint64_t at = 0; status == MPB_OK && at < bytes; at += PART) {
        part.size = 0;
        status =
            mpb_file_read_range(path, at, (size_t)(bytes - at < PART ? bytes - at : PART), &part);
        if (status == MPB_OK) {
            mpb_sha256_update(hash, part.data, part.size);
        }
    }
    mpb_buffer_clear(&part);
    return status;
}

/* Of one file, or of several as if they were one. */
static mpb_status hash_weights(const char *directory, char digest[MPB_SHA256_TEXT])
{
    mpb_strings names = {0};
    mpb_sha256 *hash = NULL;
    mpb_status status = mpb_adapter_is_there(directory)
                            ? mpb_adapter_weight_files(directory, &names)
                            : mpb_model_dir_weight_files(directory, &names);

    if (status == MPB_OK) {
        status = mpb_sha256_create(&hash);
    }
    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        status = add_file(directory, names.items[i], hash);
    }
    if (status == MPB_OK) {
        mpb_sha256_finish(hash, digest);
    }
    mpb_sha256_destroy(&hash);
    mpb_strings_clear(&names);
    return status;
}

/* Models from elsewhere have no manifest; the hash of their weights identifies them. */
static mpb_status describe_checksums(const char *directory, mpb_json *object)
{
    char path[MPB_PATH_SIZE];
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(mpb_path_join(directory, "manifest.json", path, sizeof(path)));
    if (mpb_file_exists(path)) {
        MPB_TRY(mpb_manifest_verify(directory));
        MPB_TRY(mpb_describe_text(object, "checksums", "verified"));
    } else {
        MPB_TRY(mpb_describe_text(object, "checksums", "none recorded"));
    }
    MPB_TRY(hash_weights(directory, digest));
    return mpb_describe_text(object, "weights_sha256", digest);
}

static mpb_status describe_state(const char *directory, mpb_json *object)
{
    mpb_training_state read = {0};
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_training_state_path(directory, path, sizeof(path)));
    MPB_TRY(mpb_training_state_read(path, &read));
    status = mpb_describe_integer(object, "step", read.step);
    if (status == MPB_OK) {
        status = mpb_describe_text(object, "instruction_set", read.instruction_set);
    }
    if (status == MPB_OK) {
        status = mpb_describe_text(object, "products", read.products);
    }
    mpb_training_state_clear(&read);
    return status;
}

mpb_status describe_checkpoint(const char *directory, mpb_json *object)
{
    MPB_TRY(mpb_manifest_verify(directory));
    MPB_TRY(describe_state(directory, object));
    return mpb_describe_text(object, "checksums", "verified");
}

mpb_status describe_epochs(const char *directory, mpb_json *object)
{
    mpb_training_state read = {0};
    mpb_json *epochs = NULL;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_training_state_path(directory, path, sizeof(path)));
    MPB_TRY(mpb_training_state_read(path, &read));
    status = mpb_json_parse(read.history, strlen(read.history), path, &epochs);
    mpb_training_state_clear(&read);
    MPB_TRY(status);
    return mpb_json_set(object, "epochs", epochs);
}

mpb_status describe_model(const char *directory, mpb_json *object)
{
    mpb_opened_model opened = {0};
    char state[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_training_state_path(directory, state, sizeof(state)));
    MPB_TRY(mpb_describe_text(object, "kind", mpb_file_exists(state) ? "checkpoint" : "model"));
    MPB_TRY(describe_checksums(directory, object));
    if (mpb_file_exists(state)) {
        MPB_TRY(describe_state(directory, object));
    }
    MPB_TRY(mpb_opened_model_open(directory, &opened));
    status = describe_opened(&opened, object);
    mpb_opened_model_close(&opened);
    return status;
}
