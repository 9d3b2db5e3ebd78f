#include "frozen_weights.h"

#include <unistd.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/io/json.h"
#include "weight_list.h"
#include "weights_files.h"

/* Whether the file holds these tensors, and no others. */
static bool is_file_of(const char *path, const weight_list *list)
{
    mpb_safetensors *file = NULL;
    bool same = mpb_file_exists(path) && mpb_safetensors_open(path, &file) == MPB_OK &&
                mpb_safetensors_count(file) == list->count;

    for (size_t i = 0; same && i < list->count; i++) {
        const mpb_tensor_view *view = mpb_safetensors_find(file, list->sources[i].name);

        same = view != NULL && mpb_tensor_equals(view, &list->sources[i]);
    }
    mpb_safetensors_close(&file);
    return same;
}

static mpb_status write_listed(const char *run, const weight_list *list)
{
    char checkpoint[MPB_PATH_SIZE];
    char earlier[MPB_PATH_SIZE];

    MPB_TRY(mpb_checkpoint_latest(run, checkpoint, sizeof(checkpoint)));
    MPB_TRY(mpb_path_join(checkpoint, weights_part_file(WEIGHTS_FROZEN), earlier, sizeof(earlier)));
    if (checkpoint[0] != '\0' && is_file_of(earlier, list) && link(earlier, list->path) == 0) {
        return MPB_OK;
    }
    return mpb_safetensors_write(list->path, list->sources, list->count);
}

static mpb_status write_tensors(const char *directory, const mpb_model_dir_content *content)
{
    weight_list list = {0};
    mpb_status status = weight_list_make(directory, content, WEIGHTS_FROZEN, &list);

    if (status == MPB_OK) {
        status = write_listed(content->run, &list);
    }
    weight_list_clear(&list);
    return status;
}

/* Which file a tensor is in, as the reference's index says it. */
static mpb_status fill_index(const mpb_parameters *parameters, mpb_json *index)
{
    mpb_json *metadata = mpb_json_new_object();
    mpb_json *map;
    size_t values = 0;

    MPB_TRY(mpb_json_set(index, "metadata", metadata));
    map = mpb_json_new_object();
    MPB_TRY(mpb_json_set(index, "weight_map", map));
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];
        const char *file = weights_part_file(weights_part_of(item));

        MPB_TRY(mpb_json_set(map, item->name, mpb_json_new_text(file)));
        values += item->count;
    }
    return mpb_json_set(metadata, "total_size",
                        mpb_json_new_integer((int64_t)(values * sizeof(float))));
}

static mpb_status write_index(const char *directory, const mpb_parameters *parameters)
{
    mpb_json *index = mpb_json_new_object();

    MPB_REQUIRE(index != NULL, MPB_ERR_SYSTEM, "no memory for an index of weights (%s)", directory);
    return mpb_json_end_in(directory, WEIGHTS_INDEX, "\n", fill_index(parameters, index), &index);
}

mpb_status frozen_weights_write(const char *directory, const mpb_model_dir_content *content)
{
    MPB_TRY(write_tensors(directory, content));
    return write_index(directory, content->parameters);
}
