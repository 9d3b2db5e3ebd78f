/* The weights of a model: one file, or an index and the files that it names. */

#include "fetch_internal.h"
#include "mpibert/ckpt/model_dir.h"
#include "weights_files.h"

static mpb_status get_file(const mpb_fetch_source *source, const char *folder, const char *name,
                           bool optional, bool *found)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(folder, name, path, sizeof(path)));
    return mpb_fetch_source_get(source, name, optional, path, found);
}

static mpb_status get_named(const mpb_fetch_source *source, const char *folder)
{
    mpb_strings names = {0};
    mpb_status status = mpb_model_dir_weight_files(folder, &names);

    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        bool found;

        status = get_file(source, folder, names.items[i], false, &found);
    }
    mpb_strings_clear(&names);
    return status;
}

/* Without either file, the one that most models have is called missing. */
static mpb_status get(const mpb_fetch_source *source, const char *folder)
{
    bool single = false;
    bool index = false;

    MPB_TRY(get_file(source, folder, "model.safetensors", true, &single));
    if (single) {
        return MPB_OK;
    }
    MPB_TRY(get_file(source, folder, "model.safetensors.index.json", true, &index));
    return index ? get_named(source, folder)
                 : get_file(source, folder, "model.safetensors", false, &single);
}

mpb_status fetch_weights(const mpb_fetch_source *source, const char *folder)
{
    weights_files weights = {0};
    mpb_status status = get(source, folder);

    if (status == MPB_OK) {
        status = weights_files_open(folder, &weights);
    }
    weights_files_clear(&weights);
    return status;
}
