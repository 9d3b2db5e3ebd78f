/* Where a model's files come from: a folder, an archive, the hub. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "fetch_internal.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/zip.h"

enum { NAME_LIMIT = 256 }; /* bytes of a file's name, terminator included */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static bool looks_like_a_path(const char *name)
{
    return name[0] == '/' || name[0] == '.' || name[0] == '~' || ends_with(name, ".whl") ||
           ends_with(name, ".zip");
}

/* "model" or "organisation/model" of letters, digits, '-', '_' and '.'. */
static bool is_hub_id(const char *name)
{
    int slashes = 0;

    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/') {
            slashes++;
        } else if (!isalnum((unsigned char)*c) && strchr("-_.", *c) == NULL) {
            return false;
        }
    }
    return slashes <= 1 && isalnum((unsigned char)name[0]) && !ends_with(name, "/") &&
           strstr(name, "..") == NULL;
}

static const char *hub_id_of(const char *name)
{
    const mpb_architecture *known = mpb_architecture_find(name);

    if (strcmp(name, MPB_MINILM_KEY) == 0) {
        return MPB_MINILM_ID;
    }
    /* An organisation that was given stays: it is where the model lives. */
    return known != NULL && strchr(name, '/') == NULL ? known->model_id : name;
}

static bool has_entry(const mpb_fetch_source *source, const char *folder, int length,
                      const char *name)
{
    char path[MPB_PATH_SIZE];

    snprintf(path, sizeof(path), "%.*s%s", length, folder, name);
    return mpb_strings_find(&source->entries, path) >= 0;
}

/* The one folder of the archive with a configuration and weights. */
static mpb_status find_folder(const char *archive, mpb_fetch_source *source)
{
    static const char config[] = "config.json";
    int folders = 0;

    for (size_t i = 0; i < source->entries.count; i++) {
        const char *entry = source->entries.items[i];
        const char *slash = strrchr(entry, '/');
        int length = slash == NULL ? 0 : (int)(slash - entry) + 1;

        if (strcmp(entry + length, config) != 0 || length >= MPB_PATH_SIZE ||
            (!has_entry(source, entry, length, "model.safetensors") &&
             !has_entry(source, entry, length, "model.safetensors.index.json"))) {
            continue;
        }
        snprintf(source->prefix, sizeof(source->prefix), "%.*s", length, entry);
        folders++;
    }
    MPB_REQUIRE(folders == 1, MPB_ERR_DATA,
                "%d folders with config.json and model.safetensors were found, 1 was expected (%s)",
                folders, archive);
    return MPB_OK;
}

mpb_status mpb_fetch_source_find(const mpb_fetch_request *request, mpb_fetch_source *source)
{
    const char *name = request->name;

    source->request = request;
    source->id = name;
    if (mpb_file_is_directory(name)) {
        source->kind = MPB_FETCH_DIRECTORY;
        return MPB_OK;
    }
    if (mpb_file_exists(name)) {
        source->kind = MPB_FETCH_ARCHIVE;
        MPB_TRY(mpb_zip_list(name, &source->entries));
        return find_folder(name, source);
    }
    MPB_REQUIRE(!looks_like_a_path(name), MPB_ERR_DATA, "no such file or folder (%s)", name);
    MPB_REQUIRE(is_hub_id(name), MPB_ERR_DATA,
                "neither a folder, an archive, a registry key nor a model's id on the hub (%s)",
                name);
    source->kind = MPB_FETCH_HUB;
    source->id = hub_id_of(name);
    return MPB_OK;
}

void mpb_fetch_source_clear(mpb_fetch_source *source)
{
    mpb_strings_clear(&source->entries);
    mpb_buffer_clear(&source->listing);
}

static mpb_status get_from_directory(const char *directory, const char *name, bool optional,
                                     const char *to, bool *found)
{
    char from[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(directory, name, from, sizeof(from)));
    *found = mpb_file_exists(from);
    MPB_REQUIRE(*found || optional, MPB_ERR_DATA, "%s is missing in the model directory (%s)", name,
                directory);
    return *found ? mpb_file_copy(from, to) : MPB_OK;
}

static mpb_status get_from_archive(const mpb_fetch_source *source, const char *name, bool optional,
                                   const char *to, bool *found)
{
    char entry[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(source->prefix, name, entry, sizeof(entry)));
    *found = mpb_strings_find(&source->entries, entry) >= 0;
    MPB_REQUIRE(*found || optional, MPB_ERR_DATA, "%s is missing in the archive (%s)", entry,
                source->id);
    return *found ? mpb_zip_extract(source->id, entry, to) : MPB_OK;
}

/* `length` bytes of letters, digits, '-', '_' and '.'. */
static bool is_plain_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL) {
            return false;
        }
    }
    return isalnum((unsigned char)name[0]) && length < NAME_LIMIT;
}

/* Names come from an index or a list of modules, too, which are nobody's to trust. */
static bool is_file_name(const char *name)
{
    const size_t length = strcspn(name, "/");

    return is_plain_name(name, length) &&
           (name[length] == '\0' || is_plain_name(name + length + 1, strlen(name + length + 1)));
}

mpb_status mpb_fetch_source_get(const mpb_fetch_source *source, const char *name, bool optional,
                                const char *path, bool *found)
{
    MPB_REQUIRE(is_file_name(name), MPB_ERR_DATA,
                "the model names a file that is no name of letters, digits, '-', '_' and '.' (%s)",
                source->id);
    switch (source->kind) {
    case MPB_FETCH_DIRECTORY:
        return get_from_directory(source->id, name, optional, path, found);
    case MPB_FETCH_ARCHIVE:
        return get_from_archive(source, name, optional, path, found);
    case MPB_FETCH_HUB:
        break;
    }
    return fetch_hub_get(source, name, optional, path, found);
}
