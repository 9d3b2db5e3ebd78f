#pragma once

/* Steps of a model whose encoder is frozen, next to what the reference made of them. */

#include "model/scoring.h"
#include "mpibert/optim/schedule.h"
#include "mpibert/step/updater.h"

enum { STEPS = 10 };

static const double LEARNING_RATE = 5e-4;

static inline float *golden_values(const mpb_safetensors *file, const char *name, size_t *count)
{
    const mpb_tensor_view *view = mpb_safetensors_find(file, name);
    float *values;

    CHECK(view != NULL);
    values = calloc(view->count, sizeof(*values));
    CHECK(values != NULL);
    CHECK_OK(mpb_tensor_to_float(view, name, values));
    *count = view->count;
    return values;
}

/* |got - want| <= tolerance |want|; what is 0 but for rounding, as a key's bias, is not compared. */
static inline void golden_check(const char *name, size_t count, const float *got, const float *want,
                                double tolerance)
{
    double error = 0.0;
    double size = 0.0;

    for (size_t i = 0; i < count; i++) {
        error += ((double)got[i] - (double)want[i]) * ((double)got[i] - (double)want[i]);
        size += (double)want[i] * (double)want[i];
    }
    if (size > 1e-20 && !(sqrt(error) <= tolerance * sqrt(size))) {
        fprintf(stderr, "%s: distance %g of %g\n", name, sqrt(error), sqrt(size));
        exit(EXIT_FAILURE);
    }
}

/* Gradients of all that is trained, in the file as grad.<name>. */
typedef void golden_name_fn(const mpb_parameter *item, char *name, size_t size);

static inline void golden_check_gradients(const mpb_safetensors *file, golden_name_fn *name_of,
                                          const mpb_model *model, const float *gradients)
{
    const mpb_parameters *trained = mpb_model_trained(model);

    for (size_t i = 0; i < trained->count; i++) {
        const mpb_parameter *item = &trained->items[i];
        char name[3 * MPB_PARAMETER_NAME] = "grad.";
        size_t count;
        float *want;

        name_of(item, name + strlen(name), 2 * MPB_PARAMETER_NAME);
        want = golden_values(file, name, &count);
        CHECK(count == item->count);
        golden_check(name, count, gradients + item->offset, want, 1e-4);
        free(want);
    }
}

static inline mpb_updater *golden_updater(const fixture *f)
{
    const mpb_updater_options options = {.optimizer = MPB_RUN_ADAMW,
                                         .beta1 = 0.9f,
                                         .beta2 = 0.999f,
                                         .epsilon = 1e-8f,
                                         .weight_decay = 0.01f,
                                         .max_grad_norm = 1.0f,
                                         .layer_lr_decay = 1.0f};
    const mpb_parameters *trained = mpb_model_trained(f->model);
    const mpb_share share = mpb_share_of(trained, 0, 1);
    mpb_updater *updater;

    CHECK_OK(mpb_updater_create(&options, trained, &share, f->config.num_hidden_layers,
                                mpb_model_trained_weights(f->model), &f->team, mpb_isa_best(),
                                &updater));
    return updater;
}

static inline void golden_step(const fixture *f, scoring *scored, mpb_updater *updater,
                               int64_t step)
{
    static const uint32_t none = 0;
    const mpb_word_rows rows = {.items = &none};
    const double rate = LEARNING_RATE * mpb_schedule_factor(MPB_SCHEDULE_LINEAR, step, 0, STEPS,
                                                            (float)LEARNING_RATE);
    mpb_update update = {
        .step = step + 1, .learning_rate = rate, .gradients = mpb_model_gradients(f->model)};

    mpb_model_use_words(f->model, &rows);
    mpb_updater_begin(updater, &rows, mpb_model_gradients_begin(f->model));
    mpb_model_zero_gradients(f->model);
    mpb_model_forward(f->model, &f->batch, NULL, scoring_take, scored);
    mpb_model_backward(f->model, &f->batch, NULL, NULL, NULL);
    update.gradient_norm = mpb_updater_gradient_norm(updater, update.gradients);
    mpb_updater_apply(updater, &update);
}

/* Ten steps from what `f` was opened with: losses, and of the first one logits and gradients. */
static inline void golden_training(fixture *f, const mpb_safetensors *expected,
                                   golden_name_fn *name_of, mpb_isa isa)
{
    scoring scored = {.f = f, .kernels = &mpb_nn_for(isa)->loss};
    mpb_updater *updater = golden_updater(f);
    size_t count;
    size_t num_losses;
    float *logits = golden_values(expected, "logits", &count);
    float *losses = golden_values(expected, "losses", &num_losses);

    CHECK(num_losses == STEPS + 1);
    for (int64_t i = 0; i <= STEPS; i++) {
        golden_step(f, &scored, updater, i);
        CHECK_NEAR(scored.loss, losses[i], 1e-5 * (double)losses[i]);
        if (i == 0) {
            golden_check("logits", count, scored.outputs, logits, 1e-5);
            golden_check_gradients(expected, name_of, f->model, mpb_model_gradients(f->model));
        }
    }
    mpb_updater_destroy(&updater);
    free(logits);
    free(losses);
}
