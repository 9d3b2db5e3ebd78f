#include "run_config_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/records/record.h"
#include "run_config_value.h"

enum { NUMBER_SIZE = 32, MOST_ITEMS = MPB_MAX_SCORES };

/* By its name alone: no alias. */
static const run_key *find_key(const char *name)
{
    for (size_t i = 0; i < num_run_keys; i++) {
        if (run_keys[i].of_model && strcmp(run_keys[i].name, name) == 0) {
            return &run_keys[i];
        }
    }
    return NULL;
}

static mpb_status fail_value(const run_key *key, const char *path)
{
    return MPB_FAIL(MPB_ERR_DATA, "%s is of a kind that it cannot be (%s)", key->name, path);
}

/* A scalar as the configuration would have it, in `number` where it is one; borrows the rest. */
static mpb_status to_scalar(const run_key *key, const mpb_json *value, const char *path,
                            char number[NUMBER_SIZE], mpb_yaml_node *node)
{
    *node = (mpb_yaml_node){.kind = MPB_YAML_SCALAR, .text = number};
    if (mpb_json_is_integer(value)) {
        snprintf(number, NUMBER_SIZE, "%" PRId64, mpb_json_integer(value));
        return MPB_OK;
    }
    if (mpb_json_is_null(value)) {
        snprintf(number, NUMBER_SIZE, "null");
        return MPB_OK;
    }
    if (key->kind == KEY_BOOLEAN && mpb_json_is_boolean(value)) {
        snprintf(number, NUMBER_SIZE, "%s", mpb_json_boolean(value) ? "true" : "false");
        return MPB_OK;
    }
    if (key->kind == KEY_REAL && mpb_json_is_number(value)) {
        snprintf(number, NUMBER_SIZE, "%.17g", mpb_json_number(value));
        return MPB_OK;
    }
    if (!mpb_json_is_string(value)) {
        return fail_value(key, path);
    }
    node->text = (char *)mpb_json_text(value);
    node->quoted = key->kind == KEY_TEXT || key->kind == KEY_PATHS;
    return MPB_OK;
}

/* What is wrong in a model's file is no mistake of the configuration. */
static mpb_status as_data(mpb_status status)
{
    return status == MPB_ERR_CONFIG ? MPB_FAIL(MPB_ERR_DATA, "%s", mpb_status_last()) : status;
}

static mpb_status set_list(const run_key *key, const mpb_json *value, const char *path,
                           mpb_run_config *config)
{
    mpb_yaml_node items[MOST_ITEMS] = {{0}};
    mpb_yaml_node list = {.kind = MPB_YAML_LIST, .children = items};
    char number[NUMBER_SIZE];

    if ((key->kind != KEY_FLAGS && key->kind != KEY_PATHS) || mpb_json_count(value) > MOST_ITEMS) {
        return fail_value(key, path);
    }
    for (size_t i = 0; i < mpb_json_count(value); i++) {
        if (!mpb_json_is_string(mpb_json_item(value, i))) {
            return fail_value(key, path);
        }
        MPB_TRY(to_scalar(key, mpb_json_item(value, i), path, number, &items[i]));
    }
    list.num_children = mpb_json_count(value);
    return as_data(run_value_set(key, &list, path, config));
}

static mpb_status set_member(const char *name, const mpb_json *value, const char *path,
                             mpb_run_config *config)
{
    const run_key *key = find_key(name);
    char number[NUMBER_SIZE];
    mpb_yaml_node node;

    MPB_REQUIRE(key != NULL, MPB_ERR_DATA, "'%.100s' is no setting of a model (%s)", name, path);
    if (mpb_json_is_array(value)) {
        return set_list(key, value, path, config);
    }
    MPB_TRY(to_scalar(key, value, path, number, &node));
    return as_data(run_value_set(key, &node, path, config));
}

static mpb_status read_root(const mpb_json *root, const char *path, mpb_run_config *config)
{
    const mpb_json *settings;
    int64_t version;

    MPB_REQUIRE(mpb_json_is_object(root), MPB_ERR_DATA, "a JSON object was expected (%s)", path);
    MPB_TRY(mpb_json_get_integer(root, "version", path, &version));
    MPB_REQUIRE(version == RUN_MODEL_VERSION, MPB_ERR_DATA,
                "version is %" PRId64 ", this program reads version %d (%s)", version,
                RUN_MODEL_VERSION, path);
    settings = mpb_json_member(root, "settings");
    MPB_REQUIRE(settings != NULL && mpb_json_is_object(settings), MPB_ERR_DATA,
                "member 'settings' is missing, an object was expected (%s)", path);
    for (size_t i = 0; i < mpb_json_count(settings); i++) {
        const char *name;
        const mpb_json *value = mpb_json_member_at(settings, i, &name);

        MPB_TRY(set_member(name, value, path, config));
    }
    return MPB_OK;
}

mpb_status run_model_read(const char *path, mpb_run_config *config)
{
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_json_read(path, &root));
    status = read_root(root, path, config);
    mpb_json_destroy(&root);
    return status;
}

/* Appends "data.stride 64 (32)" where the key's value is another one than the model's. */
static mpb_status add_difference(const run_state *state, const run_key *key,
                                 const mpb_run_config *of_model, mpb_buffer *out)
{
    mpb_buffer texts[2] = {{0}, {0}};
    mpb_status status = run_value_write(key, state->config, &texts[0]);

    if (status == MPB_OK) {
        status = run_value_write(key, of_model, &texts[1]);
    }
    if (status == MPB_OK && strcmp(texts[0].data, texts[1].data) != 0) {
        status = mpb_buffer_append_format(out, "%s%s %s (%s)", out->size == 0 ? "" : ", ",
                                          key->name, texts[0].data, texts[1].data);
    }
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
    return status;
}

mpb_status run_model_compare(const run_state *state, const mpb_run_config *of_model,
                             const char *path)
{
    mpb_buffer list = {0};
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < num_run_keys && status == MPB_OK; i++) {
        const bool reads = strncmp(run_keys[i].name, "inference.", strlen("inference.")) != 0;

        if (run_keys[i].of_model && reads && state->sources[i].seen) {
            status = add_difference(state, &run_keys[i], of_model, &list);
        }
    }
    if (status == MPB_OK && list.size > 0) {
        mpb_log_warning(state->log,
                        "text is read in another way than the model's training text was, which is "
                        "in brackets: %s (%s)",
                        list.data, path);
    }
    mpb_buffer_clear(&list);
    return status;
}
