#include "mpibert/train/describe.h"

#include "describe_internal.h"
#include "mpibert/io/file.h"

mpb_status describe_text(mpb_json *object, const char *name, const char *text)
{
    return mpb_json_set(object, name, mpb_json_new_text(text));
}

mpb_status describe_integer(mpb_json *object, const char *name, int64_t integer)
{
    return mpb_json_set(object, name, mpb_json_new_integer(integer));
}

mpb_status describe_strings(mpb_json *object, const char *name, const mpb_strings *strings)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t i = 0; i < strings->count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_text(strings->items[i])));
    }
    return MPB_OK;
}

bool describe_has(const char *directory, const char *name)
{
    char path[MPB_PATH_SIZE];

    return mpb_path_join(directory, name, path, sizeof(path)) == MPB_OK && mpb_file_exists(path);
}

static mpb_status fill(const char *path, mpb_json *object)
{
    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA, "there is no such file or folder (%s)", path);
    MPB_TRY(describe_text(object, "path", path));
    if (!mpb_file_is_directory(path)) {
        return describe_shard(path, object);
    }
    if (describe_has(path, "config.yaml")) {
        return describe_run(path, object);
    }
    if (describe_has(path, "config.json")) {
        return describe_model(path, object);
    }
    if (describe_has(path, "manifest.json")) {
        return describe_shards(path, object);
    }
    return MPB_FAIL(MPB_ERR_DATA,
                    "neither config.yaml (a run), config.json (a model) nor manifest.json (shards) "
                    "was found (%s)",
                    path);
}

mpb_status mpb_describe_path(const char *path, mpb_json **description)
{
    mpb_json *object = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for a description (%s)", path);
    status = fill(path, object);
    if (status != MPB_OK) {
        mpb_json_destroy(&object);
        return status;
    }
    *description = object;
    return MPB_OK;
}
