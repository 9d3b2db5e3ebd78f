#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"

/* Whether models/NAME is a folder; its path then stands in `path`. */
static bool is_fetched(const char *name, char *path, size_t size)
{
    const int length = snprintf(path, size, "models/%s", name);

    return length >= 0 && (size_t)length < size && mpb_file_is_directory(path);
}

static bool find(const char *name, char *path, size_t size)
{
    const mpb_architecture *known = mpb_architecture_find(name);
    const char *slash = strrchr(name, '/');

    if (mpb_file_is_directory(name)) {
        const int length = snprintf(path, size, "%s", name);

        return length >= 0 && (size_t)length < size;
    }
    if (is_fetched(name, path, size)) {
        return true;
    }
    if (known != NULL) {
        return is_fetched(known->key, path, size) || is_fetched(known->model_id, path, size);
    }
    return slash != NULL && slash[1] != '\0' && is_fetched(slash + 1, path, size);
}

/* NAME or OWNER/NAME, as the hub has them; a path looks otherwise. */
static bool may_be_fetched(const char *name)
{
    const char *slash = strchr(name, '/');

    return name[0] != '\0' && name[0] != '/' && name[0] != '.' && name[0] != '~' &&
           (slash == NULL || (slash[1] != '\0' && strchr(slash + 1, '/') == NULL));
}

static mpb_status fail_missing(const char *name)
{
    MPB_REQUIRE(may_be_fetched(name), MPB_ERR_DATA,
                "model '%s' was not found, a model directory was expected (%s)", name, name);
    return MPB_FAIL(
        MPB_ERR_DATA,
        "model '%s' was not found, a model directory or a model got with `mpibert fetch "
        "%s` was expected (%s, models/%s)",
        name, name, name, name);
}

static bool has_file(const char *directory, const char *name)
{
    char path[MPB_PATH_SIZE];

    return mpb_path_join(directory, name, path, sizeof(path)) == MPB_OK && mpb_file_exists(path);
}

/* A run's model is its final one. */
static mpb_status enter_run(char directory[MPB_PATH_SIZE])
{
    char final[MPB_PATH_SIZE];

    if (has_file(directory, "config.json") || !has_file(directory, "config.yaml")) {
        return MPB_OK;
    }
    MPB_TRY(mpb_path_join(directory, "final", final, sizeof(final)));
    MPB_REQUIRE(has_file(final, "config.json"), MPB_ERR_DATA,
                "the run has no final model yet, the path of a model directory was expected: "
                "best/ or a folder of checkpoints/, if it has any (%s)",
                directory);
    memcpy(directory, final, sizeof(final));
    return MPB_OK;
}

mpb_status mpb_model_dir_find(const char *name, char *path, size_t size)
{
    char found[MPB_PATH_SIZE];

    if (name[0] == '\0' || !find(name, found, sizeof(found))) {
        return fail_missing(name);
    }
    MPB_TRY(enter_run(found));
    MPB_REQUIRE(strlen(found) < size, MPB_ERR_SYSTEM,
                "path of %zu bytes is too long, at most %zu were expected (%s)", strlen(found),
                size - 1, found);
    memcpy(path, found, strlen(found) + 1);
    return MPB_OK;
}
