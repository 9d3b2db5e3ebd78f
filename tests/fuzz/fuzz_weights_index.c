/* model.safetensors.index.json beside two files: what opens has every tensor that it lists. */

#include "fuzz_file.h"
#include "weights_files.h"

static void write_part(const char *name, const char *tensor)
{
    static const float data[2] = {1.0f, 2.0f};
    const mpb_tensor_source sources[2] = {
        {.name = tensor, .num_dims = 1, .shape = {2}, .data = data},
        {.name = "both", .num_dims = 1, .shape = {1}, .data = data},
    };
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(fuzz_folder(), name, path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, sources, 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool written;
    weights_files weights = {0};

    if (!written) {
        write_part("a.safetensors", "x");
        write_part("b.safetensors", "y");
        written = true;
    }
    fuzz_file("model.safetensors.index.json", data, size);
    if (weights_files_open(fuzz_folder(), &weights) == MPB_OK) {
        CHECK(weights.count > 0 && weights.names.count <= 2);
        for (size_t i = 0; i < weights.count; i++) {
            const weights_tensor *tensor = &weights.tensors[i];

            CHECK(weights_files_find(&weights, tensor->name) == tensor);
            CHECK(weights.names.count == 1 || strcmp(tensor->name, "both") != 0);
        }
    }
    weights_files_clear(&weights);
    return 0;
}
