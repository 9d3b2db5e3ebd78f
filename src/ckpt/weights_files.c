#include "weights_files.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"

static const char single_name[] = "model.safetensors";

enum { MAX_FILES = 1000, MAX_FILE_NAME = 255 };

/* The name of a file in the directory itself that may stand in a message. */
static bool is_file_name(const char *name)
{
    static const char end[] = ".safetensors";
    const size_t length = strlen(name);

    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/' || *c == '\\' || iscntrl((unsigned char)*c)) {
            return false;
        }
    }
    return name[0] != '.' && length > strlen(end) && length <= MAX_FILE_NAME &&
           strcmp(name + length - strlen(end), end) == 0;
}

static mpb_status add_file_name(const char *tensor, const mpb_json *value, const char *where,
                                mpb_strings *names)
{
    const char *name = mpb_json_is_string(value) ? mpb_json_text(value) : "";

    MPB_REQUIRE(is_file_name(name), MPB_ERR_DATA,
                "weight_map gives tensor '%s' no name of a .safetensors file in this directory "
                "(%s)",
                tensor, where);
    if (mpb_strings_find(names, name) >= 0) {
        return MPB_OK;
    }
    MPB_REQUIRE(names->count < MAX_FILES, MPB_ERR_DATA, "weight_map names more than %d files (%s)",
                MAX_FILES, where);
    return mpb_strings_add(names, name, strlen(name));
}

/* The member weight_map, which names some tensors. */
static mpb_status find_map(const mpb_json *index, const char *where, const mpb_json **map)
{
    const mpb_json *found = mpb_json_member(index, "weight_map");

    MPB_REQUIRE(found != NULL && mpb_json_is_object(found) && mpb_json_count(found) > 0,
                MPB_ERR_DATA,
                "member 'weight_map' is missing or empty, {\"tensor\": \"file\", ...} was expected "
                "(%s)",
                where);
    *map = found;
    return MPB_OK;
}

static mpb_status name_files(const mpb_json *index, const char *where, mpb_strings *names)
{
    const mpb_json *map = NULL;

    MPB_TRY(find_map(index, where, &map));
    for (size_t i = 0; i < mpb_json_count(map); i++) {
        const char *tensor;
        const mpb_json *value = mpb_json_member_at(map, i, &tensor);

        MPB_TRY(add_file_name(tensor, value, where, names));
    }
    mpb_strings_sort(names);
    return MPB_OK;
}

/* The files, and the index where there is one. The single file counts where both are there, as in
 * the reference. */
static mpb_status find_files(const char *directory, weights_files *weights)
{
    MPB_TRY(mpb_path_join(directory, single_name, weights->path, sizeof(weights->path)));
    if (mpb_file_exists(weights->path)) {
        return mpb_strings_add(&weights->names, single_name, strlen(single_name));
    }
    MPB_TRY(mpb_path_join(directory, WEIGHTS_INDEX, weights->path, sizeof(weights->path)));
    MPB_REQUIRE(mpb_file_exists(weights->path), MPB_ERR_DATA,
                "no weights were found, %s or %s was expected (%s)", single_name, WEIGHTS_INDEX,
                directory);
    MPB_TRY(mpb_json_read(weights->path, &weights->index));
    return name_files(weights->index, weights->path, &weights->names);
}

static mpb_status open_files(const char *directory, weights_files *weights)
{
    weights->files = calloc(weights->names.count, sizeof(*weights->files));
    MPB_REQUIRE(weights->files != NULL, MPB_ERR_SYSTEM, "no memory for %zu files of weights",
                weights->names.count);
    for (size_t i = 0; i < weights->names.count; i++) {
        char path[MPB_PATH_SIZE];

        MPB_TRY(mpb_path_join(directory, weights->names.items[i], path, sizeof(path)));
        MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA,
                    "a file of the weights is missing that %s names: copy it here, or fetch the "
                    "model again (%s)",
                    WEIGHTS_INDEX, path);
        MPB_TRY(mpb_strings_add(&weights->paths, path, strlen(path)));
        MPB_TRY(mpb_safetensors_open(path, &weights->files[i]));
    }
    return MPB_OK;
}

static mpb_status make_room(size_t count, weights_files *weights)
{
    weights->tensors = calloc(count + 1, sizeof(*weights->tensors));
    MPB_REQUIRE(weights->tensors != NULL, MPB_ERR_SYSTEM, "no memory for %zu tensors", count);
    weights->count = count;
    return MPB_OK;
}

static mpb_status take_single(weights_files *weights)
{
    const mpb_safetensors *file = weights->files[0];

    MPB_TRY(make_room(mpb_safetensors_count(file), weights));
    for (size_t i = 0; i < weights->count; i++) {
        const mpb_tensor_view *view = mpb_safetensors_at(file, i);

        weights->tensors[i] = (weights_tensor){view->name, view, weights->paths.items[0]};
    }
    return MPB_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const weights_tensor *)a)->name, ((const weights_tensor *)b)->name);
}

static mpb_status take_indexed(weights_files *weights)
{
    const mpb_json *map = NULL;

    MPB_TRY(find_map(weights->index, weights->path, &map));
    MPB_TRY(make_room(mpb_json_count(map), weights));
    for (size_t i = 0; i < weights->count; i++) {
        weights_tensor *tensor = &weights->tensors[i];
        const char *name = mpb_json_text(mpb_json_member_at(map, i, &tensor->name));
        const int at = mpb_strings_find(&weights->names, name);

        tensor->view = mpb_safetensors_find(weights->files[at], tensor->name);
        tensor->path = weights->paths.items[at];
        MPB_REQUIRE(tensor->view != NULL, MPB_ERR_DATA,
                    "tensor '%s' is not in %s, where the index says it is (%s)", tensor->name, name,
                    weights->path);
    }
    qsort(weights->tensors, weights->count, sizeof(*weights->tensors), compare_names);
    return MPB_OK;
}

/* Which of the two counts would be a guess. */
static mpb_status refuse_twice(const weights_files *weights)
{
    for (size_t i = 0; i < weights->names.count; i++) {
        for (size_t j = 0; j < mpb_safetensors_count(weights->files[i]); j++) {
            const char *name = mpb_safetensors_at(weights->files[i], j)->name;
            const weights_tensor *listed = weights_files_find(weights, name);

            MPB_REQUIRE(listed == NULL || listed->path == weights->paths.items[i], MPB_ERR_DATA,
                        "tensor '%s' is in two files, in one of them too many (%s, %s)", name,
                        listed->path, weights->paths.items[i]);
        }
    }
    return MPB_OK;
}

mpb_status weights_files_open(const char *directory, weights_files *weights)
{
    MPB_TRY(find_files(directory, weights));
    MPB_TRY(open_files(directory, weights));
    if (weights->index == NULL) {
        return take_single(weights);
    }
    MPB_TRY(take_indexed(weights));
    return refuse_twice(weights);
}

void weights_files_clear(weights_files *weights)
{
    for (size_t i = 0; weights->files != NULL && i < weights->names.count; i++) {
        mpb_safetensors_close(&weights->files[i]);
    }
    free(weights->files);
    free(weights->tensors);
    mpb_json_destroy(&weights->index);
    mpb_strings_clear(&weights->names);
    mpb_strings_clear(&weights->paths);
    *weights = (weights_files){0};
}

const weights_tensor *weights_files_find(const weights_files *weights, const char *name)
{
    const weights_tensor key = {.name = name};

    return bsearch(&key, weights->tensors, weights->count, sizeof(*weights->tensors),
                   compare_names);
}

mpb_status mpb_model_dir_weight_files(const char *directory, mpb_strings *names)
{
    weights_files found = {0};
    mpb_status status = find_files(directory, &found);

    if (status == MPB_OK) {
        status = mpb_strings_append(names, &found.names);
    }
    weights_files_clear(&found);
    return status;
}

static bool are_same(const mpb_tensor_view *a, const mpb_tensor_view *b)
{
    return a->dtype == b->dtype && a->num_dims == b->num_dims && a->bytes == b->bytes &&
           memcmp(a->shape, b->shape, sizeof(a->shape[0]) * (size_t)a->num_dims) == 0 &&
           memcmp(a->data, b->data, a->bytes) == 0;
}

static bool agree(const weights_files *a, const weights_files *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        const weights_tensor *other = weights_files_find(b, a->tensors[i].name);

        same = other != NULL && are_same(a->tensors[i].view, other->view);
    }
    return same;
}

bool mpb_model_dirs_agree(const char *a, const char *b)
{
    weights_files first = {0};
    weights_files second = {0};
    const bool same = weights_files_open(a, &first) == MPB_OK &&
                      weights_files_open(b, &second) == MPB_OK && agree(&first, &second);

    weights_files_clear(&first);
    weights_files_clear(&second);
    return same;
}
