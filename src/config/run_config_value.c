#include "run_config_value.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_config_layers.h"
#include "run_config_numbers.h"
#include "run_config_refuse.h"
#include "run_config_trainable.h"

enum { MOST_FLAGS = 8 };

void *run_value_field(const run_key *key, mpb_run_config *config)
{
    return (char *)config + key->offset;
}

const void *run_value_field_const(const run_key *key, const mpb_run_config *config)
{
    return (const char *)config + key->offset;
}

const run_word *run_word_find(const run_key *key, const char *text)
{
    for (const run_word *word = key->words; word != NULL && word->text != NULL; word++) {
        if (strcmp(word->text, text) == 0) {
            return word;
        }
    }
    return NULL;
}

const char *run_word_of(const run_key *key, int value)
{
    for (const run_word *word = key->words; word->text != NULL; word++) {
        if (word->value == value) {
            return word->text;
        }
    }
    return NULL;
}

static size_t count_words(const run_key *key)
{
    size_t count = 0;

    while (key->words[count].text != NULL) {
        count++;
    }
    return count;
}

/* The text of a scalar, with other spellings brought to ours. */
static const char *spelling(const run_key *key, const mpb_yaml_node *node)
{
    for (size_t i = 0; i < num_run_synonyms; i++) {
        if (strcmp(run_synonyms[i].name, key->name) == 0 &&
            strcmp(run_synonyms[i].text, node->text) == 0) {
            return run_synonyms[i].value;
        }
    }
    return node->text;
}

bool run_value_is_null(const run_key *key, const mpb_yaml_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    const char *text;

    if (node->kind != MPB_YAML_SCALAR || node->quoted) {
        return false;
    }
    text = spelling(key, node);
    for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
        if (strcmp(text, nulls[i]) == 0) {
            return true;
        }
    }
    return false;
}

static mpb_status copy_text(const char *text, char **field)
{
    char *copy = text == NULL ? NULL : strdup(text);

    MPB_REQUIRE(copy != NULL || text == NULL, MPB_ERR_SYSTEM, "no memory for a setting");
    free(*field);
    *field = copy;
    return MPB_OK;
}

/* Texts are paths and names: what is no line could pass for two. */
static bool is_name(const mpb_yaml_node *node)
{
    return node->kind == MPB_YAML_SCALAR && node->text[0] != '\0' && mpb_text_is_line(node->text);
}

static mpb_status set_text(const run_key *key, const mpb_yaml_node *node, const char *where,
                           mpb_run_config *config)
{
    if (!is_name(node)) {
        return run_refuse(key, node, where);
    }
    return copy_text(spelling(key, node), run_value_field(key, config));
}

/* The word that a scalar is. */
static const run_word *find_word(const run_key *key, const mpb_yaml_node *node)
{
    return node->kind == MPB_YAML_SCALAR ? run_word_find(key, spelling(key, node)) : NULL;
}

static mpb_status set_word(const run_key *key, const mpb_yaml_node *node, const char *where,
                           mpb_run_config *config)
{
    const run_word *word = find_word(key, node);

    if (word == NULL) {
        return run_refuse(key, node, where);
    }
    return key->legacy ? MPB_OK : copy_text(word->text, run_value_field(key, config));
}

static mpb_status set_choice(const run_key *key, const mpb_yaml_node *node, const char *where,
                             mpb_run_config *config)
{
    const run_word *word = find_word(key, node);

    if (word == NULL) {
        return run_refuse(key, node, where);
    }
    /* An enum has the size of an int with the compilers that we know. */
    _Static_assert(sizeof(mpb_run_scheduler) == sizeof(int), "an enum is an int");
    memcpy(run_value_field(key, config), &word->value, sizeof(word->value));
    return MPB_OK;
}

static mpb_status set_flags(const run_key *key, const mpb_yaml_node *node, const char *where,
                            mpb_run_config *config)
{
    bool flags[MOST_FLAGS] = {false};
    const mpb_yaml_node *items = node->kind == MPB_YAML_LIST ? node->children : node;
    size_t count = node->kind == MPB_YAML_LIST ? node->num_children : 1;

    for (size_t i = 0; i < count; i++) {
        const run_word *word = find_word(key, &items[i]);

        if (word == NULL) {
            return run_refuse(key, &items[i], where);
        }
        flags[word - key->words] = true;
    }
    memcpy(run_value_field(key, config), flags, count_words(key) * sizeof(bool));
    return MPB_OK;
}

static mpb_status set_paths(const run_key *key, const mpb_yaml_node *node, const char *where,
                            mpb_run_config *config)
{
    mpb_strings made = {0};
    mpb_strings *field = run_value_field(key, config);
    const mpb_yaml_node *items = node->kind == MPB_YAML_LIST ? node->children : node;
    size_t count = node->kind == MPB_YAML_LIST ? node->num_children : 1;
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        if (!is_name(&items[i])) {
            status = run_refuse(key, &items[i], where);
        } else {
            status = mpb_strings_add(&made, items[i].text, strlen(items[i].text));
        }
    }
    if (status != MPB_OK) {
        mpb_strings_clear(&made);
        return status;
    }
    mpb_strings_clear(field);
    *field = made;
    return MPB_OK;
}

static mpb_status set_boolean(const run_key *key, const mpb_yaml_node *node, const char *where,
                              mpb_run_config *config)
{
    static const char *const words[] = {"false", "False", "FALSE", "no",  "off",
                                        "true",  "True",  "TRUE",  "yes", "on"};
    const size_t num_words = sizeof(words) / sizeof(words[0]);
    size_t at = num_words;

    if (node->kind == MPB_YAML_SCALAR && !node->quoted) {
        for (at = 0; at < num_words && strcmp(words[at], node->text) != 0; at++) {
        }
    }
    if (at == num_words ||
        (key->partial && run_word_find(key, at >= num_words / 2 ? "true" : "false") == NULL)) {
        return run_refuse(key, node, where);
    }
    if (!key->legacy) {
        *(bool *)run_value_field(key, config) = at >= num_words / 2;
    }
    return MPB_OK;
}

/* The default where it is a word for "none": NULL, an empty list, no flag, a number of its own. */
static void set_none(const run_key *key, mpb_run_config *config)
{
    void *field = run_value_field(key, config);

    run_value_clear(key, config);
    switch (key->kind) {
    case KEY_INTEGER:
    case KEY_BYTES:
        *(int64_t *)field = (int64_t)key->none;
        break;
    case KEY_REAL:
        *(double *)field = key->none;
        break;
    case KEY_FLAGS:
        memset(field, 0, count_words(key) * sizeof(bool));
        break;
    default:
        break;
    }
}

static bool is_none(const run_key *key, const mpb_yaml_node *node)
{
    bool number = key->kind == KEY_INTEGER || key->kind == KEY_REAL;

    if (node->kind != MPB_YAML_SCALAR || strcmp(key->preset, spelling(key, node)) != 0) {
        return false;
    }
    return strcmp(key->preset, "null") == 0 || (number && isalpha((unsigned char)key->preset[0]));
}

mpb_status run_value_set(const run_key *key, const mpb_yaml_node *node, const char *where,
                         mpb_run_config *config)
{
    if (run_value_is_null(key, node)) {
        return run_value_preset(key, config);
    }
    if (is_none(key, node) && !node->quoted) {
        set_none(key, config);
        return MPB_OK;
    }
    switch (key->kind) {
    case KEY_TEXT:
        return set_text(key, node, where, config);
    case KEY_WORD:
        return set_word(key, node, where, config);
    case KEY_CHOICE:
        return set_choice(key, node, where, config);
    case KEY_FLAGS:
        return set_flags(key, node, where, config);
    case KEY_PATHS:
        return set_paths(key, node, where, config);
    case KEY_INTEGER:
    case KEY_REAL:
        return run_number_set(key, node, node->kind == MPB_YAML_SCALAR ? spelling(key, node) : NULL,
                              where, run_value_field(key, config));
    case KEY_BYTES:
        return run_bytes_set(key, node, where, run_value_field(key, config));
    case KEY_WEIGHTS:
        return run_weights_set(key, node, find_word(key, node), where,
                               run_value_field(key, config));
    case KEY_TRAINABLE:
        return run_trainable_set(key, node, where, run_value_field(key, config));
    case KEY_SCHEDULE:
        return run_schedule_set(key, node, where, run_value_field(key, config));
    case KEY_LAYERS:
        return run_layers_set(key, node, where, run_value_field(key, config));
    case KEY_BOOLEAN:
        return set_boolean(key, node, where, config);
    case KEY_ABSENT:
        break;
    }
    return run_refuse(key, node, where);
}

mpb_status run_value_preset(const run_key *key, mpb_run_config *config)
{
    char text[64];
    mpb_yaml_node node = {.kind = MPB_YAML_SCALAR, .text = text};

    if (key->legacy) {
        return MPB_OK;
    }
    if (strcmp(key->preset, "null") == 0) {
        set_none(key, config);
        return MPB_OK;
    }
    snprintf(text, sizeof(text), "%s", key->preset);
    return run_value_set(key, &node, "default", config);
}

void run_value_clear(const run_key *key, mpb_run_config *config)
{
    bool is_text = key->kind == KEY_TEXT || key->kind == KEY_WORD;

    if (key->legacy) {
        return;
    }
    if (is_text) {
        char **field = run_value_field(key, config);

        free(*field);
        *field = NULL;
    } else if (key->kind == KEY_PATHS) {
        mpb_strings_clear(run_value_field(key, config));
    } else if (key->kind == KEY_WEIGHTS) {
        run_weights_clear(run_value_field(key, config));
    } else if (key->kind == KEY_TRAINABLE) {
        run_trainable_clear(run_value_field(key, config));
    } else if (key->kind == KEY_SCHEDULE) {
        run_schedule_clear(run_value_field(key, config));
    } else if (key->kind == KEY_LAYERS) {
        run_layers_clear(run_value_field(key, config));
    }
}
