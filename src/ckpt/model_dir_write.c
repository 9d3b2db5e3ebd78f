#include <string.h>

#include "frozen_weights.h"
#include "model_dir_internal.h"
#include "mpibert/ckpt/adapter.h"
#include "mpibert/io/file.h"
#include "weight_list.h"

static mpb_status settings_write(const char *directory, const char *settings)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(directory, MPB_MODEL_DIR_SETTINGS, path, sizeof(path)));
    return mpb_file_replace(path, settings, strlen(settings));
}

mpb_status model_dir_write_companions(const char *directory, const mpb_model_dir_content *content)
{
    MPB_TRY(config_write(directory, content->config, content->label_names));
    MPB_TRY(tokenizer_files_copy(content->tokenizer_directory, directory));
    if (content->length > 0) {
        MPB_TRY(model_length_write(directory, content->length));
    }
    if (content->settings != NULL) {
        MPB_TRY(settings_write(directory, content->settings));
    }
    return mpb_model_config_adapts(content->config) && content->adapters_apart
               ? mpb_adapter_write_weights(directory, content)
               : MPB_OK;
}

/* All but the file of the tensors that are the directory's own. */
static mpb_status write_rest(const char *directory, const mpb_model_dir_content *content)
{
    MPB_TRY(model_dir_write_companions(directory, content));
    return weights_part_own(content) == WEIGHTS_TRAINED ? frozen_weights_write(directory, content)
                                                        : MPB_OK;
}

const char *mpb_model_dir_own_weights(const mpb_model_dir_content *content)
{
    return weights_part_file(weights_part_own(content));
}

mpb_status mpb_model_dir_write(const char *directory, const mpb_model_dir_content *content)
{
    weight_list list = {0};
    mpb_status status;

    MPB_TRY(write_rest(directory, content));
    status = weight_list_make(directory, content, weights_part_own(content), &list);
    if (status == MPB_OK) {
        status = mpb_safetensors_write(list.path, list.sources, list.count);
    }
    weight_list_clear(&list);
    return status;
}

mpb_status mpb_model_dir_begin_parts(const char *directory, const mpb_model_dir_content *content)
{
    weight_list list = {0};
    mpb_status status;

    MPB_TRY(write_rest(directory, content));
    status = weight_list_make(directory, content, weights_part_own(content), &list);
    if (status == MPB_OK) {
        status = mpb_safetensors_begin_parts(list.path, list.sources, list.count);
    }
    weight_list_clear(&list);
    return status;
}

mpb_status mpb_model_dir_write_part(const char *directory, const mpb_model_dir_content *content,
                                    int index, int parts)
{
    weight_list list = {0};
    mpb_status status = weight_list_make(directory, content, weights_part_own(content), &list);

    if (status == MPB_OK) {
        status = mpb_safetensors_write_part(list.path, list.sources, list.count, index, parts);
    }
    weight_list_clear(&list);
    return status;
}
