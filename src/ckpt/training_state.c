#include "mpibert/ckpt/training_state.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moments_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/json.h"

static const char FORMAT[] = "mpibert-training-state";

enum { VERSION = 4, NAME_SIZE = 32 };

mpb_status mpb_training_state_path(const char *checkpoint, char *path, size_t size)
{
    return mpb_path_join(checkpoint, "training_state.h5", path, size);
}

/* Doubles are stored by their bits: equal on the way back to the last one. */
static int64_t bits_of(double value)
{
    int64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static double from_bits(int64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

void mpb_training_state_clear(mpb_training_state *state)
{
    free(state->kernel);
    free(state->instruction_set);
    free(state->products);
    free(state->signature);
    free(state->history);
    *state = (mpb_training_state){0};
}

/* A list of numbers is the attributes "epoch_sum_0_bits", ... */
static const char SUMS[] = "epoch_sum";
static const char GUARD[] = "guard";

static void number_name(const char *list, int i, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s_%d_bits", list, i);
}

static mpb_status write_numbers(mpb_h5 *file, const char *list, int count, const double *numbers)
{
    for (int i = 0; i < count; i++) {
        char name[NAME_SIZE];

        number_name(list, i, name);
        MPB_TRY(mpb_h5_set_integer(file, name, bits_of(numbers[i])));
    }
    return MPB_OK;
}

static mpb_status write_position(mpb_h5 *file, const mpb_training_state *state)
{
    MPB_TRY(mpb_h5_set_text(file, "format", FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", VERSION));
    MPB_TRY(mpb_h5_set_integer(file, "step", state->step));
    MPB_TRY(mpb_h5_set_integer(file, "settled_step", state->settled_step));
    MPB_TRY(mpb_h5_set_integer(file, "epoch_steps", state->epoch_steps));
    MPB_TRY(mpb_h5_set_integer(file, "epoch_examples", state->epoch_examples));
    MPB_TRY(write_numbers(file, SUMS, MPB_EPOCH_SUMS, state->epoch_sums));
    MPB_TRY(write_numbers(file, GUARD, MPB_GUARD_NUMBERS, state->guard));
    MPB_TRY(mpb_h5_set_integer(file, "stale_validations", state->stale_validations));
    MPB_TRY(mpb_h5_set_integer(file, "best_step", state->best_step));
    MPB_TRY(mpb_h5_set_integer(file, "epoch_loss_bits", bits_of(state->epoch_loss)));
    MPB_TRY(mpb_h5_set_integer(file, "best_metric_bits", bits_of(state->best_metric)));
    MPB_TRY(mpb_h5_set_integer(file, "last_metric_bits", bits_of(state->last_metric)));
    MPB_TRY(mpb_h5_set_text(file, "kernel", state->kernel));
    MPB_TRY(mpb_h5_set_text(file, "instruction_set", state->instruction_set));
    MPB_TRY(mpb_h5_set_text(file, "products", state->products));
    MPB_TRY(mpb_h5_set_text(file, "signature", state->signature));
    return mpb_h5_set_text(file, "history", state->history);
}

mpb_status mpb_training_state_write(const char *path, const mpb_training_state *state, size_t count,
                                    const float *m, const float *v)
{
    mpb_h5 *file = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_create(path, &file));
    status = write_position(file, state);
    if (status == MPB_OK) {
        status = moments_write_whole(file, count, m, v);
    }
    return mpb_h5_end(&file, status);
}

mpb_status mpb_training_state_write_shared(const char *path, const mpb_training_state *state,
                                           const mpb_share *share)
{
    mpb_h5 *file = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_create(path, &file));
    status = write_position(file, state);
    if (status == MPB_OK) {
        status = moments_write_places(file, share);
    }
    return mpb_h5_end(&file, status);
}

static mpb_status check_version(const mpb_h5 *file, const char *path)
{
    char *format = NULL;
    int64_t version = 0;
    bool known;

    MPB_TRY(mpb_h5_get_text(file, "format", &format));
    known = strcmp(format, FORMAT) == 0;
    free(format);
    MPB_REQUIRE(known, MPB_ERR_DATA, "this is no %s file (%s)", FORMAT, path);
    MPB_TRY(mpb_h5_get_integer(file, "version", &version));
    MPB_REQUIRE(version == VERSION, MPB_ERR_DATA,
                "version %" PRId64 " of the training state was found, %d was expected: another "
                "release of the program wrote it, checkpoint.resume=never starts anew (%s)",
                version, (int)VERSION, path);
    return MPB_OK;
}

static mpb_status read_integer(const mpb_h5 *file, const char *path, const char *name, int64_t min,
                               int64_t max, int64_t *value)
{
    MPB_TRY(mpb_h5_get_integer(file, name, value));
    MPB_REQUIRE(*value >= min && *value <= max, MPB_ERR_DATA,
                "attribute %s is %" PRId64 ", %" PRId64 " to %" PRId64 " was expected (%s)", name,
                *value, min, max, path);
    return MPB_OK;
}

static mpb_status read_finite(const mpb_h5 *file, const char *path, const char *name, double *value)
{
    int64_t bits = 0;

    MPB_TRY(mpb_h5_get_integer(file, name, &bits));
    *value = from_bits(bits);
    MPB_REQUIRE(isfinite(*value), MPB_ERR_DATA,
                "attribute %s is %g, a finite number was expected (%s)", name, *value, path);
    return MPB_OK;
}

static mpb_status read_numbers(const mpb_h5 *file, const char *path, const char *list, int count,
                               double *numbers)
{
    for (int i = 0; i < count; i++) {
        char name[NAME_SIZE];

        number_name(list, i, name);
        MPB_TRY(read_finite(file, path, name, &numbers[i]));
    }
    return MPB_OK;
}

static mpb_status read_json(const mpb_h5 *file, const char *path, const char *name, bool array,
                            char **text)
{
    mpb_json *root = NULL;
    bool fits;

    MPB_TRY(mpb_h5_get_text(file, name, text));
    MPB_TRY(mpb_json_parse(*text, strlen(*text), path, &root));
    fits = array ? mpb_json_is_array(root) : mpb_json_is_object(root);
    mpb_json_destroy(&root);
    MPB_REQUIRE(fits, MPB_ERR_DATA, "attribute %s is no JSON %s (%s)", name,
                array ? "array" : "object", path);
    return MPB_OK;
}

static mpb_status read_position(const mpb_h5 *file, const char *path, mpb_training_state *state)
{
    MPB_TRY(check_version(file, path));
    MPB_TRY(read_integer(file, path, "step", 0, INT64_MAX, &state->step));
    MPB_TRY(read_integer(file, path, "settled_step", 0, state->step, &state->settled_step));
    MPB_TRY(read_integer(file, path, "epoch_steps", 0, state->step, &state->epoch_steps));
    MPB_TRY(read_integer(file, path, "epoch_examples", 0, INT64_MAX, &state->epoch_examples));
    MPB_TRY(read_numbers(file, path, SUMS, MPB_EPOCH_SUMS, state->epoch_sums));
    MPB_TRY(read_numbers(file, path, GUARD, MPB_GUARD_NUMBERS, state->guard));
    MPB_TRY(
        read_integer(file, path, "stale_validations", 0, state->step, &state->stale_validations));
    MPB_TRY(read_integer(file, path, "best_step", -1, state->step, &state->best_step));
    MPB_TRY(read_finite(file, path, "epoch_loss_bits", &state->epoch_loss));
    MPB_TRY(read_finite(file, path, "best_metric_bits", &state->best_metric));
    MPB_TRY(read_finite(file, path, "last_metric_bits", &state->last_metric));
    MPB_TRY(mpb_h5_get_text(file, "kernel", &state->kernel));
    MPB_TRY(mpb_h5_get_text(file, "instruction_set", &state->instruction_set));
    MPB_TRY(mpb_h5_get_text(file, "products", &state->products));
    MPB_TRY(read_json(file, path, "signature", false, &state->signature));
    return read_json(file, path, "history", true, &state->history);
}

mpb_status mpb_training_state_read(const char *path, mpb_training_state *state)
{
    mpb_training_state made = {0};
    mpb_h5 *file = NULL;
    mpb_status status;
    mpb_status closing;

    MPB_TRY(mpb_h5_open(path, &file));
    status = read_position(file, path, &made);
    closing = mpb_h5_close(&file);
    status = status == MPB_OK ? closing : status;
    if (status != MPB_OK) {
        mpb_training_state_clear(&made);
        return status;
    }
    *state = made;
    return MPB_OK;
}
