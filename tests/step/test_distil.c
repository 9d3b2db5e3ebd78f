/* Ten steps of students that lack the first layer of their teacher are PyTorch's, on any number of ranks,
 * in one batch or two: see tests/golden/distil/make_step_goldens.py. */

#include "model/fixture.h"
#include "mpibert/math/blas.h"
#include "mpibert/task/head_rows.h"
#include "step_rig.h"

enum { STEPS = 10 };

static const double LEARNING_RATE = 1e-3;

typedef struct golden {
    const char *name;
    mpb_task task;
} golden;

static const golden GOLDENS[] = {{"bert", MPB_TASK_CLASSIFICATION},
                                 {"bert-tokens", MPB_TASK_TOKEN},
                                 {"distilbert", MPB_TASK_CLASSIFICATION}};

/* labels (length): those of its chosen rows. */
static void label_words(const fixture *f, size_t s, int32_t labels[FIXTURE_TOKENS])
{
    for (size_t t = 0; t < FIXTURE_TOKENS; t++) {
        labels[t] = MPB_NO_LABEL;
    }
    for (size_t r = f->row_offsets[s]; r < f->row_offsets[s + 1]; r++) {
        labels[f->rows[r]] = f->labels[r];
    }
}

/* The batch of a whole model's fixture as a data set. */
static mpb_dataset data_of(const fixture *f, mpb_task task)
{
    const bool words = task == MPB_TASK_TOKEN;
    mpb_dataset data = {.shape = {.labels = !words, .token_labels = words}};

    for (int j = 0; j < f->config.num_labels; j++) {
        CHECK_OK(mpb_strings_add(&data.label_names, &"NEST"[j], 1));
    }
    for (size_t s = 0; s < f->batch.num_sequences; s++) {
        int32_t labels[FIXTURE_TOKENS];

        label_words(f, s, labels);
        CHECK_OK(mpb_dataset_add(&data, &(mpb_sequence){.tokens = f->tokens + f->offsets[s],
                                                        .count = f->offsets[s + 1] - f->offsets[s],
                                                        .segment_b = f->segment_b[s],
                                                        .document = s,
                                                        .label = f->labels[s],
                                                        .token_labels = labels,
                                                        .id = "s"}));
    }
    return data;
}

static void read_floats(const mpb_safetensors *file, const char *name, size_t count, float *values)
{
    const mpb_tensor_view *view = mpb_safetensors_find(file, name);

    CHECK(view != NULL && view->count == count);
    CHECK_OK(mpb_tensor_to_float(view, name, values));
}

/* The last of the two layers alone, without dropout. */
static mpb_model_config student_of(const fixture *f)
{
    mpb_model_config config = f->config;

    config.num_hidden_layers = 1;
    config.hidden_dropout = config.attention_dropout = config.classifier_dropout = 0.0f;
    return config;
}

static void read_student(const golden *g, mpb_model *model)
{
    int64_t last = 1;
    const mpb_kept_layers kept = {.items = &last, .count = 1};
    char directory[256];
    size_t fresh = 0;

    snprintf(directory, sizeof(directory), "tests/golden/model/%s", g->name);
    CHECK_OK(mpb_model_dir_read_cut(
        directory, mpb_model_configuration(model), (mpb_layer_cut){.kept = &kept, .layers = 2},
        mpb_model_parameters(model), false, 0, mpb_model_weights(model), &fresh));
    CHECK(fresh == 0);
}

static void check_losses(step_rig *rig, const float losses[STEPS + 1])
{
    for (int64_t i = 0; i <= STEPS; i++) {
        mpb_step_report report;

        CHECK_OK(mpb_stepper_run(&rig->stepper, i + 1, (size_t)i, 0, LEARNING_RATE, &report));
        CHECK_NEAR(report.loss, (double)losses[i], 1e-5 * (double)losses[i]);
    }
}

/* Rounding of floats, ten steps long: 1e-5. Threads score the sequences of the smaller batches side by
 * side. */
static void steps_are_the_reference(const mpb_comm *comm, const golden *g, size_t accumulation)
{
    static const mpb_run_cluster sums = {.overlap = true};
    char path[256];
    mpb_safetensors *expected;
    fixture f;
    step_rig rig;
    mpb_model_config config;
    mpb_dataset data;
    float losses[STEPS + 1];

    fixture_open(&f, g->name, 1, mpb_isa_best());
    config = student_of(&f);
    data = data_of(&f, g->task);
    snprintf(path, sizeof(path), "tests/golden/distil/%s.safetensors", g->name);
    CHECK_OK(mpb_safetensors_open(path, &expected));
    CHECK_OK(mpb_head_rows_keep(mpb_task_find(g->task), &data, (size_t)config.num_labels, "a test",
                                &data.taught));
    read_floats(expected, "taught", mpb_sequence_rows_count(&data.taught), data.taught.values);
    read_floats(expected, "losses", STEPS + 1, losses);
    step_rig_begin(comm,
                   &(step_rig_options){.config = &config,
                                       .task = g->task,
                                       .batch_size = f.batch.num_sequences / accumulation,
                                       .accumulation = accumulation,
                                       .epochs = STEPS + 1,
                                       .sums = &sums,
                                       .optimizer = MPB_RUN_ADAMW,
                                       .products = {MPB_GEMM_OWN, MPB_GEMM_F32},
                                       .threads = accumulation == 1 ? 1 : 3},
                   &data, &rig);
    rig.stepper.loss.distillation = (mpb_distillation){.temperature = 2.0f, .weight = 0.5f};
    read_student(g, rig.model);
    check_losses(&rig, losses);
    step_rig_end(&rig);
    mpb_safetensors_close(&expected);
    fixture_close(&f);
}

int main(int argc, char **argv)
{
    mpb_comm *comm;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    mpb_blas_single_threaded();
    for (size_t i = 0; i < sizeof(GOLDENS) / sizeof(*GOLDENS); i++) {
        steps_are_the_reference(comm, &GOLDENS[i], 1);
        steps_are_the_reference(comm, &GOLDENS[i], 2);
    }
    mpb_comm_stop(&comm);
    return 0;
}
