/* Bottleneck adapters as AdapterHub's modules compute and train them: see make_bottleneck_goldens.py. */

#include "golden_training.h"
#include "mpibert/ckpt/adapter.h"

typedef struct golden {
    const char *folder;
    const char *base;
    mpb_bottleneck bottleneck;
} golden;

static const golden GOLDENS[] = {
    {"bert-houlsby", "bert", {MPB_HOULSBY, 8}},
    {"bert-pfeiffer", "bert", {MPB_PFEIFFER, 5}},
    {"distilbert-houlsby", "distilbert", {MPB_HOULSBY, 5}},
    {"distilbert-pfeiffer", "distilbert", {MPB_PFEIFFER, 16}},
};

enum { NUM_GOLDENS = sizeof(GOLDENS) / sizeof(*GOLDENS) };

static void folder_of(const golden *g, char folder[256])
{
    snprintf(folder, 256, "tests/golden/bottleneck/%s", g->folder);
}

static mpb_safetensors *open_file(const golden *g, const char *file)
{
    mpb_safetensors *opened;
    char path[300];

    snprintf(path, sizeof(path), "tests/golden/bottleneck/%s/%s", g->folder, file);
    CHECK_OK(mpb_safetensors_open(path, &opened));
    return opened;
}

/* The golden adapter is called golden. */
static void golden_name(const mpb_parameter *item, char *name, size_t size)
{
    const char *own = strstr(item->name, "." MPB_BOTTLENECK_NAME ".");

    if (own == NULL) {
        snprintf(name, size, "%s", item->name);
    } else {
        snprintf(name, size, "%.*s.golden.%s", (int)(own - item->name), item->name,
                 own + strlen("." MPB_BOTTLENECK_NAME "."));
    }
}

static void open_golden(const golden *g, mpb_isa isa, fixture *f)
{
    char folder[256];

    folder_of(g, folder);
    fixture_open_training(f, g->base, 2, isa, (fixture_training){.bottleneck = g->bottleneck});
    CHECK_OK(mpb_adapter_read_weights(folder, mpb_model_parameters(f->model),
                                      mpb_model_weights(f->model)));
}

static void training_follows_the_reference(const golden *g, mpb_isa isa)
{
    mpb_safetensors *expected = open_file(g, "expected.safetensors");
    fixture f;

    open_golden(g, isa, &f);
    golden_training(&f, expected, golden_name, isa);
    fixture_close(&f);
    mpb_safetensors_close(&expected);
}

/* Head and adapters alone, of as many values as their shapes have. */
static void nothing_else_is_trained(const golden *g)
{
    const size_t H = 32;
    const size_t places = g->bottleneck.kind == MPB_HOULSBY ? 2 : 1;
    const size_t size = (size_t)g->bottleneck.size;
    const mpb_parameters *trained;
    size_t added = 0;
    fixture f;

    fixture_open_training(&f, g->base, 1, mpb_isa_best(),
                          (fixture_training){.bottleneck = g->bottleneck});
    trained = mpb_model_trained(f.model);
    for (size_t i = 0; i < trained->count; i++) {
        CHECK(trained->items[i].is_bottleneck || !trained->items[i].is_base);
        added += trained->items[i].is_bottleneck ? trained->items[i].count : 0;
    }
    CHECK(added == 2 * places * (2 * H * size + H + size));
    fixture_close(&f);
}

static void outputs_of(const fixture *f, mpb_isa isa, float outputs[FIXTURE_TOKENS])
{
    scoring scored = {.f = f, .kernels = &mpb_nn_for(isa)->loss};

    mpb_model_forward(f->model, &f->batch, NULL, scoring_take, &scored);
    memcpy(outputs, scored.outputs, FIXTURE_TOKENS * sizeof(*outputs));
}

/* Two layers of weights of 0.02 make 0.02^2 sqrt(H size) < 0.01 of what they read; of four adapters that is
 * less than 0.05. */
static void a_fresh_adapter_adds_next_to_nothing(const golden *g)
{
    const mpb_isa isa = mpb_isa_best();
    float with[FIXTURE_TOKENS] = {0};
    float without[FIXTURE_TOKENS] = {0};
    size_t count;
    fixture f;

    fixture_open_training(&f, g->base, 1, isa, (fixture_training){.bottleneck = g->bottleneck});
    outputs_of(&f, isa, with);
    count = f.batch.num_sequences * (size_t)f.config.num_labels;
    fixture_close(&f);
    fixture_open(&f, g->base, 1, isa);
    outputs_of(&f, isa, without);
    fixture_close(&f);
    CHECK(memcmp(with, without, count * sizeof(*with)) != 0);
    golden_check("logits", count, with, without, 0.05);
}

/* What AdapterHub calls reduction_factor gives the size back, as Python divides. */
static void the_configuration_says_kind_and_size(const golden *g)
{
    mpb_adapter_config config = {0};
    char folder[256];

    folder_of(g, folder);
    CHECK_OK(mpb_adapter_read_config(folder, &config));
    CHECK(config.bottleneck.kind == g->bottleneck.kind);
    CHECK(config.bottleneck.size == g->bottleneck.size);
    CHECK(strcmp(config.name, "golden") == 0 && config.hidden_size == 32);
    mpb_adapter_config_clear(&config);
}

static void check_same(const mpb_parameters *parameters, const float *got, const float *want)
{
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        CHECK(memcmp(got + item->offset, want + item->offset, item->count * sizeof(*got)) == 0);
    }
}

/* Written whole and apart, the model comes back to the last bit, and so do kind and size. */
static void what_is_written_is_read_again(const golden *g)
{
    char folder[] = "/tmp/mpibert-bottleneck-XXXXXX";
    const mpb_strings no_names = {0};
    const mpb_parameters *parameters;
    mpb_model_config config;
    mpb_adapter_config adapter = {0};
    mpb_strings names = {0};
    size_t fresh = 0;
    fixture f;
    float *again;

    CHECK(mkdtemp(folder) != NULL);
    open_golden(g, mpb_isa_best(), &f);
    parameters = mpb_model_parameters(f.model);
    const mpb_model_dir_content content = {.config = &f.config,
                                           .label_names = &no_names,
                                           .parameters = parameters,
                                           .weights = mpb_model_weights(f.model),
                                           .tokenizer_directory = "tests/golden/model/bert"};
    CHECK_OK(mpb_model_dir_write(folder, &content));
    CHECK_OK(mpb_adapter_write(folder, &content, "some-base"));
    again = calloc(parameters->size, sizeof(*again));
    CHECK(again != NULL);
    CHECK_OK(mpb_model_dir_read_config(folder, &config, &names));
    CHECK(config.bottleneck.kind == g->bottleneck.kind);
    CHECK(config.bottleneck.size == g->bottleneck.size);
    CHECK_OK(mpb_model_dir_read_weights(folder, &config, parameters, 0, 0, again, &fresh));
    CHECK(fresh == 0);
    check_same(parameters, again, mpb_model_weights(f.model));
    memset(again + parameters->frozen, 0, (parameters->size - parameters->frozen) * sizeof(*again));
    CHECK_OK(mpb_adapter_read_weights(folder, parameters, again));
    check_same(parameters, again, mpb_model_weights(f.model));
    CHECK_OK(mpb_adapter_read_config(folder, &adapter));
    CHECK(adapter.bottleneck.size == g->bottleneck.size && strcmp(adapter.base, "some-base") == 0);
    mpb_adapter_config_clear(&adapter);
    mpb_strings_clear(&names);
    free(again);
    fixture_close(&f);
    CHECK_OK(mpb_path_remove(folder));
}

/* A model that says nothing of them must not lose them without a word. */
static void adapters_are_not_dropped(const golden *g)
{
    char folder[] = "/tmp/mpibert-bottleneck-XXXXXX";
    const mpb_strings no_names = {0};
    mpb_parameters plain;
    mpb_model_config config;
    size_t fresh = 0;
    fixture f;
    float *weights;

    CHECK(mkdtemp(folder) != NULL);
    open_golden(g, mpb_isa_best(), &f);
    CHECK_OK(mpb_model_dir_write(
        folder, &(mpb_model_dir_content){.config = &f.config,
                                         .label_names = &no_names,
                                         .parameters = mpb_model_parameters(f.model),
                                         .weights = mpb_model_weights(f.model),
                                         .tokenizer_directory = "tests/golden/model/bert"}));
    config = f.config;
    config.bottleneck = (mpb_bottleneck){0};
    CHECK_OK(mpb_parameters_create(&config, &plain));
    weights = calloc(plain.size, sizeof(*weights));
    CHECK(weights != NULL);
    CHECK_FAILS(
        mpb_model_dir_read_weights(folder, &config, &plain, MPB_FRESH_OUTPUT, 0, weights, &fresh),
        MPB_ERR_DATA, "belongs to an adapter that the model has not");
    free(weights);
    mpb_parameters_destroy(&plain);
    fixture_close(&f);
    CHECK_OK(mpb_path_remove(folder));
}

int main(void)
{
    for (size_t i = 0; i < NUM_GOLDENS; i++) {
        training_follows_the_reference(&GOLDENS[i], MPB_ISA_PLAIN);
        training_follows_the_reference(&GOLDENS[i], mpb_isa_best());
        nothing_else_is_trained(&GOLDENS[i]);
        a_fresh_adapter_adds_next_to_nothing(&GOLDENS[i]);
        the_configuration_says_kind_and_size(&GOLDENS[i]);
        what_is_written_is_read_again(&GOLDENS[i]);
        adapters_are_not_dropped(&GOLDENS[i]);
    }
    return 0;
}
