/* safetensors: every byte of the tensors of a file that opens can be read. */

#include "fuzz_file.h"
#include "mpibert/io/safetensors.h"

static size_t sum_bytes(const mpb_tensor_view *view)
{
    const unsigned char *bytes = view->data;
    size_t sum = 0;

    for (size_t i = 0; i < view->bytes; i++) {
        sum += bytes[i];
    }
    return sum;
}

static void convert(const mpb_tensor_view *view)
{
    float *values;

    if (view->count > view->bytes) { /* types of less than a byte, which are not floats for us */
        return;
    }
    values = calloc(view->count + 1, sizeof(*values));
    CHECK(values != NULL);
    if (mpb_tensor_to_float(view, "input", values) != MPB_OK) {
        CHECK(view->dtype == MPB_I64 || view->dtype == MPB_I32 || view->dtype == MPB_OTHER);
    }
    free(values);
}

static void read_tensors(const mpb_safetensors *file, size_t file_size)
{
    size_t bytes = 0;

    for (size_t i = 0; i < mpb_safetensors_count(file); i++) {
        const mpb_tensor_view *view = mpb_safetensors_at(file, i);

        CHECK(mpb_safetensors_find(file, view->name) == view);
        CHECK(view->num_dims >= 0 && view->num_dims <= MPB_TENSOR_MAX_DIMS);
        CHECK(sum_bytes(view) <= UINT8_MAX * view->bytes);
        convert(view);
        bytes += view->bytes;
    }
    CHECK(bytes < file_size);
    CHECK(mpb_safetensors_at(file, mpb_safetensors_count(file)) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mpb_safetensors *file = NULL;

    if (mpb_safetensors_open(fuzz_file("input.safetensors", data, size), &file) == MPB_OK) {
        read_tensors(file, size);
        mpb_safetensors_close(&file);
    }
    CHECK(file == NULL);
    return 0;
}
