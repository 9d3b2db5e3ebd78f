/* Low-rank adaptations as PEFT computes and trains them: see make_lora_goldens.py. */

#include "golden_training.h"
#include "mpibert/ckpt/adapter.h"

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
static void peft_name(const mpb_parameter *item, char *name, size_t size)
{
    const char *bias = strstr(item->name, ".bias");

    if (item->is_adapted && bias != NULL) {
        snprintf(name, size, "base_model.model.%.*s.base_layer.bias", (int)(bias - item->name),
                 item->name);
    } else {
        snprintf(name, size, "base_model.model.%s", item->name);
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

        peft_name(item, name, sizeof(name));
        view = mpb_safetensors_find(file, name);
        CHECK(view != NULL && view->count == item->count);
        CHECK_OK(mpb_tensor_to_float(view, name, weights + item->offset));
    }
    mpb_safetensors_close(&file);
}

static void training_follows_the_reference(const golden *g, mpb_isa isa)
{
    mpb_safetensors *expected = open_file(g, "expected.safetensors");
    fixture f;

    fixture_open_training(&f, g->base, 2, isa, (fixture_training){.lora = &g->lora});
    read_adapter(g, f.model, mpb_model_trained_weights(f.model));
    golden_training(&f, expected, peft_name, isa);
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
                                         .adapters_apart = true}));
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
