#pragma once

/* A tiny model with what the reference computed from it: see make_model_goldens.py and
 * make_head_goldens.py in tests/golden/model. */

#include "check.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"
#include "mpibert/io/safetensors.h"
#include "mpibert/math/blas.h"
#include "mpibert/model/model.h"

enum { FIXTURE_TOKENS = 128, FIXTURE_SEQUENCES = 8 };

typedef struct fixture {
    mpb_team team;
    mpb_model_config config;
    mpb_strings label_names;
    mpb_model *model;
    mpb_safetensors *expected;
    mpb_batch batch;
    uint32_t tokens[FIXTURE_TOKENS];
    size_t offsets[FIXTURE_SEQUENCES + 1];
    uint32_t segment_b[FIXTURE_SEQUENCES];
    uint64_t examples[FIXTURE_SEQUENCES];
    uint32_t rows[FIXTURE_TOKENS];
    size_t row_offsets[FIXTURE_SEQUENCES + 1];
    int32_t labels[FIXTURE_TOKENS];
} fixture;

static inline const mpb_tensor_view *fixture_tensor(const fixture *f, const char *name)
{
    const mpb_tensor_view *view = mpb_safetensors_find(f->expected, name);

    if (view == NULL) {
        fprintf(stderr, "the golden file has no tensor %s\n", name);
        exit(EXIT_FAILURE);
    }
    return view;
}

/* An int32 tensor of at most `room` elements; gives their number. */
static inline size_t fixture_integers(const fixture *f, const char *name, size_t room, int32_t *out)
{
    const mpb_tensor_view *view = fixture_tensor(f, name);

    CHECK(view->dtype == MPB_I32 && view->count <= room);
    memcpy(out, view->data, view->bytes);
    return view->count;
}

static inline float *fixture_floats(const fixture *f, const char *name)
{
    const mpb_tensor_view *view = fixture_tensor(f, name);
    float *values = calloc(view->count, sizeof(*values));

    CHECK(values != NULL);
    CHECK_OK(mpb_tensor_to_float(view, "expected.safetensors", values));
    return values;
}

static inline size_t fixture_numbers(const fixture *f, const char *name, size_t room, uint32_t *out)
{
    int32_t values[FIXTURE_TOKENS];
    const size_t count = fixture_integers(f, name, room, values);

    for (size_t i = 0; i < count; i++) {
        out[i] = (uint32_t)values[i];
    }
    return count;
}

static inline void fixture_offsets(const fixture *f, const char *name, size_t *out)
{
    int32_t values[FIXTURE_SEQUENCES + 1];
    const size_t count = fixture_integers(f, name, FIXTURE_SEQUENCES + 1, values);

    for (size_t i = 0; i < count; i++) {
        out[i] = (size_t)values[i];
    }
}

static inline void fixture_read_rows(fixture *f)
{
    fixture_numbers(f, "rows", FIXTURE_TOKENS, f->rows);
    fixture_offsets(f, "row_offsets", f->row_offsets);
    f->batch.rows = f->rows;
    f->batch.row_offsets = f->row_offsets;
}

static inline void fixture_read_batch(fixture *f)
{
    size_t count;

    fixture_numbers(f, "tokens", FIXTURE_TOKENS, f->tokens);
    fixture_offsets(f, "offsets", f->offsets);
    count = fixture_numbers(f, "segment_b", FIXTURE_SEQUENCES, f->segment_b);
    for (size_t i = 0; i < count; i++) {
        f->examples[i] = 1000 + 7 * i;
    }
    fixture_integers(f, "labels", FIXTURE_TOKENS, f->labels);
    f->batch = (mpb_batch){.num_sequences = count,
                           .tokens = f->tokens,
                           .offsets = f->offsets,
                           .segment_b = f->segment_b,
                           .examples = f->examples};
    if (f->config.head != MPB_HEAD_SEQUENCE) {
        fixture_read_rows(f);
    }
}

/* What is trained, as mpb_model_config has it. */
typedef struct fixture_training {
    const mpb_trainable *trainable;
    const mpb_unfreeze_schedule *later;
    const mpb_lora *lora;      /* whose tensors are left at 0 */
    mpb_bottleneck bottleneck; /* whose tensors are left fresh */
} fixture_training;

static inline void fixture_open_training(fixture *f, const char *name, int threads, mpb_isa isa,
                                         fixture_training training)
{
    const mpb_model_limits limits = {.max_tokens = FIXTURE_TOKENS,
                                     .max_sequences = FIXTURE_SEQUENCES,
                                     .max_length = 40,
                                     .training = true};
    char directory[256];
    char path[300];
    size_t fresh = 0;

    *f = (fixture){0};
    CHECK_OK(mpb_team_begin(threads, NULL, 0, &f->team));
    mpb_blas_single_threaded();
    snprintf(directory, sizeof(directory), "tests/golden/model/%s", name);
    snprintf(path, sizeof(path), "%s/expected.safetensors", directory);
    CHECK_OK(mpb_safetensors_open(path, &f->expected));
    CHECK_OK(mpb_model_dir_read_config(directory, &f->config, &f->label_names));
    f->config.trainable = training.trainable;
    f->config.unfreeze_schedule = training.later;
    f->config.lora = training.lora;
    f->config.bottleneck = training.bottleneck;
    CHECK_OK(mpb_model_create(&f->config, &limits, &f->team, isa, (mpb_gemm_choice){0}, &f->model));
    CHECK_OK(mpb_model_dir_read_weights(directory, &f->config, mpb_model_parameters(f->model),
                                        MPB_FRESH_ADAPTERS, 0, mpb_model_weights(f->model),
                                        &fresh));
    CHECK(fresh == 0);
    fixture_read_batch(f);
}

static inline void fixture_open(fixture *f, const char *name, int threads, mpb_isa isa)
{
    fixture_open_training(f, name, threads, isa, (fixture_training){0});
}

static inline void fixture_close(fixture *f)
{
    mpb_model_destroy(&f->model);
    mpb_team_end(&f->team);
    mpb_safetensors_close(&f->expected);
    mpb_strings_clear(&f->label_names);
}
