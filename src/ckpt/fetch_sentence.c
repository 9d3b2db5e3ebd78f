/* What a model of sentence-transformers has beside an encoder: its modules, each with a folder. */

#include "fetch_internal.h"
#include "mpibert/ckpt/sentence_model.h"

static const char CONFIG[] = "config.json";

/* That of a module without settings, such as Normalize, is not there. */
static mpb_status get_config(const mpb_fetch_source *source, const char *folder, const char *module)
{
    char name[MPB_PATH_SIZE];
    char inner[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];
    bool found = false;

    MPB_TRY(mpb_path_join(module, CONFIG, name, sizeof(name)));
    MPB_TRY(mpb_path_join(folder, module, inner, sizeof(inner)));
    MPB_TRY(mpb_path_join(folder, name, path, sizeof(path)));
    MPB_TRY(mpb_directory_create(inner));
    MPB_TRY(mpb_fetch_source_get(source, name, true, path, &found));
    return found ? MPB_OK : mpb_path_remove(inner);
}

static mpb_status get_configs(const mpb_fetch_source *source, const char *folder)
{
    mpb_strings modules = {0};
    mpb_status status = mpb_sentence_model_folders(folder, &modules);

    for (size_t i = 0; status == MPB_OK && i < modules.count; i++) {
        status = get_config(source, folder, modules.items[i]);
    }
    mpb_strings_clear(&modules);
    return status;
}

mpb_status fetch_sentence_modules(const mpb_fetch_source *source, const char *folder)
{
    char path[MPB_PATH_SIZE];
    bool found;

    MPB_TRY(mpb_path_join(folder, FETCH_MODULES, path, sizeof(path)));
    MPB_TRY(mpb_fetch_source_get(source, FETCH_MODULES, true, path, &found));
    return found ? get_configs(source, folder) : MPB_OK;
}
