#include <string.h>

#include "model_dir_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

static const char class_name[] = "tokenizer_class";

/* Reads FOLDER/NAME; *root stays NULL where there is no such file. */
static mpb_status read_if_there(const char *folder, const char *name, char path[MPB_PATH_SIZE],
                                mpb_json **root)
{
    MPB_TRY(mpb_path_join(folder, name, path, MPB_PATH_SIZE));
    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_read(path, root));
    MPB_REQUIRE(mpb_json_is_object(*root), MPB_ERR_DATA, "a JSON object was expected (%s)", path);
    return MPB_OK;
}

/* The class that an object names, or NULL. */
static const mpb_json *class_of(const mpb_json *root)
{
    const mpb_json *class = root == NULL ? NULL : mpb_json_member(root, class_name);

    return class != NULL && mpb_json_is_string(class) ? class : NULL;
}

/* What `from` alone tells by its config.json or by not having one; NULL: nothing. */
static mpb_json *hidden_class(const mpb_json *model)
{
    const mpb_json *named = class_of(model);

    if (named != NULL) {
        return mpb_json_new_text(mpb_json_text(named));
    }
    return model == NULL ? mpb_json_new_text("PreTrainedTokenizerFast") : NULL;
}

static mpb_status write_class(const char *path, mpb_json *class, mpb_json **config)
{
    mpb_status status = MPB_OK;

    if (*config == NULL) {
        *config = mpb_json_new_object();
        status = *config == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for a JSON object") : MPB_OK;
    }
    if (status != MPB_OK) {
        mpb_json_destroy(&class);
        return status;
    }
    MPB_TRY(mpb_json_set(*config, class_name, class));
    return mpb_json_replace(path, *config, "\n");
}

static mpb_status keep(const mpb_json *model, const char *path, mpb_json **config)
{
    mpb_json *hidden = class_of(*config) != NULL ? NULL : hidden_class(model);

    return hidden == NULL ? MPB_OK : write_class(path, hidden, config);
}

mpb_status tokenizer_class_keep(const char *from, const char *directory)
{
    char path[MPB_PATH_SIZE];
    mpb_json *model = NULL;
    mpb_json *config = NULL;
    mpb_status status = read_if_there(from, "config.json", path, &model);

    if (status == MPB_OK) {
        status = read_if_there(directory, "tokenizer_config.json", path, &config);
    }
    if (status == MPB_OK) {
        status = keep(model, path, &config);
    }
    mpb_json_destroy(&model);
    mpb_json_destroy(&config);
    return status;
}
