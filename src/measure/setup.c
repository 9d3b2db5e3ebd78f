#include "mpibert/measure/setup.h"

#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/memory.h"
#include "mpibert/session/products.h"

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

static mpb_status make_scratch(mpb_measure_setup *setup)
{
    void *block = NULL;

    MPB_TRY(mpb_memory_create((size_t)setup->team.threads * mpb_gemm_scratch(), sizeof(float),
                              "packing matrices", &block));
    setup->gemm_scratch = block;
    return MPB_OK;
}

mpb_status mpb_measure_setup_begin(mpb_measure_setup *setup)
{
    MPB_TRY(mpb_products_choose(setup->comm, setup->isa,
                                (mpb_products_wish){.precision = setup->precision},
                                &setup->products));
    return mpb_comm_agree(setup->comm, make_scratch(setup));
}

void mpb_measure_setup_end(mpb_measure_setup *setup)
{
    mpb_memory_destroy(setup->gemm_scratch);
    mpb_lengths_clear(&setup->lengths);
    setup->gemm_scratch = NULL;
}

mpb_gemm_context mpb_measure_products(const mpb_measure_setup *setup, const mpb_team *team,
                                      mpb_gemm_choice choice)
{
    return (mpb_gemm_context){.team = team,
                              .kernel = choice.kernel,
                              .precision = choice.precision,
                              .isa = setup->isa,
                              .scratch = setup->gemm_scratch};
}
