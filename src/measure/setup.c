#include "mpibert/measure/setup.h"

#include <string.h>

#include "mpibert/ckpt/model_dir.h"

typedef struct shape {
    const char *name;
    const char *architecture; /* whose configuration it is, but for the sizes below */
    int hidden_size;          /* 0: all sizes as they are */
    int num_hidden_layers;
    int num_attention_heads;
    int intermediate_size;
} shape;

static const shape SHAPES[] = {
    {"mini", "base_en", 384, 6, 12, 1536},
    {"distil", "distil_en", 0, 0, 0, 0},
    {"base", "base_en", 0, 0, 0, 0},
    {"large", "large_en", 0, 0, 0, 0},
};

static mpb_model_config config_of(const shape *row)
{
    mpb_model_config config = mpb_architecture_find(row->architecture)->config;

    if (row->hidden_size > 0) {
        config.hidden_size = row->hidden_size;
        config.num_hidden_layers = row->num_hidden_layers;
        config.num_attention_heads = row->num_attention_heads;
        config.intermediate_size = row->intermediate_size;
    }
    return config;
}

mpb_status mpb_measure_shape(const char *name, mpb_model_config *config)
{
    for (size_t i = 0; i < sizeof(SHAPES) / sizeof(*SHAPES); i++) {
        if (strcmp(SHAPES[i].name, name) == 0) {
            *config = config_of(&SHAPES[i]);
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_CONFIG,
                    "--shape is '%.100s', allowed are mini, distil, base, large (command line)",
                    name);
}
