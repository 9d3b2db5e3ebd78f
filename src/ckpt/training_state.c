#include "mpibert/ckpt/training_state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/h5.h"

static const char FORMAT[] = "mpibert-training-state";

enum { VERSION = 1 };

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
    free(state->signature);
    free(state->history);
    *state = (mpb_training_state){0};
}

static mpb_status write_all(mpb_h5 *file, const mpb_training_state *state, size_t count,
                            const float *m, const float *v)
{
    MPB_TRY(mpb_h5_set_text(file, "format", FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", VERSION));
    MPB_TRY(mpb_h5_set_integer(file, "step", state->step));
    MPB_TRY(mpb_h5_set_integer(file, "epoch_examples", state->epoch_examples));
    MPB_TRY(mpb_h5_set_integer(file, "epoch_hits", state->epoch_hits));
    MPB_TRY(mpb_h5_set_integer(file, "stale_epochs", state->stale_epochs));
    MPB_TRY(mpb_h5_set_integer(file, "best_step", state->best_step));
    MPB_TRY(mpb_h5_set_integer(file, "epoch_loss_bits", bits_of(state->epoch_loss)));
    MPB_TRY(mpb_h5_set_integer(file, "best_metric_bits", bits_of(state->best_metric)));
    MPB_TRY(mpb_h5_set_text(file, "signature", state->signature));
    MPB_TRY(mpb_h5_set_text(file, "history", state->history));
    MPB_TRY(mpb_h5_write(file, "/optimizer/exp_avg", MPB_H5_F32, count, 0, m));
    return mpb_h5_write(file, "/optimizer/exp_avg_sq", MPB_H5_F32, count, 0, v);
}

mpb_status mpb_training_state_write(const char *path, const mpb_training_state *state, size_t count,
                                    const float *m, const float *v)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_create(path, &file));
    return mpb_h5_end(&file, write_all(file, state, count, m, v));
}

static mpb_status read_moment(const mpb_h5 *file, const char *path, const char *name, size_t count,
                              float *out)
{
    mpb_h5_type type;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_shape(file, name, &type, &rows, &cols));
    MPB_REQUIRE(rows == count && cols == 0, MPB_ERR_DATA,
                "dataset %s has %zu values, the model has %zu parameters (%s)", name, rows, count,
                path);
    return mpb_h5_read(file, name, MPB_H5_F32, out);
}

static mpb_status read_position(const mpb_h5 *file, const char *path, mpb_training_state *state)
{
    char *format = NULL;
    int64_t version = 0;
    int64_t bits = 0;
    bool known;

    MPB_TRY(mpb_h5_get_text(file, "format", &format));
    known = strcmp(format, FORMAT) == 0;
    free(format);
    MPB_REQUIRE(known, MPB_ERR_DATA, "this is no %s file (%s)", FORMAT, path);
    MPB_TRY(mpb_h5_get_integer(file, "version", &version));
    MPB_REQUIRE(version == VERSION, MPB_ERR_DATA,
                "version %" PRId64 " of the training state, this program reads %d (%s)", version,
                (int)VERSION, path);
    MPB_TRY(mpb_h5_get_integer(file, "step", &state->step));
    MPB_TRY(mpb_h5_get_integer(file, "epoch_examples", &state->epoch_examples));
    MPB_TRY(mpb_h5_get_integer(file, "epoch_hits", &state->epoch_hits));
    MPB_TRY(mpb_h5_get_integer(file, "stale_epochs", &state->stale_epochs));
    MPB_TRY(mpb_h5_get_integer(file, "best_step", &state->best_step));
    MPB_TRY(mpb_h5_get_integer(file, "epoch_loss_bits", &bits));
    state->epoch_loss = from_bits(bits);
    MPB_TRY(mpb_h5_get_integer(file, "best_metric_bits", &bits));
    state->best_metric = from_bits(bits);
    MPB_TRY(mpb_h5_get_text(file, "signature", &state->signature));
    return mpb_h5_get_text(file, "history", &state->history);
}

mpb_status mpb_training_state_read(const char *path, mpb_training_state *state, size_t count,
                                   float *m, float *v)
{
    mpb_training_state made = {0};
    mpb_h5 *file = NULL;
    mpb_status status;
    mpb_status closing;

    MPB_TRY(mpb_h5_open(path, &file));
    status = read_position(file, path, &made);
    if (status == MPB_OK) {
        status = read_moment(file, path, "/optimizer/exp_avg", count, m);
    }
    if (status == MPB_OK) {
        status = read_moment(file, path, "/optimizer/exp_avg_sq", count, v);
    }
    closing = mpb_h5_close(&file);
    status = status == MPB_OK ? closing : status;
    if (status != MPB_OK) {
        mpb_training_state_clear(&made);
        return status;
    }
    *state = made;
    return MPB_OK;
}
