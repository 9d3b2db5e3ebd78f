#include "run_config_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"
#include "run_config_model.h"
#include "run_config_value.h"

enum { PATH_SIZE = 256 };

/* What all runs of a sweep must have alike to be compared, or what tells them apart anyway. */
static bool is_common(const run_key *key)
{
    return key->resume == MPB_KEY_ASIDE || strcmp(key->name, "training.seed") == 0 ||
           strcmp(key->name, "model.task") == 0 ||
           strcmp(key->name, "checkpoint.metric_for_best_model") == 0;
}

static mpb_status check_layered(const run_key *key, const run_source *before, const char *where)
{
    MPB_REQUIRE(!is_common(key), MPB_ERR_CONFIG, "%s is the same in all ways of a sweep%s (%s)",
                key->name,
                strcmp(key->name, "training.seed") == 0 ? ", whose seeds are a list of their own"
                                                        : ": set it in the configuration",
                where);
    MPB_REQUIRE(!before->seen || before->file != NULL, MPB_ERR_CONFIG,
                "%s is given here and on the command line, one of both was expected (%s)",
                key->name, where);
    return MPB_OK;
}

static mpb_status set_key(run_state *state, int index, const mpb_yaml_node *node)
{
    const run_key *key = &run_keys[index];
    run_source *source = &state->sources[index];
    char where[RUN_WHERE_SIZE];

    run_where(state->reading, node->line, where);
    MPB_REQUIRE(state->reading == NULL || !source->seen || source->file != state->reading,
                MPB_ERR_CONFIG,
                "%s is given twice, under this or another name, first in line %d (%s)", key->name,
                source->line, where);
    if (state->layer != NULL) {
        MPB_TRY(check_layered(key, source, where));
    }
    MPB_TRY(run_value_set(key, node, where, state->config));
    *source = (run_source){
        .given = !run_value_is_null(key, node),
        .seen = true,
        .file = state->reading,
        .line = node->line,
        .word = node->text == NULL ? NULL : run_word_find(key, node->text),
    };
    return MPB_OK;
}

static mpb_status refuse_unknown(const run_state *state, const mpb_yaml_node *node,
                                 const char *path)
{
    const char *meant = run_key_suggest(path);
    char where[RUN_WHERE_SIZE];

    run_where(state->reading, node->line, where);
    if (meant != NULL) {
        return MPB_FAIL(MPB_ERR_CONFIG, "unknown key %s, did you mean %s? (%s)", path, meant,
                        where);
    }
    return MPB_FAIL(MPB_ERR_CONFIG, "unknown key %s (%s)", path, where);
}

static mpb_status read_members(run_state *state, const mpb_yaml_node *map, const char *prefix);

/* A section without content is as good as absent. */
static mpb_status read_section(run_state *state, const mpb_yaml_node *node, const char *path)
{
    char where[RUN_WHERE_SIZE];

    if (node->kind == MPB_YAML_MAP) {
        return read_members(state, node, path);
    }
    if (node->kind == MPB_YAML_SCALAR && !node->quoted &&
        (node->text[0] == '\0' || strcmp(node->text, "null") == 0)) {
        return MPB_OK;
    }
    run_where(state->reading, node->line, where);
    return MPB_FAIL(MPB_ERR_CONFIG, "%s is %s%.100s%s, a section of keys was expected (%s)", path,
                    node->text == NULL ? "a list" : "'", node->text == NULL ? "" : node->text,
                    node->text == NULL ? "" : "'", where);
}

static mpb_status read_node(run_state *state, const mpb_yaml_node *node, const char *path)
{
    int index = run_key_find(path);

    if (index != KEY_NONE) {
        return set_key(state, index, node);
    }
    if (run_key_is_section(path)) {
        return read_section(state, node, path);
    }
    return refuse_unknown(state, node, path);
}

static mpb_status read_members(run_state *state, const mpb_yaml_node *map, const char *prefix)
{
    for (size_t i = 0; i < map->num_children; i++) {
        const mpb_yaml_node *child = &map->children[i];
        char path[PATH_SIZE];

        snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", child->key);
        MPB_TRY(run_faults_take(&state->faults, read_node(state, child, path)));
    }
    return MPB_OK;
}

static mpb_status read_file(run_state *state)
{
    mpb_yaml_node *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_yaml_read(state->path, &root));
    state->reading = state->path;
    if (root->kind == MPB_YAML_MAP) {
        status = read_members(state, root, "");
    } else {
        status = MPB_FAIL(MPB_ERR_CONFIG, "sections such as 'model:' were expected (%s, line %d)",
                          state->path, root->line);
    }
    state->reading = NULL;
    mpb_yaml_destroy(&root);
    return status;
}

/* A value in brackets is YAML, anything else is the text itself: paths may hold ": " or " #". */
static mpb_status read_value(run_state *state, const char *path, char *text)
{
    mpb_yaml_node plain = {.kind = MPB_YAML_SCALAR, .text = text};
    mpb_yaml_node *root = NULL;
    mpb_status status;

    if (text[0] != '[' && text[0] != '{') {
        return read_node(state, &plain, path);
    }
    MPB_TRY(mpb_yaml_parse(text, strlen(text), "command line", &root));
    status = read_node(state, root, path);
    mpb_yaml_destroy(&root);
    return status;
}

static mpb_status read_override(run_state *state, const char *override)
{
    const char *equals = strchr(override, '=');
    char path[PATH_SIZE];
    char *text;
    size_t bad;
    mpb_status status;

    MPB_REQUIRE(mpb_utf8_valid(override, strlen(override), &bad), MPB_ERR_CONFIG,
                "'%.*s...' goes on with a byte that is no UTF-8 (command line)",
                bad < PATH_SIZE ? (int)bad : PATH_SIZE, override);
    MPB_REQUIRE(equals != NULL && equals > override && equals - override < PATH_SIZE,
                MPB_ERR_CONFIG, "'%.200s' is not of the form section.key=value (command line)",
                override);
    snprintf(path, sizeof(path), "%.*s", (int)(equals - override), override);
    text = strdup(equals + 1);
    MPB_REQUIRE(text != NULL, MPB_ERR_SYSTEM, "no memory for a setting");
    status = read_value(state, path, text);
    free(text);
    return status;
}

static mpb_status read_layer(run_state *state, const run_layer *layer)
{
    state->reading = layer->path;
    state->layer = layer;
    for (size_t i = 0; i < layer->count; i++) {
        const run_setting *setting = &layer->settings[i];

        MPB_TRY(run_faults_take(&state->faults, read_node(state, setting->value, setting->key)));
    }
    state->reading = NULL;
    state->layer = NULL;
    return MPB_OK;
}

static mpb_status read_given(run_state *state, const run_origin *origin)
{
    if (state->path != NULL) {
        MPB_TRY(read_file(state));
    }
    for (size_t i = 0; i < origin->count; i++) {
        MPB_TRY(run_faults_take(&state->faults, read_override(state, origin->overrides[i])));
    }
    if (origin->layer != NULL) {
        MPB_TRY(read_layer(state, origin->layer));
    }
    return run_faults_tell(&state->faults);
}

/* What the model's directory keeps stands between the defaults and what is given. */
static mpb_status read_over_model(run_state *state, const char *model_path,
                                  const run_origin *origin, mpb_run_config *of_model)
{
    MPB_TRY(mpb_run_config_defaults(of_model));
    MPB_TRY(run_model_read(model_path, of_model));
    MPB_TRY(run_model_read(model_path, state->config));
    MPB_TRY(read_given(state, origin));
    state->config->data.columns_of_model =
        !run_given(state, "data.text_column") && !run_given(state, "data.text_column_b");
    return run_model_compare(state, of_model, model_path);
}

static mpb_status read_all(run_state *state, mpb_task task, const char *model_path,
                           const run_origin *origin)
{
    mpb_run_config of_model = {0};
    mpb_status status;

    MPB_TRY(mpb_run_config_defaults(state->config));
    state->config->model.task = task;
    status = model_path == NULL ? read_given(state, origin)
                                : read_over_model(state, model_path, origin, &of_model);
    mpb_run_config_clear(&of_model);
    MPB_TRY(status);
    return run_config_settle(state);
}

static mpb_status read_config(const mpb_log *log, mpb_task task, const char *model_path,
                              const run_origin *origin, mpb_run_config *config)
{
    mpb_run_config made = {0};
    run_state state = {.log = log, .path = origin->path, .config = &made};
    mpb_status status = read_all(&state, task, model_path, origin);

    run_faults_clear(&state.faults);
    if (status != MPB_OK) {
        mpb_run_config_clear(&made);
        return status;
    }
    *config = made;
    return MPB_OK;
}

mpb_status run_config_read_from(const mpb_log *log, const run_origin *origin,
                                mpb_run_config *config)
{
    return read_config(log, MPB_TASK_AUTO, NULL, origin, config);
}

mpb_status mpb_run_config_read(const mpb_log *log, const char *path, const char *const *overrides,
                               size_t count, mpb_run_config *config)
{
    return mpb_run_config_read_for_model(log, MPB_TASK_AUTO, NULL, path, overrides, count, config);
}

mpb_status mpb_run_config_read_for_model(const mpb_log *log, mpb_task task, const char *model_path,
                                         const char *path, const char *const *overrides,
                                         size_t count, mpb_run_config *config)
{
    const run_origin origin = {.path = path, .overrides = overrides, .count = count};

    return read_config(log, task, model_path, &origin, config);
}
