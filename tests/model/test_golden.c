#include "mpibert/optim/kernels.h"
#include "mpibert/optim/schedule.h"
#include "scoring.h"

static const mpb_isa KINDS[] = {MPB_ISA_PLAIN, MPB_ISA_AVX2, MPB_ISA_AVX512};

/* What the golden file calls them. */
static const char *outputs_of(const fixture *f)
{
    return f->config.head == MPB_HEAD_SEQUENCE ? "logits" : "outputs";
}

static double norm(size_t count, const float *x)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sqrt(sum);
}

static double distance(size_t count, const float *x, const float *y)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        sum += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
    }
    return sqrt(sum);
}

/* What all scores of a softmax share changes nothing: a key bias, the bias of spans and choices, of
 * the LayerNorm before spans. Its true gradient is zero, in float64 no more than this, so what
 * rounding leaves is measured against the tensor before, the query bias or the layer's weight. */
static const double NOTHING = 1e-12;

static void check_gradient(const fixture *f, const mpb_parameter *parameter)
{
    const float *got = mpb_model_gradients(f->model) + parameter->offset;
    char name[MPB_PARAMETER_NAME + 8];
    float *want;
    double scale;

    snprintf(name, sizeof(name), "grad.%s", parameter->name);
    CHECK(fixture_tensor(f, name)->count == parameter->count);
    want = fixture_floats(f, name);
    scale = norm(parameter->count, want);
    if (scale < NOTHING) {
        scale = norm(parameter[-1].count, mpb_model_gradients(f->model) + parameter[-1].offset);
        CHECK(scale > 0.0);
    }
    if (!(distance(parameter->count, got, want) <= 1e-4 * scale)) {
        fprintf(stderr, "%s: distance %g, norm %g\n", name, distance(parameter->count, got, want),
                scale);
        exit(EXIT_FAILURE);
    }
    free(want);
}

/* The tolerances are the project's promise; float rounding through a few layers uses a tenth. */
static void outputs_loss_and_gradients_are_the_references(const char *name, mpb_isa isa)
{
    const mpb_parameters *parameters;
    fixture f;
    scoring scored = {.f = &f, .kernels = &mpb_nn_for(isa)->loss};
    size_t count;
    float *want;
    float *want_loss;

    fixture_open(&f, name, 2, isa);
    parameters = mpb_model_parameters(f.model);
    want = fixture_floats(&f, outputs_of(&f));
    count = fixture_tensor(&f, outputs_of(&f))->count;
    want_loss = fixture_floats(&f, "loss");

    mpb_model_forward(f.model, &f.batch, NULL, scoring_take, &scored);
    CHECK(distance(count, scored.outputs, want) <= 1e-5 * norm(count, want));
    CHECK_NEAR(scored.loss, want_loss[0], 1e-5 * (double)want_loss[0]);
    mpb_model_backward(f.model, &f.batch, NULL, NULL, NULL);
    for (size_t i = 0; i < parameters->count; i++) {
        check_gradient(&f, &parameters->items[i]);
    }
    free(want);
    free(want_loss);
    fixture_close(&f);
}

/* One AdamW step as the reference's: global norm clipped at 1, no decay on vectors. */
static void step(const fixture *f, const mpb_optim *optim, int64_t number, float *m, float *v)
{
    const mpb_parameters *parameters = mpb_model_parameters(f->model);
    const float *gradients = mpb_model_gradients(f->model);
    const double total = sqrt(optim->sum_of_squares(parameters->size, gradients));
    mpb_adamw_step rule = {
        .beta1 = 0.9f,
        .beta2 = 0.999f,
        .epsilon = 1e-8f,
        .learning_rate = 5e-4 * mpb_schedule_factor(MPB_SCHEDULE_LINEAR, number - 1, 0, 10, 5e-4),
        .step = number,
        .gradient_scale = (float)(total > 1.0 ? 1.0 / (total + 1e-6) : 1.0),
    };

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];
        mpb_adamw_factors factors;

        rule.weight_decay = p->decay ? 0.01f : 0.0f;
        factors = mpb_adamw_factors_of(&rule);
        optim->adamw(&factors, p->count, gradients + p->offset,
                     mpb_model_weights(f->model) + p->offset, m + p->offset, v + p->offset);
    }
}

static void ten_adamw_steps_follow_the_references_losses(const char *name)
{
    const mpb_isa isa = mpb_isa_best();
    size_t size;
    fixture f;
    scoring scored = {.f = &f, .kernels = &mpb_nn_for(isa)->loss};
    float *losses;
    float *m;
    float *v;

    fixture_open(&f, name, 2, isa);
    size = mpb_model_parameters(f.model)->size;
    losses = fixture_floats(&f, "losses");
    m = calloc(size, sizeof(*m));
    v = calloc(size, sizeof(*v));
    CHECK(m != NULL && v != NULL);
    for (int64_t i = 0; i < 10; i++) {
        mpb_model_zero_gradients(f.model);
        mpb_model_forward(f.model, &f.batch, NULL, scoring_take, &scored);
        CHECK_NEAR(scored.loss, losses[i], 1e-5 * (double)losses[i]);
        mpb_model_backward(f.model, &f.batch, NULL, NULL, NULL);
        step(&f, mpb_optim_for(isa), i + 1, m, v);
    }
    free(m);
    free(v);
    free(losses);
    fixture_close(&f);
}

static const char *const MODELS[] = {
    "bert",
    "bert-tokens",
    "bert-spans",
    "bert-choice",
    "bert-words",
    "bert-pretraining",
    "bert-next",
    "distilbert",
    "distilbert-tokens",
    "distilbert-spans",
    "distilbert-choice",
    "distilbert-words",
};

int main(void)
{
    for (size_t m = 0; m < sizeof(MODELS) / sizeof(*MODELS); m++) {
        for (size_t i = 0; i < sizeof(KINDS) / sizeof(*KINDS) && KINDS[i] <= mpb_isa_best(); i++) {
            outputs_loss_and_gradients_are_the_references(MODELS[m], KINDS[i]);
        }
        ten_adamw_steps_follow_the_references_losses(MODELS[m]);
    }
    return 0;
}
