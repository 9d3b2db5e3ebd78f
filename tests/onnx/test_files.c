/* The files of a model: one, or two where it would be too large for one.
 *
 *     test_onnx_files MODEL FILE.onnx MOST_BYTES
 *
 * writes a model so, for tests/parity/onnx_parity.py, which has ONNX Runtime read it. */

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/memory.h"
#include "mpibert/onnx/onnx.h"
#include "scratch.h"

#define MODEL "tests/golden/model/bert"

enum { PAGE = 4096, LEAST_OUTSIDE = 1024 };

typedef struct read_model {
    mpb_model_config config;
    mpb_strings names;
    mpb_parameters parameters;
    float *weights;
} read_model;

static void open_model(const char *directory, read_model *model)
{
    void *weights = NULL;
    size_t fresh;

    *model = (read_model){0};
    CHECK_OK(mpb_model_dir_read_config(directory, &model->config, &model->names));
    CHECK_OK(mpb_parameters_create(&model->config, &model->parameters));
    CHECK_OK(mpb_memory_create(model->parameters.size, sizeof(float), "the weights", &weights));
    model->weights = weights;
    CHECK_OK(mpb_model_dir_read_weights(directory, &model->config, &model->parameters, 0, 0,
                                        model->weights, &fresh));
    CHECK(fresh == 0);
}

static void close_model(read_model *model)
{
    mpb_memory_destroy(model->weights);
    mpb_parameters_destroy(&model->parameters);
    mpb_strings_clear(&model->names);
}

static mpb_status write_model(const read_model *model, const char *path, uint64_t most_bytes)
{
    return mpb_onnx_write(path,
                          &(mpb_onnx_content){.config = &model->config,
                                              .label_names = &model->names,
                                              .parameters = &model->parameters,
                                              .weights = model->weights,
                                              .has_head = true,
                                              .max_length = 40},
                          most_bytes);
}

static uint64_t size_of(const char *path)
{
    uint64_t bytes;

    CHECK_OK(mpb_file_size(path, &bytes));
    return bytes;
}

static bool has_at_a_page(const mpb_buffer *data, const float *values, size_t bytes)
{
    for (size_t at = 0; at + bytes <= data->size; at += PAGE) {
        if (memcmp(data->data + at, values, bytes) == 0) {
            return true;
        }
    }
    return false;
}

static void a_model_above_the_limit_has_its_weights_beside_it(const read_model *model,
                                                              const char *folder)
{
    char path[MPB_PATH_SIZE];
    char data_path[MPB_PATH_SIZE];
    mpb_buffer data = {0};
    size_t pages = 0;

    scratch_path(folder, "apart.onnx", path);
    scratch_path(folder, "apart.onnx.data", data_path);
    CHECK_OK(write_model(model, path, 1000));
    CHECK_OK(mpb_file_read(data_path, &data));
    for (size_t i = 0; i < model->parameters.count; i++) {
        const mpb_parameter *item = &model->parameters.items[i];
        const size_t bytes = item->count * sizeof(float);

        if (bytes >= LEAST_OUTSIDE) {
            pages += (bytes + PAGE - 1) / PAGE;
            CHECK(has_at_a_page(&data, model->weights + item->offset, bytes));
        }
    }
    CHECK(data.size == pages * PAGE);
    mpb_buffer_clear(&data);
}

static void a_model_up_to_the_limit_is_one_file(const read_model *model, const char *folder)
{
    char path[MPB_PATH_SIZE];
    char data_path[MPB_PATH_SIZE];
    uint64_t bytes;

    scratch_path(folder, "whole.onnx", path);
    scratch_path(folder, "whole.onnx.data", data_path);
    CHECK_OK(write_model(model, path, MPB_ONNX_MOST_BYTES));
    bytes = size_of(path);
    CHECK(bytes > model->parameters.num_total * sizeof(float));
    CHECK_OK(write_model(model, path, bytes));
    CHECK(size_of(path) == bytes && !mpb_file_exists(data_path));
    CHECK_OK(write_model(model, path, bytes - 1));
    CHECK(size_of(path) < bytes && mpb_file_exists(data_path));
}

static void the_same_model_gives_the_same_bytes(const read_model *model, const char *folder)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer first = {0};
    mpb_buffer second = {0};

    scratch_path(folder, "again.onnx", path);
    CHECK_OK(write_model(model, path, MPB_ONNX_MOST_BYTES));
    CHECK_OK(mpb_file_read(path, &first));
    CHECK_OK(write_model(model, path, MPB_ONNX_MOST_BYTES));
    CHECK_OK(mpb_file_read(path, &second));
    CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    mpb_buffer_clear(&first);
    mpb_buffer_clear(&second);
}

static void a_folder_that_is_not_there_is_named(const read_model *model, const char *folder)
{
    char path[MPB_PATH_SIZE];

    scratch_path(folder, "missing/model.onnx", path);
    CHECK_FAILS(write_model(model, path, MPB_ONNX_MOST_BYTES), MPB_ERR_SYSTEM, path);
    CHECK_FAILS(write_model(model, path, 1000), MPB_ERR_SYSTEM, path);
}

static void run_tests(void)
{
    char folder[MPB_PATH_SIZE];
    read_model model;

    scratch_make(folder);
    open_model(MODEL, &model);
    a_model_above_the_limit_has_its_weights_beside_it(&model, folder);
    a_model_up_to_the_limit_is_one_file(&model, folder);
    the_same_model_gives_the_same_bytes(&model, folder);
    a_folder_that_is_not_there_is_named(&model, folder);
    close_model(&model);
    CHECK_OK(mpb_path_remove(folder));
}

int main(int argc, char **argv)
{
    read_model model;

    if (argc != 4) {
        run_tests();
        return EXIT_SUCCESS;
    }
    open_model(argv[1], &model);
    CHECK_OK(write_model(&model, argv[2], strtoull(argv[3], NULL, 10)));
    close_model(&model);
    return EXIT_SUCCESS;
}
