#include "mpibert/describe/describe.h"

#include "describe_kinds.h"
#include "mpibert/io/file.h"

static mpb_status fill(const char *path, mpb_json *object)
{
    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA, "there is no such file or folder (%s)", path);
    MPB_TRY(mpb_describe_text(object, "path", path));
    if (!mpb_file_is_directory(path)) {
        return describe_shard(path, object);
    }
    if (mpb_describe_has(path, "config.yaml")) {
        return describe_run(path, object);
    }
    if (mpb_describe_has(path, "config.json")) {
        return describe_model(path, object);
    }
    if (mpb_describe_has(path, "manifest.json")) {
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
