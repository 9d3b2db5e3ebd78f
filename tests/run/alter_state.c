/* alter_state CHECKPOINT FIELD VALUE: sets a field of a checkpoint's training state and makes its
 * manifest anew, so that nothing but the value tells. `second_moment` is the first of them. */

#include "check.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/moments.h"
#include "mpibert/ckpt/training_state.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"

static size_t count_of(const char *path)
{
    mpb_h5 *file = NULL;
    mpb_h5_type type;
    size_t rows;
    size_t cols;

    CHECK_OK(mpb_h5_open(path, &file));
    CHECK_OK(mpb_h5_shape(file, "/optimizer/exp_avg", &type, &rows, &cols));
    CHECK_OK(mpb_h5_close(&file));
    return rows;
}

static void set_text(char **field, const char *value)
{
    free(*field);
    *field = strdup(value);
    CHECK(*field != NULL);
}

static void set(mpb_training_state *state, float *v, const char *field, const char *value)
{
    if (strcmp(field, "kernel") == 0) {
        set_text(&state->kernel, value);
    } else if (strcmp(field, "instruction_set") == 0) {
        set_text(&state->instruction_set, value);
    } else if (strcmp(field, "products") == 0) {
        set_text(&state->products, value);
    } else if (strcmp(field, "step") == 0) {
        state->step = strtoll(value, NULL, 10);
        state->settled_step = state->step;
    } else if (strcmp(field, "second_moment") == 0) {
        v[0] = strtof(value, NULL);
    } else {
        fprintf(stderr, "unknown field %s\n", field);
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    mpb_training_state state = {0};
    mpb_share all = {.owners = 1, .row_size = 1}; /* no words */
    char path[MPB_PATH_SIZE];
    float *moments;
    size_t count;

    CHECK(argc == 4);
    CHECK_OK(mpb_training_state_path(argv[1], path, sizeof(path)));
    count = count_of(path);
    moments = malloc(2 * count * sizeof(*moments));
    CHECK(moments != NULL);
    CHECK_OK(mpb_training_state_read(path, &state));
    all.size = count;
    CHECK_OK(mpb_moments_read(path, &all, moments, moments + count));
    set(&state, moments + count, argv[2], argv[3]);
    CHECK_OK(mpb_training_state_write(path, &state, count, moments, moments + count));
    CHECK_OK(mpb_manifest_write(argv[1]));
    mpb_training_state_clear(&state);
    free(moments);
    return EXIT_SUCCESS;
}
