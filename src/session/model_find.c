#include "mpibert/session/model_find.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"

typedef struct place {
    const char *variable;
    const char *below; /* what stands behind its value */
} place;

static const place places[] = {{"HF_HUB_CACHE", ""},
                               {"HUGGINGFACE_HUB_CACHE", ""},
                               {"HF_HOME", "hub"},
                               {"XDG_CACHE_HOME", "huggingface/hub"},
                               {"HOME", ".cache/huggingface/hub"}};

/* A value may begin with ~ as in a shell. */
static mpb_status join(const char *value, const char *below, char folder[MPB_PATH_SIZE])
{
    const char *home = getenv("HOME");
    char expanded[MPB_PATH_SIZE];

    if (value[0] != '~' || value[1] != '/' || home == NULL) {
        return mpb_path_join(value, below, folder, MPB_PATH_SIZE);
    }
    MPB_TRY(mpb_path_join(home, value + 2, expanded, sizeof(expanded)));
    return mpb_path_join(expanded, below, folder, MPB_PATH_SIZE);
}

/* folder = "" where not even HOME is set. */
static mpb_status find_hub_cache(char folder[MPB_PATH_SIZE])
{
    folder[0] = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const char *value = getenv(places[i].variable);

        if (value != NULL && value[0] != '\0') {
            return join(value, places[i].below, folder);
        }
    }
    return MPB_OK;
}

mpb_status mpb_model_find(const char *name, char directory[MPB_PATH_SIZE])
{
    char cache[MPB_PATH_SIZE];

    MPB_TRY(find_hub_cache(cache));
    return mpb_model_dir_find(name, cache[0] == '\0' ? NULL : cache, directory, MPB_PATH_SIZE);
}
