/* alter_weights FILE TENSOR VALUE INDEX...: writes the model.safetensors anew, with this value at these
 * places of a tensor. */

#include <stdbool.h>

#include "check.h"
#include "mpibert/io/safetensors.h"

enum { MAX_TENSORS = 256 };

int main(int argc, char **argv)
{
    mpb_tensor_source tensors[MAX_TENSORS];
    mpb_safetensors *file = NULL;
    size_t count;
    bool found = false;

    CHECK(argc > 4);
    CHECK_OK(mpb_safetensors_open(argv[1], &file));
    count = mpb_safetensors_count(file);
    CHECK(count <= MAX_TENSORS);
    for (size_t i = 0; i < count; i++) {
        const mpb_tensor_view *view = mpb_safetensors_at(file, i);
        float *values = malloc(view->count * sizeof(*values));

        CHECK(values != NULL);
        CHECK_OK(mpb_tensor_to_float(view, argv[1], values));
        tensors[i] = (mpb_tensor_source){view->name, view->num_dims, {0}, values};
        memcpy(tensors[i].shape, view->shape, sizeof(view->shape));
        for (int k = 4; k < argc && strcmp(view->name, argv[2]) == 0; k++) {
            const size_t at = strtoull(argv[k], NULL, 10);

            CHECK(at < view->count);
            values[at] = strtof(argv[3], NULL);
            found = true;
        }
    }
    CHECK(found);
    CHECK_OK(mpb_safetensors_write(argv[1], tensors, count));
    for (size_t i = 0; i < count; i++) {
        free((float *)tensors[i].data);
    }
    mpb_safetensors_close(&file);
    return EXIT_SUCCESS;
}
