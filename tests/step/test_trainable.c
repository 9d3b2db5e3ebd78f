/* Frozen parts, gradual unfreezing and layer-wise rates, step by step as PyTorch takes them. */

#include "../golden/trainable/trainable_goldens.h"
#include "model/scoring.h"
#include "mpibert/optim/schedule.h"
#include "mpibert/step/updater.h"

enum { STEPS = 10, STEPS_PER_EPOCH = 4 };

static const double LEARNING_RATE = 5e-4;

/* The reference computes in float64; ten steps of floats through two layers, as in test_golden.c. */
static const double TOLERANCE = 1e-5;

typedef struct golden {
    const char *model;
    mpb_trainable what;
    const mpb_unfreeze_schedule *later;
    float layer_lr_decay;
    const double *losses; /* (STEPS + 1) */
    size_t trained;       /* values, in the first step */
} golden;

static char *NAMES[] = {"encoder.layer.0", "LayerNorm"};
static mpb_unfreezing STAGES[] = {{1, {.kind = MPB_TRAIN_TOP, .top_layers = 1}},
                                  {2, {.kind = MPB_TRAIN_ALL}}};
static const mpb_unfreeze_schedule GRADUAL = {2, STAGES};

static const golden GOLDENS[] = {
    {"bert", {.kind = MPB_TRAIN_HEAD}, NULL, 1.0f, BERT_HEAD_LOSSES, BERT_HEAD_TRAINED},
    {"bert",
     {.kind = MPB_TRAIN_TOP, .top_layers = 1},
     NULL,
     1.0f,
     BERT_TOP_LOSSES,
     BERT_TOP_TRAINED},
    {"bert", {.kind = MPB_TRAIN_BITFIT}, NULL, 1.0f, BERT_BITFIT_LOSSES, BERT_BITFIT_TRAINED},
    {"bert",
     {.kind = MPB_TRAIN_NAMED, .names = {.items = NAMES, .count = 2}},
     NULL,
     1.0f,
     BERT_NAMED_LOSSES,
     BERT_NAMED_TRAINED},
    {"bert", {.kind = MPB_TRAIN_HEAD}, &GRADUAL, 1.0f, BERT_GRADUAL_LOSSES, BERT_GRADUAL_TRAINED},
    {"bert", {.kind = MPB_TRAIN_ALL}, NULL, 0.7f, BERT_DECAY_LOSSES, BERT_DECAY_TRAINED},
    {"distilbert",
     {.kind = MPB_TRAIN_HEAD},
     NULL,
     1.0f,
     DISTILBERT_HEAD_LOSSES,
     DISTILBERT_HEAD_TRAINED},
    {"distilbert",
     {.kind = MPB_TRAIN_BITFIT},
     NULL,
     1.0f,
     DISTILBERT_BITFIT_LOSSES,
     DISTILBERT_BITFIT_TRAINED},
    {"distilbert",
     {.kind = MPB_TRAIN_HEAD},
     &GRADUAL,
     0.8f,
     DISTILBERT_GRADUAL_LOSSES,
     DISTILBERT_GRADUAL_TRAINED},
};

static mpb_updater *make_updater(const fixture *f, const golden *g)
{
    const mpb_updater_options options = {.optimizer = MPB_RUN_ADAMW,
                                         .beta1 = 0.9f,
                                         .beta2 = 0.999f,
                                         .epsilon = 1e-8f,
                                         .weight_decay = 0.01f,
                                         .max_grad_norm = 1.0f,
                                         .layer_lr_decay = g->layer_lr_decay,
                                         .steps_per_epoch = STEPS_PER_EPOCH};
    const mpb_parameters *trained = mpb_model_trained(f->model);
    const mpb_share share = mpb_share_of(trained, 0, 1);
    mpb_updater *updater;

    CHECK_OK(mpb_updater_create(&options, trained, &share, f->config.num_hidden_layers,
                                mpb_model_trained_weights(f->model), &f->team, mpb_isa_best(),
                                &updater));
    return updater;
}

static size_t count_trained(const mpb_model *model)
{
    const mpb_parameters *trained = mpb_model_trained(model);
    size_t count = 0;

    for (size_t i = 0; i < trained->count; i++) {
        count += trained->items[i].trained_after == 0 ? trained->items[i].count : 0;
    }
    return count;
}

/* All words of the table have gradients, or none. */
static void begin_step(const fixture *f, mpb_updater *updater, int64_t step)
{
    static const uint32_t none = 0;
    mpb_word_rows rows = {.items = &none};

    mpb_model_begin_epoch(f->model, step / STEPS_PER_EPOCH);
    if (mpb_model_trains_words(f->model)) {
        rows = (mpb_word_rows){.count = (size_t)f->config.vocab_size};
    }
    mpb_model_use_words(f->model, &rows);
    mpb_updater_begin(updater, &rows, mpb_model_gradients_begin(f->model));
}

static void losses_follow_the_reference(const golden *g)
{
    fixture f;
    scoring scored = {.f = &f, .kernels = &mpb_nn_for(mpb_isa_best())->loss};
    mpb_updater *updater;

    fixture_open_training(&f, g->model, 2, mpb_isa_best(),
                          (fixture_training){.trainable = &g->what, .later = g->later});
    updater = make_updater(&f, g);
    CHECK(count_trained(f.model) == g->trained);
    for (int64_t i = 0; i <= STEPS; i++) {
        const double rate = LEARNING_RATE * mpb_schedule_factor(MPB_SCHEDULE_LINEAR, i, 0, STEPS,
                                                                (float)LEARNING_RATE);
        const float *gradients = mpb_model_gradients(f.model);
        mpb_update update = {.step = i + 1, .learning_rate = rate, .gradients = gradients};

        begin_step(&f, updater, i);
        mpb_updater_catch_up(updater);
        mpb_model_zero_gradients(f.model);
        mpb_model_forward(f.model, &f.batch, NULL, scoring_take, &scored);
        CHECK_NEAR(scored.loss, g->losses[i], TOLERANCE * g->losses[i]);
        mpb_model_backward(f.model, &f.batch, NULL, NULL, NULL);
        update.gradient_norm = mpb_updater_gradient_norm(updater, gradients);
        mpb_updater_apply(updater, &update);
    }
    mpb_updater_destroy(&updater);
    fixture_close(&f);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(GOLDENS) / sizeof(*GOLDENS); i++) {
        losses_follow_the_reference(&GOLDENS[i]);
    }
    return 0;
}
