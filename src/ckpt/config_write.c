#include <stdio.h>
#include <stdlib.h>

#include "bottleneck_config.h"
#include "config_internal.h"
#include "model_dir_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/model/head.h"

/* The double whose shortest text is that of the float: 0.1f is written as 0.1, not as
 * 0.10000000149011612. */
static double shortest(float value)
{
    char text[32];

    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) {
            break;
        }
    }
    return strtod(text, NULL);
}

static mpb_status set_text(mpb_json *root, const char *name, const char *text)
{
    return mpb_json_set(root, name, mpb_json_new_text(text));
}

static mpb_status set_integer(mpb_json *root, const char *name, int value)
{
    return mpb_json_set(root, name, mpb_json_new_integer(value));
}

static mpb_status set_number(mpb_json *root, const char *name, float value)
{
    return mpb_json_set(root, name, mpb_json_new_number(shortest(value)));
}

static mpb_status set_architecture(mpb_json *root, const mpb_model_config *config)
{
    char name[64];
    mpb_json *list = mpb_json_new_array();
    mpb_status status = MPB_ERR_SYSTEM;

    snprintf(name, sizeof(name), "%s%s", mpb_family_of(config->family)->class_prefix,
             mpb_head_of(config->head)->class_name);
    if (list != NULL) {
        status = mpb_json_append(list, mpb_json_new_text(name));
    }
    if (status != MPB_OK) {
        mpb_json_destroy(&list);
        return MPB_FAIL(MPB_ERR_SYSTEM, "no memory for config.json");
    }
    return mpb_json_set(root, "architectures", list);
}

static mpb_status set_sizes(mpb_json *root, const mpb_config_keys *keys,
                            const mpb_model_config *config)
{
    MPB_TRY(set_integer(root, "vocab_size", config->vocab_size));
    MPB_TRY(set_integer(root, keys->hidden_size, config->hidden_size));
    MPB_TRY(set_integer(root, keys->num_layers, config->num_hidden_layers));
    MPB_TRY(set_integer(root, keys->num_heads, config->num_attention_heads));
    MPB_TRY(set_integer(root, keys->intermediate_size, config->intermediate_size));
    MPB_TRY(set_integer(root, "max_position_embeddings", config->max_position_embeddings));
    return keys->type_vocab_size == NULL
               ? MPB_OK
               : set_integer(root, keys->type_vocab_size, config->type_vocab_size);
}

static mpb_status set_numbers(mpb_json *root, const mpb_config_keys *keys,
                              const mpb_model_config *config)
{
    if (keys->layer_norm_eps != NULL) {
        MPB_TRY(set_number(root, keys->layer_norm_eps, config->layer_norm_eps));
    }
    MPB_TRY(set_number(root, "initializer_range", config->initializer_range));
    MPB_TRY(set_number(root, keys->hidden_dropout, config->hidden_dropout));
    MPB_TRY(set_number(root, keys->attention_dropout, config->attention_dropout));
    MPB_TRY(set_number(root, keys->classifier_dropout, config->classifier_dropout));
    return keys->span_dropout == NULL ? MPB_OK
                                      : set_number(root, keys->span_dropout, config->span_dropout);
}

/* What this program computes alone, where a family's configuration may say otherwise. */
static mpb_status set_kinds(mpb_json *root, const mpb_config_keys *keys)
{
    MPB_TRY(set_text(root, keys->activation, "gelu"));
    if (keys->position_type != NULL) {
        MPB_TRY(set_text(root, keys->position_type, "absolute"));
    }
    return keys->sinusoidal == NULL
               ? MPB_OK
               : mpb_json_set(root, keys->sinusoidal, mpb_json_new_boolean(false));
}

static mpb_status fill_labels(mpb_json *id_to_label, mpb_json *label_to_id, int num_labels,
                              const mpb_strings *names)
{
    for (int id = 0; id < num_labels; id++) {
        char key[32];
        char plain[32];
        const char *name = plain;

        snprintf(key, sizeof(key), "%d", id);
        snprintf(plain, sizeof(plain), "LABEL_%d", id);
        if (names->count > 0) {
            name = names->items[id];
        }
        MPB_TRY(set_text(id_to_label, key, name));
        MPB_TRY(set_integer(label_to_id, name, id));
    }
    return MPB_OK;
}

mpb_status config_set_labels(mpb_json *root, const mpb_model_config *config,
                             const mpb_strings *names)
{
    mpb_json *id_to_label = mpb_json_new_object();
    mpb_json *label_to_id = mpb_json_new_object();
    mpb_status status = MPB_ERR_SYSTEM;

    if (id_to_label != NULL && label_to_id != NULL) {
        status = fill_labels(id_to_label, label_to_id, config->num_labels, names);
    } else {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory for config.json");
    }
    if (status != MPB_OK) {
        mpb_json_destroy(&id_to_label);
        mpb_json_destroy(&label_to_id);
        return status;
    }
    status = mpb_json_set(root, "id2label", id_to_label);
    if (status != MPB_OK) {
        mpb_json_destroy(&label_to_id);
        return status;
    }
    return mpb_json_set(root, "label2id", label_to_id);
}

static mpb_status fill_root(mpb_json *root, const mpb_model_config *config,
                            const mpb_strings *label_names)
{
    const mpb_family_row *family = mpb_family_of(config->family);
    const mpb_head_facts *head = mpb_head_of(config->head);

    MPB_TRY(set_architecture(root, config));
    MPB_TRY(set_text(root, "model_type", family->model_type));
    MPB_TRY(set_sizes(root, &family->keys, config));
    MPB_TRY(set_numbers(root, &family->keys, config));
    MPB_TRY(set_kinds(root, &family->keys));
    MPB_TRY(set_integer(root, "pad_token_id", 0));
    if (head->has_labels) {
        MPB_TRY(config_set_labels(root, config, label_names));
    }
    if (head->has_problem) {
        MPB_TRY(set_text(root, "problem_type", mpb_problem_name(config->problem)));
    }
    if (config->bottleneck.kind != MPB_NO_BOTTLENECK) {
        MPB_TRY(bottleneck_config_set(&config->bottleneck, config->hidden_size, root));
    }
    return set_text(root, "torch_dtype", "float32");
}

static mpb_status write_root(const char *path, const mpb_model_config *config,
                             const mpb_strings *label_names, mpb_json *root)
{
    MPB_TRY(fill_root(root, config, label_names));
    return mpb_json_replace(path, root, "\n");
}

mpb_status config_write(const char *directory, const mpb_model_config *config,
                        const mpb_strings *label_names)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root;
    mpb_status status;

    MPB_REQUIRE(!mpb_head_of(config->head)->has_labels || label_names->count == 0 ||
                    label_names->count == (size_t)config->num_labels,
                MPB_ERR_CONFIG, "there are %zu label names, the model has %d labels (%s)",
                label_names->count, config->num_labels, directory);
    MPB_TRY(mpb_path_join(directory, "config.json", path, sizeof(path)));
    root = mpb_json_new_object();
    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for config.json");
    status = write_root(path, config, label_names, root);
    mpb_json_destroy(&root);
    return status;
}
