#include "mpibert/ckpt/sentence_model.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

/* Their names in Pooling's configuration, as a flag each and, since version 5, as a word. */
typedef struct pooling_mode {
    const char *flag;
    const char *word; /* NULL: none that there is here */
} pooling_mode;

static const pooling_mode MODES[] = {
    {"pooling_mode_cls_token", "cls"},          {"pooling_mode_mean_tokens", "mean"},
    {"pooling_mode_max_tokens", "max"},         {"pooling_mode_mean_sqrt_len_tokens", NULL},
    {"pooling_mode_weightedmean_tokens", NULL}, {"pooling_mode_lasttoken", NULL}};

enum { NUM_MODES = sizeof(MODES) / sizeof(MODES[0]) };

static bool is_set(const mpb_json *root, const char *flag)
{
    const mpb_json *member = mpb_json_member(root, flag);

    return member != NULL && mpb_json_is_boolean(member) && mpb_json_boolean(member);
}

/* The one that is set. */
static mpb_status find_by_flags(const mpb_json *root, const char *path, const char **word)
{
    const char *flag = NULL;

    for (size_t i = 0; i < NUM_MODES; i++) {
        if (is_set(root, MODES[i].flag)) {
            MPB_REQUIRE(
                flag == NULL, MPB_ERR_DATA,
                "%s and %s are both set, one way of pooling was expected: --pooling chooses "
                "one (%s)",
                flag, MODES[i].flag, path);
            flag = MODES[i].flag;
            *word = MODES[i].word;
        }
    }
    MPB_REQUIRE(flag != NULL && *word != NULL, MPB_ERR_DATA,
                "%s is set, pooling_mode_cls_token, pooling_mode_mean_tokens or "
                "pooling_mode_max_tokens was expected: --pooling chooses one (%s)",
                flag == NULL ? "no pooling_mode" : flag, path);
    return MPB_OK;
}

static mpb_status find_by_word(const mpb_json *root, const char *path, const char **word)
{
    const char *mode;

    MPB_TRY(mpb_json_get_text(root, "pooling_mode", path, &mode));
    for (size_t i = 0; i < NUM_MODES; i++) {
        if (MODES[i].word != NULL && strcmp(MODES[i].word, mode) == 0) {
            *word = MODES[i].word;
            return MPB_OK;
        }
    }
    return MPB_FAIL(
        MPB_ERR_DATA,
        "pooling_mode is '%.100s', cls, mean or max was expected: --pooling chooses one "
        "(%s)",
        mode, path);
}

static mpb_status read_pooling(const char *directory, const char *folder, mpb_sentence_model *found)
{
    char inner[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];
    const char *word = NULL;
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, folder, inner, sizeof(inner)));
    MPB_TRY(mpb_path_join(inner, "config.json", path, sizeof(path)));
    MPB_TRY(mpb_json_read(path, &root));
    status = (mpb_json_member(root, "pooling_mode") == NULL ? find_by_flags
                                                            : find_by_word)(root, path, &word);
    if (status == MPB_OK) {
        snprintf(found->pooling, sizeof(found->pooling), "%s", word);
    }
    mpb_json_destroy(&root);
    return status;
}

/* The last part of a class's dotted name. */
static const char *class_of(const char *type)
{
    const char *dot = strrchr(type, '.');

    return dot == NULL ? type : dot + 1;
}

/* A folder of the directory itself. */
static mpb_status check_folder(const char *folder, const char *path)
{
    MPB_REQUIRE(strchr(folder, '/') == NULL && strcmp(folder, "..") != 0, MPB_ERR_DATA,
                "the module's path is '%.100s', a folder beside this file was expected (%s)",
                folder, path);
    return MPB_OK;
}

/* What a module is, and where it keeps its own files; both are the list's. */
static mpb_status open_module(const mpb_json *modules, size_t i, const char *path,
                              const char **type, const char **folder)
{
    const mpb_json *module = mpb_json_item(modules, i);

    MPB_REQUIRE(mpb_json_is_object(module), MPB_ERR_DATA, "module %zu is no JSON object (%s)", i,
                path);
    MPB_TRY(mpb_json_get_text(module, "type", path, type));
    MPB_TRY(mpb_json_get_text(module, "path", path, folder));
    return check_folder(*folder, path);
}

static mpb_status read_module(const char *directory, const mpb_json *modules, size_t i,
                              const char *path, mpb_sentence_model *found)
{
    const char *folder;
    const char *type;

    MPB_TRY(open_module(modules, i, path, &type, &folder));
    if (strcmp(class_of(type), "Pooling") == 0) {
        return read_pooling(directory, folder, found);
    }
    if (strcmp(class_of(type), "Normalize") == 0) {
        found->normalised = true;
        return MPB_OK;
    }
    MPB_REQUIRE(strcmp(class_of(type), "Transformer") == 0 && folder[0] == '\0', MPB_ERR_DATA,
                "module '%.100s' in '%.100s', a Transformer in the folder itself, Pooling and "
                "Normalize were expected: with --pooling the encoder's own vectors are made (%s)",
                class_of(type), folder, path);
    return MPB_OK;
}

static mpb_status read_modules(const char *directory, const mpb_json *modules, const char *path,
                               mpb_sentence_model *found)
{
    for (size_t i = 0; i < mpb_json_count(modules); i++) {
        MPB_TRY(read_module(directory, modules, i, path, found));
    }
    MPB_REQUIRE(found->pooling[0] != '\0', MPB_ERR_DATA,
                "there is no module Pooling, one was expected: --pooling says how (%s)", path);
    found->is_there = true;
    return MPB_OK;
}

/* path (MPB_PATH_SIZE) = that of the list; *modules is NULL where there is none. */
static mpb_status open_modules(const char *directory, char *path, mpb_json **modules)
{
    bool is_list;

    *modules = NULL;
    MPB_TRY(mpb_path_join(directory, "modules.json", path, MPB_PATH_SIZE));
    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_read(path, modules));
    is_list = mpb_json_is_array(*modules);
    if (!is_list) {
        mpb_json_destroy(modules);
    }
    MPB_REQUIRE(is_list, MPB_ERR_DATA, "a list of modules was expected (%s)", path);
    return MPB_OK;
}

mpb_status mpb_sentence_model_read(const char *directory, mpb_sentence_model *found)
{
    char path[MPB_PATH_SIZE];
    mpb_json *modules;
    mpb_sentence_model made = {0};
    mpb_status status;

    MPB_TRY(open_modules(directory, path, &modules));
    if (modules == NULL) {
        return MPB_OK;
    }
    status = read_modules(directory, modules, path, &made);
    mpb_json_destroy(&modules);
    MPB_TRY(status);
    *found = made;
    return MPB_OK;
}

mpb_status mpb_sentence_model_folders(const char *directory, mpb_strings *folders)
{
    char path[MPB_PATH_SIZE];
    mpb_json *modules;
    mpb_status status;

    MPB_TRY(open_modules(directory, path, &modules));
    status = MPB_OK;
    for (size_t i = 0; modules != NULL && status == MPB_OK && i < mpb_json_count(modules); i++) {
        const char *type;
        const char *folder;

        status = open_module(modules, i, path, &type, &folder);
        if (status == MPB_OK && folder[0] != '\0') {
            status = mpb_strings_add(folders, folder, strlen(folder));
        }
    }
    mpb_json_destroy(&modules);
    return status;
}
