#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

/* Members that a family's config.json names in its own way. */
typedef struct config_keys {
    const char *hidden_size, *num_layers, *num_heads, *intermediate_size;
    const char *activation, *hidden_dropout, *attention_dropout, *classifier_dropout;
} config_keys;

static const config_keys BERT_KEYS = {
    "hidden_size", "num_hidden_layers",   "num_attention_heads",          "intermediate_size",
    "hidden_act",  "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout",
};
static const config_keys DISTILBERT_KEYS = {
    "dim",        "n_layers", "n_heads",           "hidden_dim",
    "activation", "dropout",  "attention_dropout", "seq_classif_dropout",
};

/* NULL where the member is absent or null, which the reference treats alike. */
static const mpb_json *given(const mpb_json *object, const char *name)
{
    const mpb_json *member = mpb_json_member(object, name);

    return member == NULL || mpb_json_is_null(member) ? NULL : member;
}

static mpb_status get_size(const mpb_json *root, const char *name, const char *where, int *out)
{
    int64_t value;

    MPB_TRY(mpb_json_get_integer(root, name, where, &value));
    MPB_REQUIRE(value >= 0 && value <= INT_MAX, MPB_ERR_DATA,
                "%s is %lld, a size was expected (%s)", name, (long long)value, where);
    *out = (int)value;
    return MPB_OK;
}

static mpb_status get_number_or(const mpb_json *root, const char *name, double otherwise,
                                const char *where, float *out)
{
    double value = otherwise;

    if (given(root, name) != NULL) {
        MPB_TRY(mpb_json_get_number(root, name, where, &value));
    }
    *out = (float)value;
    return MPB_OK;
}

/* A text that must be `expected` where it is given. */
static mpb_status require_text(const mpb_json *root, const char *name, const char *expected,
                               const char *where)
{
    const char *text = expected;

    if (given(root, name) != NULL) {
        MPB_TRY(mpb_json_get_text(root, name, where, &text));
    }
    MPB_REQUIRE(strcmp(text, expected) == 0, MPB_ERR_DATA,
                "%s is '%s', only '%s' is supported (%s)", name, text, expected, where);
    return MPB_OK;
}

/* A decoder attends to the past alone: another model under the same names. */
static mpb_status refuse_flag(const mpb_json *root, const char *name, const char *where)
{
    const mpb_json *flag = given(root, name);

    MPB_REQUIRE(flag == NULL || (mpb_json_is_boolean(flag) && !mpb_json_boolean(flag)),
                MPB_ERR_DATA, "%s is set, an encoder was expected (%s)", name, where);
    return MPB_OK;
}

static mpb_status read_family(const mpb_json *root, const char *where, mpb_family *family)
{
    const char *type;

    MPB_TRY(mpb_json_get_text(root, "model_type", where, &type));
    if (strcmp(type, "bert") == 0) {
        *family = MPB_BERT;
        return MPB_OK;
    }
    MPB_REQUIRE(strcmp(type, "distilbert") == 0, MPB_ERR_DATA,
                "model_type is '%s', 'bert' or 'distilbert' was expected (%s)", type, where);
    *family = MPB_DISTILBERT;
    return MPB_OK;
}

static mpb_status read_sizes(const mpb_json *root, const config_keys *keys, const char *where,
                             mpb_model_config *config)
{
    MPB_TRY(get_size(root, "vocab_size", where, &config->vocab_size));
    MPB_TRY(get_size(root, keys->hidden_size, where, &config->hidden_size));
    MPB_TRY(get_size(root, keys->num_layers, where, &config->num_hidden_layers));
    MPB_TRY(get_size(root, keys->num_heads, where, &config->num_attention_heads));
    MPB_TRY(get_size(root, keys->intermediate_size, where, &config->intermediate_size));
    MPB_TRY(get_size(root, "max_position_embeddings", where, &config->max_position_embeddings));
    if (config->family == MPB_BERT) {
        config->type_vocab_size = 2;
        if (given(root, "type_vocab_size") != NULL) {
            MPB_TRY(get_size(root, "type_vocab_size", where, &config->type_vocab_size));
        }
    }
    return MPB_OK;
}

/* Defaults are those of the reference's configuration classes. */
static mpb_status read_numbers(const mpb_json *root, const config_keys *keys, const char *where,
                               mpb_model_config *config)
{
    const bool bert = config->family == MPB_BERT;

    MPB_TRY(get_number_or(root, "initializer_range", 0.02, where, &config->initializer_range));
    config->layer_norm_eps = 1e-12f;
    if (bert) {
        MPB_TRY(get_number_or(root, "layer_norm_eps", 1e-12, where, &config->layer_norm_eps));
    }
    MPB_TRY(get_number_or(root, keys->hidden_dropout, 0.1, where, &config->hidden_dropout));
    MPB_TRY(get_number_or(root, keys->attention_dropout, 0.1, where, &config->attention_dropout));
    return get_number_or(root, keys->classifier_dropout,
                         bert ? (double)config->hidden_dropout : 0.2, where,
                         &config->classifier_dropout);
}

static bool is_default_label(const char *name, size_t id)
{
    char expected[32];

    snprintf(expected, sizeof(expected), "LABEL_%zu", id);
    return strcmp(name, expected) == 0;
}

/* Adds the names in id order; *real tells whether any is more than LABEL_n. */
static mpb_status read_names(const mpb_json *labels, const char *where, mpb_strings *names,
                             bool *real)
{
    const size_t count = mpb_json_count(labels);

    *real = false;
    for (size_t id = 0; id < count; id++) {
        char key[32];
        const char *name;

        snprintf(key, sizeof(key), "%zu", id);
        MPB_TRY(mpb_json_get_text(labels, key, where, &name));
        MPB_TRY(mpb_strings_add(names, name, strlen(name)));
        *real = *real || !is_default_label(name, id);
    }
    return MPB_OK;
}

static mpb_status check_num_labels(const mpb_json *root, const char *where, int named)
{
    int num_labels = named;

    if (given(root, "num_labels") != NULL) {
        MPB_TRY(get_size(root, "num_labels", where, &num_labels));
    }
    MPB_REQUIRE(num_labels == named, MPB_ERR_DATA,
                "num_labels is %d, id2label names %d labels (%s)", num_labels, named, where);
    return MPB_OK;
}

static mpb_status read_labels(const mpb_json *root, const char *where, mpb_model_config *config,
                              mpb_strings *names)
{
    const mpb_json *labels = given(root, "id2label");
    bool real = false;

    config->num_labels = 2;
    if (labels == NULL) {
        return given(root, "num_labels") == NULL
                   ? MPB_OK
                   : get_size(root, "num_labels", where, &config->num_labels);
    }
    MPB_REQUIRE(mpb_json_is_object(labels) && mpb_json_count(labels) <= INT_MAX, MPB_ERR_DATA,
                "id2label is no object, {\"0\": \"name\", ...} was expected (%s)", where);
    MPB_TRY(read_names(labels, where, names, &real));
    config->num_labels = (int)names->count;
    MPB_TRY(check_num_labels(root, where, config->num_labels));
    if (!real) {
        mpb_strings_clear(names);
    }
    return MPB_OK;
}

static mpb_status read_root(const mpb_json *root, const char *where, mpb_model_config *config,
                            mpb_strings *names)
{
    const config_keys *keys;

    MPB_REQUIRE(mpb_json_is_object(root), MPB_ERR_DATA, "a JSON object was expected (%s)", where);
    MPB_TRY(read_family(root, where, &config->family));
    keys = config->family == MPB_BERT ? &BERT_KEYS : &DISTILBERT_KEYS;
    MPB_TRY(require_text(root, keys->activation, "gelu", where));
    MPB_TRY(require_text(root, "position_embedding_type", "absolute", where));
    MPB_TRY(require_text(root, "problem_type", "single_label_classification", where));
    MPB_TRY(refuse_flag(root, "is_decoder", where));
    MPB_TRY(refuse_flag(root, "add_cross_attention", where));
    MPB_TRY(read_sizes(root, keys, where, config));
    MPB_TRY(read_numbers(root, keys, where, config));
    MPB_TRY(read_labels(root, where, config, names));
    return mpb_model_config_check(config, where);
}

mpb_status mpb_model_dir_read_config(const char *directory, mpb_model_config *config,
                                     mpb_strings *label_names)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    mpb_model_config made = {0};
    mpb_strings names = {0};
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, "config.json", path, sizeof(path)));
    MPB_TRY(mpb_json_read(path, &root));
    status = read_root(root, path, &made, &names);
    mpb_json_destroy(&root);
    if (status != MPB_OK) {
        mpb_strings_clear(&names);
        return status;
    }
    mpb_strings_clear(label_names);
    *label_names = names;
    *config = made;
    return MPB_OK;
}
