/* Low-rank adaptations as PEFT computes and trains them: see make_lora_goldens.py. */

#include "model/scoring.h"
#include "mpibert/ckpt/adapter.h"
#include "mpibert/optim/schedule.h"
#include "mpibert/step/updater.h"

enum { STEPS = 10 };

static const double LEARNING_RATE = 5e-4;

static char *const QUERY_VALUE[] = {"query", "value"};
static char *const EVERYTHING[] = {
    "query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"};
static char *const EXPAND[] = {"intermediate.dense"};
static char *const DISTILBERT[] = {"q_lin", "v_lin", "lin2"};

#define NAMES(LIST) {.items = (char **)(LIST), .count = sizeof(LIST) / sizeof(*(LIST))}

typedef struct golden {
    const char *folder;
    const char *base;
    mpb_lora lora;
} golden;

static const golden GOLDENS[] = {
    {"bert", "bert", {.rank = 4, .alpha = 8.0, .targets = NAMES(QUERY_VALUE)}},
    {"bert", "bert", {.rank = 4, .alpha = 8.0}}, /* the same by default */
    {"bert-all",
     "bert",
     {.rank = 3, .alpha = 6.0, .bias = MPB_LORA_BIAS_ALL, .targets = NAMES(EVERYTHING)}},
    {"bert-rslora",
     "bert",
     {.rank = 8,
      .alpha = 4.0,
      .bias = MPB_LORA_BIAS_ONLY,
      .use_rslora = true,
      .targets = NAMES(EXPAND)}},
    {"distilbert", "distilbert", {.rank = 2, .alpha = 3.0, .targets = NAMES(DISTILBERT)}},
};

static mpb_safetensors *open_file(const golden *g, const char *file)
{
    mpb_safetensors *opened;
    char path[256];

    snprintf(path, sizeof(path), "tests/golden/lora/%s/%s", g->folder, file);
    CHECK_OK(mpb_safetensors_open(path, &opened));
    return opened;
}

/* PEFT's name of a tensor. */
static void peft_name(const mpb_parameter *item, const char *before, char *name, size_t size)
{
    const char *bias = strstr(item->name, ".bias");

    if (item->is_adapted && bias != NULL) {
        snprintf(name, size, "%sbase_model.model.%.*s.base_layer.bias", before,
                 (int)(bias - item->name), item->name);
    } else {
        snprintf(name, size, "%sbase_model.model.%s", before, item->name);
    }
}

/* Every tensor that is trained is in the adapter. */
static void read_adapter(const golden *g, const mpb_model *model, float *weights)
{
    const mpb_parameters *trained = mpb_model_trained(model);
    mpb_safetensors *file = open_file(g, "adapter_model.safetensors");

    for (size_t i = 0; i < trained->count; i++) {
        const mpb_parameter *item = &trained->items[i];
        const mpb_tensor_view *view;
        char name[2 * MPB_PARAMETER_NAME];

        peft_name(item, "", name, sizeof(name));
        view = mpb_safetensors_find(file, name);
        CHECK(view != NULL && view->count == item->count);
        CHECK_OK(mpb_tensor_to_float(view, name, weights + item->offset));
    }
    mpb_safetensors_close(&file);
}

static float *values_of(const mpb_safetensors *file, const char *name, size_t *count)
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
static void check_close(const char *name, size_t count, const float *got, const float *want,
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

static void check_gradients(const golden *g, const mpb_model *model, const float *gradients)
{
    const mpb_parameters *trained = mpb_model_trained(model);
    mpb_safetensors *file = open_file(g, "expected.safetensors");

    for (size_t i = 0; i < trained->count; i++) {
        const mpb_parameter *item = &trained->items[i];
        char name[2 * MPB_PARAMETER_NAME];
        size_t count;
        float *want;

        peft_name(item, "grad.", name, sizeof(name));
        want = values_of(file, name, &count);
        CHECK(count == item->count);
        check_close(name, count, gradients + item->offset, want, 1e-4);
        free(want);
    }
    mpb_safetensors_close(&file);
}

static mpb_updater *make_updater(const fixture *f)
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

static void take_step(const fixture *f, scoring *scored, mpb_updater *updater, int64_t step)
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

static void training_follows_the_reference(const golden *g, mpb_isa isa)
{
    mpb_safetensors *expected = open_file(g, "expected.safetensors");
    fixture f;
    scoring scored = {.f = &f, .kernels = &mpb_nn_for(isa)->loss};
    mpb_updater *updater;
    size_t count;
    float *logits = values_of(expected, "logits", &count);
    float *losses;
    size_t num_losses;

    fixture_open_training(&f, g->base, 2, isa, (fixture_training){.lora = &g->lora});
    read_adapter(g, f.model, mpb_model_trained_weights(f.model));
    updater = make_updater(&f);
    losses = values_of(expected, "losses", &num_losses);
    CHECK(num_losses == STEPS + 1);
    for (int64_t i = 0; i <= STEPS; i++) {
        take_step(&f, &scored, updater, i);
        CHECK_NEAR(scored.loss, losses[i], 1e-5 * (double)losses[i]);
        if (i == 0) {
            check_close("logits", count, scored.outputs, logits, 1e-5);
            check_gradients(g, f.model, mpb_model_gradients(f.model));
        }
    }
    mpb_updater_destroy(&updater);
    free(logits);
    free(losses);
    fixture_close(&f);
    mpb_safetensors_close(&expected);
}

/* Whoever writes the model of a checkpoint leaves what its adaptations have learned there, too. */
static void a_checkpoints_model_holds_its_adapter(const golden *g)
{
    char folder[] = "/tmp/mpibert-adapter-XXXXXX";
    const mpb_strings no_names = {0};
    const mpb_parameters *trained;
    fixture f;
    float *again;

    CHECK(mkdtemp(folder) != NULL);
    fixture_open_training(&f, g->base, 1, mpb_isa_best(), (fixture_training){.lora = &g->lora});
    read_adapter(g, f.model, mpb_model_trained_weights(f.model));
    CHECK_OK(mpb_model_dir_write(
        folder, &(mpb_model_dir_content){.config = &f.config,
                                         .label_names = &no_names,
                                         .parameters = mpb_model_parameters(f.model),
                                         .weights = mpb_model_weights(f.model),
                                         .tokenizer_directory = "tests/golden/model/bert",
                                         .lora_apart = true}));
    trained = mpb_model_trained(f.model);
    again = calloc(mpb_model_parameters(f.model)->size, sizeof(*again));
    CHECK(again != NULL);
    CHECK_OK(mpb_adapter_read_weights(folder, mpb_model_parameters(f.model), again));
    CHECK(memcmp(again + mpb_model_parameters(f.model)->frozen, mpb_model_trained_weights(f.model),
                 trained->size * sizeof(*again)) == 0);
    free(again);
    fixture_close(&f);
    CHECK_OK(mpb_path_remove(folder));
}

int main(void)
{
    for (size_t i = 0; i < sizeof(GOLDENS) / sizeof(*GOLDENS); i++) {
        training_follows_the_reference(&GOLDENS[i], MPB_ISA_PLAIN);
        training_follows_the_reference(&GOLDENS[i], mpb_isa_best());
    }
    a_checkpoints_model_holds_its_adapter(&GOLDENS[0]);
    return 0;
}
