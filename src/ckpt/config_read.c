#include <string.h>

#include "bottleneck_config.h"
#include "config_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/model/head.h"

/* A decoder attends to the past alone: another model under the same names. */
static mpb_status refuse_flag(const mpb_json *root, const char *name, const char *where)
{
    const mpb_json *flag = config_given(root, name);

    MPB_REQUIRE(flag == NULL || (mpb_json_is_boolean(flag) && !mpb_json_boolean(flag)),
                MPB_ERR_DATA, "%s is set, an encoder was expected (%s)", name, where);
    return MPB_OK;
}

static bool has_telling(const mpb_json *root, const char *const names[3])
{
    for (size_t i = 0; i < 3; i++) {
        if (config_given(root, names[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* The first architecture that is named, or NULL. */
static const char *first_architecture(const mpb_json *root)
{
    const mpb_json *list = config_given(root, "architectures");
    const mpb_json *first = list == NULL ? NULL : mpb_json_item(list, 0);

    return first == NULL || !mpb_json_is_string(first) ? NULL : mpb_json_text(first);
}

static bool begins_with(const char *text, const char *begin)
{
    return strncmp(text, begin, strlen(begin)) == 0;
}

static bool is_of_family(const mpb_json *root, const char *architecture, const mpb_family_row *row)
{
    return architecture != NULL ? begins_with(architecture, row->class_prefix)
                                : has_telling(root, row->telling);
}

/* Configurations of 2019 and before name no model_type: their architecture tells, or keys that no
 * other family has together. */
static mpb_status guess_family(const mpb_json *root, const char *where, mpb_family *family)
{
    const char *named = first_architecture(root);

    for (int i = 0; i < MPB_NUM_FAMILIES; i++) {
        if (is_of_family(root, named, mpb_family_of((mpb_family)i))) {
            *family = (mpb_family)i;
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA,
                    "model_type is missing and %s%s: to a BERT's or DistilBERT's, add "
                    "\"model_type\": \"bert\" or \"distilbert\" (%s)",
                    named != NULL ? "architectures names " : "the members are another model's",
                    named != NULL ? named : "", where);
}

static mpb_status read_family(const mpb_json *root, const char *where, mpb_family *family)
{
    const char *type;

    if (config_given(root, "model_type") == NULL) {
        return guess_family(root, where, family);
    }
    MPB_TRY(mpb_json_get_text(root, "model_type", where, &type));
    for (int i = 0; i < MPB_NUM_FAMILIES; i++) {
        if (strcmp(type, mpb_family_of((mpb_family)i)->model_type) == 0) {
            *family = (mpb_family)i;
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA, "model_type is '%s', 'bert' or 'distilbert' was expected (%s)",
                    type, where);
}

/* Of the first architecture, MPB_NUM_HEADS where that is none of ours. */
static mpb_head_kind named_head(const mpb_json *root, mpb_family family)
{
    const char *prefix = mpb_family_of(family)->class_prefix;
    const char *named = first_architecture(root);

    for (int i = 0; named != NULL && i < MPB_NUM_HEADS; i++) {
        if (i != MPB_HEAD_HIDDEN && begins_with(named, prefix) &&
            strcmp(named + strlen(prefix), mpb_head_of((mpb_head_kind)i)->class_name) == 0) {
            return (mpb_head_kind)i;
        }
    }
    return MPB_NUM_HEADS;
}

/* A bare encoder's is that of sequences, still to be trained. */
static mpb_head_kind read_head(const mpb_json *root, mpb_family family)
{
    const mpb_head_kind named = named_head(root, family);

    return named == MPB_NUM_HEADS ? MPB_HEAD_SEQUENCE : named;
}

static mpb_status read_sizes(const mpb_json *root, const mpb_config_keys *keys, const char *where,
                             mpb_model_config *config)
{
    MPB_TRY(config_get_size(root, "vocab_size", where, &config->vocab_size));
    MPB_TRY(config_get_size(root, keys->hidden_size, where, &config->hidden_size));
    MPB_TRY(config_get_size(root, keys->num_layers, where, &config->num_hidden_layers));
    MPB_TRY(config_get_size(root, keys->num_heads, where, &config->num_attention_heads));
    MPB_TRY(config_get_size(root, keys->intermediate_size, where, &config->intermediate_size));
    MPB_TRY(
        config_get_size(root, "max_position_embeddings", where, &config->max_position_embeddings));
    if (keys->type_vocab_size != NULL) {
        config->type_vocab_size = 2;
        if (config_given(root, keys->type_vocab_size) != NULL) {
            MPB_TRY(config_get_size(root, keys->type_vocab_size, where, &config->type_vocab_size));
        }
    }
    return MPB_OK;
}

/* Defaults are those of the reference's configuration classes. */
static mpb_status read_numbers(const mpb_json *root, const mpb_config_keys *keys, const char *where,
                               mpb_model_config *config)
{
    const double classifier_dropout = mpb_family_of(config->family)->default_classifier_dropout;

    MPB_TRY(
        config_get_number_or(root, "initializer_range", 0.02, where, &config->initializer_range));
    config->layer_norm_eps = 1e-12f;
    if (keys->layer_norm_eps != NULL) {
        MPB_TRY(config_get_number_or(root, keys->layer_norm_eps, 1e-12, where,
                                     &config->layer_norm_eps));
    }
    MPB_TRY(config_get_number_or(root, keys->hidden_dropout, 0.1, where, &config->hidden_dropout));
    MPB_TRY(config_get_number_or(root, keys->attention_dropout, 0.1, where,
                                 &config->attention_dropout));
    MPB_TRY(config_get_number_or(root, keys->classifier_dropout,
                                 classifier_dropout < 0.0 ? (double)config->hidden_dropout
                                                          : classifier_dropout,
                                 where, &config->classifier_dropout));
    return keys->span_dropout == NULL
               ? MPB_OK
               : config_get_number_or(root, keys->span_dropout, 0.1, where, &config->span_dropout);
}

static mpb_status read_problem(const mpb_json *root, const char *where, mpb_problem *problem)
{
    const char *type = mpb_problem_name(MPB_SINGLE_LABEL);

    if (config_given(root, "problem_type") != NULL) {
        MPB_TRY(mpb_json_get_text(root, "problem_type", where, &type));
    }
    for (*problem = MPB_SINGLE_LABEL; *problem <= MPB_REGRESSION; (*problem)++) {
        if (strcmp(type, mpb_problem_name(*problem)) == 0) {
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA,
                    "problem_type is '%s', 'single_label_classification', "
                    "'multi_label_classification' or 'regression' was expected (%s)",
                    type, where);
}

static mpb_status read_root(const mpb_json *root, const char *where, mpb_model_config *config,
                            mpb_strings *names)
{
    const mpb_config_keys *keys;

    MPB_REQUIRE(mpb_json_is_object(root), MPB_ERR_DATA, "a JSON object was expected (%s)", where);
    MPB_TRY(read_family(root, where, &config->family));
    config->head = read_head(root, config->family);
    keys = &mpb_family_of(config->family)->keys;
    MPB_TRY(config_require_text(root, keys->activation, "gelu", where));
    MPB_TRY(config_require_text(root, "position_embedding_type", "absolute", where));
    MPB_TRY(read_problem(root, where, &config->problem));
    MPB_TRY(refuse_flag(root, "is_decoder", where));
    MPB_TRY(refuse_flag(root, "add_cross_attention", where));
    MPB_TRY(read_sizes(root, keys, where, config));
    MPB_TRY(read_numbers(root, keys, where, config));
    MPB_TRY(config_read_num_labels(root, where, config));
    MPB_TRY(bottleneck_config_get(root, config->hidden_size, where, &config->bottleneck));
    MPB_TRY(mpb_model_config_check(config, where));
    return config_read_names(root, where, names);
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

mpb_status mpb_model_dir_names_head(const char *directory, bool *named)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    mpb_family family;
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, "config.json", path, sizeof(path)));
    MPB_TRY(mpb_json_read(path, &root));
    status = read_family(root, path, &family);
    if (status == MPB_OK) {
        *named = named_head(root, family) != MPB_NUM_HEADS;
    }
    mpb_json_destroy(&root);
    return status;
}
