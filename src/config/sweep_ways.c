#include "sweep_ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 1024 };

static const char NAME_CHARACTERS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";

static bool has_alternatives(const mpb_yaml_node *member)
{
    return member->kind == MPB_YAML_LIST && member->num_children > 1;
}

static size_t count_alternatives(const mpb_yaml_node *member)
{
    return member->kind == MPB_YAML_LIST ? member->num_children : 1;
}

/* Combination number `number` of a way; the alternatives of its last key change first. */
static void pick(const mpb_yaml_node *way, size_t number, run_setting *settings)
{
    for (size_t i = way->num_children; i-- > 0;) {
        const mpb_yaml_node *member = &way->children[i];
        const size_t count = count_alternatives(member);

        settings[i] = (run_setting){
            .key = member->key,
            .value = member->kind == MPB_YAML_LIST ? &member->children[number % count] : member};
        number /= count;
    }
}

/* A file's name may not hold everything that a value may; what is no scalar goes by its number. */
static mpb_status append_value(const mpb_yaml_node *member, const mpb_yaml_node *value,
                               mpb_buffer *name)
{
    if (value->kind != MPB_YAML_SCALAR) {
        return mpb_buffer_append_format(name, "%zu", (size_t)(value - member->children) + 1);
    }
    for (const char *at = value->text; *at != '\0'; at++) {
        MPB_TRY(mpb_buffer_append(name, strchr(NAME_CHARACTERS, *at) == NULL ? "_" : at, 1));
    }
    return MPB_OK;
}

static mpb_status append_name(const mpb_yaml_node *way, const run_setting *settings,
                              mpb_buffer *name)
{
    MPB_TRY(mpb_buffer_append_text(name, way->key));
    for (size_t i = 0; i < way->num_children; i++) {
        const mpb_yaml_node *member = &way->children[i];
        const char *dot = strrchr(member->key, '.');

        if (has_alternatives(member)) {
            MPB_TRY(mpb_buffer_append_format(name, "-%s-", dot == NULL ? member->key : dot + 1));
            MPB_TRY(append_value(member, settings[i].value, name));
        }
    }
    return MPB_OK;
}

static mpb_status make_name(const sweep_source *source, const mpb_yaml_node *way,
                            const run_setting *settings, char name[MPB_SWEEP_NAME])
{
    mpb_buffer text = {0};
    mpb_status status = append_name(way, settings, &text);
    const bool fits = status == MPB_OK && text.size < MPB_SWEEP_NAME;

    if (fits) {
        snprintf(name, MPB_SWEEP_NAME, "%s", text.data);
    }
    mpb_buffer_clear(&text);
    MPB_TRY(status);
    MPB_REQUIRE(fits, MPB_ERR_CONFIG,
                "a setting of way '%.40s' has a name of more than %d characters; make ways of its "
                "alternatives (%s, line %d)",
                way->key, MPB_SWEEP_NAME - 1, source->path, way->line);
    return MPB_OK;
}

static mpb_status check_new(const sweep_source *source, const mpb_yaml_node *way,
                            const mpb_sweep_file *sweep, const char *name)
{
    for (size_t i = 0; i < sweep->count; i++) {
        MPB_REQUIRE(strcmp(sweep->settings[i].name, name) != 0, MPB_ERR_CONFIG,
                    "two settings have the name %s, different values or ways were expected (%s, "
                    "line %d)",
                    name, source->path, way->line);
    }
    return MPB_OK;
}

/* The same description with the setting before it. */
static mpb_status name_setting(mpb_status status, const char *name)
{
    char text[TEXT_SIZE];

    snprintf(text, sizeof(text), "%s", mpb_status_last());
    return MPB_FAIL(status, "%s: %s", name, text);
}

/* Adds a setting of `way`; those of a sweep have so much in common that one speaks for all. */
static mpb_status add_setting(const sweep_source *source, const mpb_yaml_node *way,
                              const run_setting *settings, mpb_sweep_file *sweep)
{
    mpb_sweep_setting *added = &sweep->settings[sweep->count];
    const run_layer layer = {
        .path = source->path, .settings = settings, .count = way->num_children};
    run_origin origin = *source->origin;
    mpb_log log = *source->log;
    mpb_status status;

    MPB_TRY(make_name(source, way, settings, added->name));
    MPB_TRY(check_new(source, way, sweep, added->name));
    origin.layer = &layer;
    log.leader = log.leader && sweep->count == 0;
    log.part = added->name;
    status = run_config_read_from(&log, &origin, &added->config);
    if (status != MPB_OK) {
        return status == MPB_ERR_CONFIG ? name_setting(status, added->name) : status;
    }
    sweep->count++;
    return MPB_OK;
}

static mpb_status check_name(const sweep_source *source, const mpb_yaml_node *way)
{
    MPB_REQUIRE(way->key[0] != '\0' && way->key[0] != '.' && way->key[0] != '-' &&
                    strspn(way->key, NAME_CHARACTERS) == strlen(way->key),
                MPB_ERR_CONFIG,
                "a way is called '%.100s', letters, digits and the characters . _ + - were "
                "expected, a letter or digit first (%s, line %d)",
                way->key, source->path, way->line);
    return MPB_OK;
}

/* Whether a node stands for nothing: `full:`, or null. */
static bool is_empty(const mpb_yaml_node *node)
{
    return node->kind == MPB_YAML_SCALAR && !node->quoted &&
           (node->text[0] == '\0' || strcmp(node->text, "null") == 0);
}

/* *count = the combinations of a way. */
static mpb_status count_combinations(const sweep_source *source, const mpb_yaml_node *way,
                                     size_t *count)
{
    MPB_REQUIRE(way->kind == MPB_YAML_MAP || is_empty(way), MPB_ERR_CONFIG,
                "way %s is no map, keys of the configuration with values or lists of them were "
                "expected (%s, line %d)",
                way->key, source->path, way->line);
    *count = 1;
    for (size_t i = 0; i < way->num_children; i++) {
        const mpb_yaml_node *member = &way->children[i];

        MPB_REQUIRE(count_alternatives(member) > 0, MPB_ERR_CONFIG,
                    "%s of way %s is an empty list, at least one value was expected (%s, line %d)",
                    member->key, way->key, source->path, member->line);
        *count *= count_alternatives(member);
        MPB_REQUIRE(*count <= MPB_MOST_SETTINGS, MPB_ERR_CONFIG,
                    "way %s has more than %d combinations, fewer values were expected (%s, line "
                    "%d)",
                    way->key, MPB_MOST_SETTINGS, source->path, way->line);
    }
    return MPB_OK;
}

/* Room for `more` settings. */
static mpb_status make_room(size_t more, mpb_sweep_file *sweep)
{
    mpb_sweep_setting *grown =
        realloc(sweep->settings, (sweep->count + more) * sizeof(*sweep->settings));

    MPB_REQUIRE(grown != NULL, MPB_ERR_SYSTEM, "no memory for %zu settings", sweep->count + more);
    memset(grown + sweep->count, 0, more * sizeof(*grown));
    sweep->settings = grown;
    return MPB_OK;
}

static mpb_status read_way(const sweep_source *source, const mpb_yaml_node *way,
                           mpb_sweep_file *sweep)
{
    run_setting *settings;
    size_t count = 0;
    mpb_status status = MPB_OK;

    MPB_TRY(check_name(source, way));
    MPB_TRY(count_combinations(source, way, &count));
    MPB_REQUIRE(sweep->count + count <= MPB_MOST_SETTINGS, MPB_ERR_CONFIG,
                "the ways make more than %d settings (%s, line %d)", MPB_MOST_SETTINGS,
                source->path, way->line);
    MPB_TRY(make_room(count, sweep));
    settings = calloc(way->num_children + 1, sizeof(*settings));
    MPB_REQUIRE(settings != NULL, MPB_ERR_SYSTEM, "no memory for a setting");
    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        pick(way, i, settings);
        status = add_setting(source, way, settings, sweep);
    }
    free(settings);
    return status;
}

mpb_status sweep_ways_read(const sweep_source *source, const mpb_yaml_node *ways,
                           mpb_sweep_file *sweep)
{
    for (size_t i = 0; i < ways->num_children; i++) {
        MPB_TRY(read_way(source, &ways->children[i], sweep));
    }
    return MPB_OK;
}
