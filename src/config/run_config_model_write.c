#include <stdio.h>
#include <string.h>

#include "mpibert/io/json.h"
#include "run_config_model.h"
#include "run_config_value.h"

enum { NAME_SIZE = 64, MAX_WORDS = 8 };

static const char *last_part(const run_key *key)
{
    return strrchr(key->name, '.') + 1;
}

static mpb_json *flags_to_json(const run_key *key, const bool *flags)
{
    mpb_json *list = mpb_json_new_array();

    for (size_t i = 0; list != NULL && key->words[i].text != NULL; i++) {
        if (flags[i] && mpb_json_append(list, mpb_json_new_text(key->words[i].text)) != MPB_OK) {
            mpb_json_destroy(&list);
        }
    }
    return list;
}

static mpb_json *strings_to_json(const mpb_strings *strings)
{
    mpb_json *list = strings->count == 0 ? mpb_json_new_null() : mpb_json_new_array();

    for (size_t i = 0; list != NULL && i < strings->count; i++) {
        if (mpb_json_append(list, mpb_json_new_text(strings->items[i])) != MPB_OK) {
            mpb_json_destroy(&list);
        }
    }
    return list;
}

static mpb_json *choice_to_json(const run_key *key, const void *field)
{
    int value;

    memcpy(&value, field, sizeof(value));
    return mpb_json_new_text(run_word_of(key, value));
}

static mpb_json *text_or_null(const char *text)
{
    return text == NULL ? mpb_json_new_null() : mpb_json_new_text(text);
}

/* NULL where there is no memory. The table keeps keys of these kinds alone. */
static mpb_json *value_to_json(const run_key *key, const mpb_run_config *config)
{
    const void *field = run_value_field_const(key, config);

    switch (key->kind) {
    case KEY_TEXT:
        return text_or_null(*(char *const *)field);
    case KEY_CHOICE:
        return choice_to_json(key, field);
    case KEY_FLAGS:
        return flags_to_json(key, field);
    case KEY_PATHS:
        return strings_to_json(field);
    case KEY_BOOLEAN:
        return mpb_json_new_boolean(*(const bool *)field);
    case KEY_REAL:
        return mpb_json_new_number(*(const double *)field);
    default:
        break;
    }
    if (*(const int64_t *)field == (int64_t)key->none) {
        return text_or_null(strcmp(key->preset, "null") == 0 ? NULL : key->preset);
    }
    return mpb_json_new_integer(*(const int64_t *)field);
}

/* The flag "headers" of remove_noise is the member remove_headers. */
static mpb_json *flags_of_shards(const run_key *key, const mpb_json *options)
{
    bool flags[MAX_WORDS] = {false};
    char name[NAME_SIZE];

    for (size_t i = 0; i < MAX_WORDS && key->words[i].text != NULL; i++) {
        const mpb_json *flag;

        snprintf(name, sizeof(name), "remove_%s", key->words[i].text);
        flag = mpb_json_member(options, name);
        flags[i] = flag != NULL && mpb_json_is_boolean(flag) && mpb_json_boolean(flag);
    }
    return flags_to_json(key, flags);
}

static mpb_json *copy_list(const mpb_json *list)
{
    mpb_json *copy = mpb_json_new_array();

    for (size_t i = 0; copy != NULL && i < mpb_json_count(list); i++) {
        const mpb_json *item = mpb_json_item(list, i);

        if (mpb_json_is_string(item) &&
            mpb_json_append(copy, mpb_json_new_text(mpb_json_text(item))) != MPB_OK) {
            mpb_json_destroy(&copy);
        }
    }
    return copy;
}

/* What the options of shards (see corpus_describe) say of the key, or the configuration where they
 * are silent. A count of 0 stands for "not given" there. */
static mpb_json *value_of_shards(const run_key *key, const mpb_json *options,
                                 const mpb_run_config *config)
{
    bool of_data = strncmp(key->name, "data.", 5) == 0;
    const mpb_json *member = of_data ? mpb_json_member(options, last_part(key)) : NULL;

    if (key->kind == KEY_FLAGS) {
        return flags_of_shards(key, options);
    }
    if (member != NULL && key->kind == KEY_PATHS && mpb_json_is_array(member)) {
        return copy_list(member);
    }
    if (member != NULL && mpb_json_is_string(member)) {
        return mpb_json_new_text(mpb_json_text(member));
    }
    if (member != NULL && mpb_json_is_integer(member)) {
        return mpb_json_integer(member) == 0 && key->min > 0.0
                   ? mpb_json_new_null()
                   : mpb_json_new_integer(mpb_json_integer(member));
    }
    if (member != NULL && mpb_json_is_boolean(member)) {
        return mpb_json_new_boolean(mpb_json_boolean(member));
    }
    return member != NULL && mpb_json_is_null(member) ? mpb_json_new_null()
                                                      : value_to_json(key, config);
}

static mpb_status fill(const mpb_run_config *config, const mpb_json *options, mpb_json *root)
{
    mpb_json *settings = mpb_json_new_object();

    MPB_TRY(mpb_json_set(root, "version", mpb_json_new_integer(RUN_MODEL_VERSION)));
    MPB_TRY(mpb_json_set(root, "settings", settings));
    for (size_t i = 0; i < num_run_keys; i++) {
        const run_key *key = &run_keys[i];

        if (key->of_model) {
            MPB_TRY(mpb_json_set(settings, key->name,
                                 options == NULL ? value_to_json(key, config)
                                                 : value_of_shards(key, options, config)));
        }
    }
    return MPB_OK;
}

static mpb_status write_root(const mpb_run_config *config, const mpb_json *options, mpb_buffer *out)
{
    mpb_json *root = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for the settings of a model");
    status = fill(config, options, root);
    if (status == MPB_OK) {
        status = mpb_json_write(root, 2, out);
    }
    mpb_json_destroy(&root);
    MPB_TRY(status);
    return mpb_buffer_append_text(out, "\n");
}

mpb_status mpb_run_config_write_for_model(const mpb_run_config *config, const char *shard_options,
                                          mpb_buffer *out)
{
    mpb_json *options = NULL;
    mpb_status status;

    if (shard_options != NULL) {
        MPB_TRY(mpb_json_parse(shard_options, strlen(shard_options), "the options of shards",
                               &options));
    }
    status = write_root(config, options, out);
    mpb_json_destroy(&options);
    return status;
}

/* Columns are no longer there; pooling and answers are still to come. */
static bool shapes_sequences(const run_key *key)
{
    return key->of_model && strstr(key->name, "_column") == NULL &&
           strncmp(key->name, "inference.", strlen("inference.")) != 0 &&
           strcmp(key->name, "data.document_pooling") != 0;
}

/* "data.max_chars 512 (null)" where the two texts differ; takes both values over. */
static mpb_status add_difference(const run_key *key, mpb_json *of_shards, mpb_json *of_model,
                                 mpb_buffer *out)
{
    mpb_buffer texts[2] = {{0}, {0}};
    mpb_status status = MPB_ERR_SYSTEM;

    if (of_shards != NULL && of_model != NULL) {
        status = mpb_json_write(of_shards, 0, &texts[0]);
    }
    if (status == MPB_OK) {
        status = mpb_json_write(of_model, 0, &texts[1]);
    }
    if (status == MPB_OK && strcmp(texts[0].data, texts[1].data) != 0) {
        status = mpb_buffer_append_format(out, "%s%s %s (%s)", out->size == 0 ? "" : ", ",
                                          key->name, texts[0].data, texts[1].data);
    }
    mpb_json_destroy(&of_shards);
    mpb_json_destroy(&of_model);
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
    return status;
}

/* A stride that follows from the length is not compared. */
static mpb_status list_differences(const mpb_run_config *config, const mpb_json *options,
                                   mpb_buffer *out)
{
    for (size_t i = 0; i < num_run_keys; i++) {
        const run_key *key = &run_keys[i];
        const void *field = run_value_field_const(key, config);
        bool automatic = key->kind == KEY_INTEGER && strcmp(key->preset, "auto") == 0 &&
                         *(const int64_t *)field == (int64_t)key->none;

        if (shapes_sequences(key) && !automatic) {
            MPB_TRY(add_difference(key, value_of_shards(key, options, config),
                                   value_to_json(key, config), out));
        }
    }
    return MPB_OK;
}

mpb_status mpb_run_config_compare_shards(const mpb_log *log, const mpb_run_config *config,
                                         const char *shard_options, const char *where)
{
    mpb_json *options = NULL;
    mpb_buffer list = {0};
    mpb_status status;

    MPB_TRY(mpb_json_parse(shard_options, strlen(shard_options), where, &options));
    status = list_differences(config, options, &list);
    if (status == MPB_OK && list.size > 0) {
        mpb_log_warning(log,
                        "the shards' text was read in another way than the model's, which is in "
                        "brackets: %s (%s)",
                        list.data, where);
    }
    mpb_buffer_clear(&list);
    mpb_json_destroy(&options);
    return status;
}
