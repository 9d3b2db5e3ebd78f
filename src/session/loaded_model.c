#include "mpibert/session/loaded_model.h"

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/memory.h"

/* Leaves tensors of the head out, or of these only those that are no encoder's. */
static void leave_out(mpb_parameters *parameters, bool poolers_too)
{
    size_t kept = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        if (!item->is_head || (item->is_base && !poolers_too)) {
            parameters->items[kept++] = *item;
        }
    }
    parameters->count = kept;
}

static mpb_status read_plain(mpb_loaded_model *loaded, size_t *num_fresh)
{
    return mpb_model_dir_read_weights(loaded->opened.weights, &loaded->opened.config,
                                      &loaded->parameters, 0, 0, loaded->weights, num_fresh);
}

static mpb_status read_encoder(mpb_loaded_model *loaded)
{
    const mpb_family_row *family = mpb_family_of(loaded->opened.config.family);
    size_t num_fresh;

    leave_out(&loaded->parameters, false);
    MPB_TRY(read_plain(loaded, &num_fresh));
    loaded->has_pooler = family->pooler_is_encoder && num_fresh == 0;
    if (!loaded->has_pooler) {
        leave_out(&loaded->parameters, true);
    }
    return MPB_OK;
}

/* Where no class with a head is named, what is there decides. */
static mpb_status read_weights(mpb_loaded_model *loaded)
{
    const mpb_opened_model *opened = &loaded->opened;
    size_t num_fresh;

    loaded->has_head = opened->adapter[0] != '\0';
    if (!loaded->has_head) {
        MPB_TRY(mpb_model_dir_names_head(opened->directory, &loaded->has_head));
    }
    if (loaded->has_head) {
        return mpb_opened_model_read_weights(opened, &loaded->parameters, loaded->weights);
    }
    MPB_TRY(read_plain(loaded, &num_fresh));
    loaded->has_head = num_fresh == 0;
    return loaded->has_head ? MPB_OK : read_encoder(loaded);
}

mpb_status mpb_loaded_model_read(const char *name, mpb_loaded_model *loaded)
{
    void *weights = NULL;

    MPB_TRY(mpb_opened_model_open(name, &loaded->opened));
    MPB_TRY(mpb_opened_model_name_labels(&loaded->opened));
    MPB_TRY(mpb_parameters_create(&loaded->opened.config, &loaded->parameters));
    MPB_TRY(mpb_memory_create(loaded->parameters.size, sizeof(*loaded->weights), "the weights",
                              &weights));
    loaded->weights = weights;
    return read_weights(loaded);
}

void mpb_loaded_model_merge(mpb_loaded_model *loaded)
{
    for (size_t i = 0; i < loaded->parameters.count; i++) {
        const mpb_parameter *item = &loaded->parameters.items[i];

        mpb_parameter_merge(&loaded->parameters, loaded->opened.config.lora, item, loaded->weights,
                            loaded->weights + item->offset);
    }
}

void mpb_loaded_model_close(mpb_loaded_model *loaded)
{
    mpb_memory_destroy(loaded->weights);
    mpb_parameters_destroy(&loaded->parameters);
    mpb_opened_model_close(&loaded->opened);
    *loaded = (mpb_loaded_model){0};
}
