#include "mpibert/model/parameters.h"

#include "check.h"

static mpb_model_config base(mpb_family family)
{
    return (mpb_model_config){
        .family = family,
        .vocab_size = 30522,
        .hidden_size = 768,
        .num_hidden_layers = family == MPB_BERT ? 12 : 6,
        .num_attention_heads = 12,
        .intermediate_size = 3072,
        .max_position_embeddings = 512,
        .type_vocab_size = family == MPB_BERT ? 2 : 0,
        .layer_norm_eps = 1e-12f,
        .initializer_range = 0.02f,
        .num_labels = 2,
    };
}

/* The numbers that transformers' AutoModel prints for the two public models. */
static void public_models_have_their_published_sizes(void)
{
    const mpb_model_config bert = base(MPB_BERT);
    const mpb_model_config distilbert = base(MPB_DISTILBERT);
    mpb_parameters parameters;

    CHECK_OK(mpb_parameters_create(&bert, &parameters));
    CHECK(parameters.num_encoder == 109482240);
    CHECK(parameters.num_total == 109482240 + 2 * 768 + 2);
    CHECK(parameters.count == 5 + 12 * 16 + 4);
    mpb_parameters_destroy(&parameters);

    CHECK_OK(mpb_parameters_create(&distilbert, &parameters));
    CHECK(parameters.num_encoder == 66362880);
    CHECK(parameters.num_total == 66362880 + 768 * 768 + 768 + 2 * 768 + 2);
    mpb_parameters_destroy(&parameters);
}

static size_t offset_of(const mpb_parameters *parameters, const char *name)
{
    const mpb_parameter *found = mpb_parameters_find(parameters, name);

    CHECK(found != NULL);
    return found->offset;
}

static void query_key_and_value_form_one_matrix_and_one_bias(void)
{
    const mpb_model_config config = base(MPB_BERT);
    const size_t H = 768;
    mpb_parameters p;
    size_t weight;
    size_t bias;

    CHECK_OK(mpb_parameters_create(&config, &p));
    weight = offset_of(&p, "bert.encoder.layer.3.attention.self.query.weight");
    bias = offset_of(&p, "bert.encoder.layer.3.attention.self.query.bias");
    CHECK(offset_of(&p, "bert.encoder.layer.3.attention.self.key.weight") == weight + H * H);
    CHECK(offset_of(&p, "bert.encoder.layer.3.attention.self.value.weight") == weight + 2 * H * H);
    CHECK(offset_of(&p, "bert.encoder.layer.3.attention.self.key.bias") == bias + H);
    CHECK(offset_of(&p, "bert.encoder.layer.3.attention.self.value.bias") == bias + 2 * H);
    CHECK(mpb_parameters_find(&p, "bert.encoder.layer.12.output.dense.weight") == NULL);
    mpb_parameters_destroy(&p);
}

/* Sizes that are no multiple of a cache line are the interesting ones. */
static void tensors_follow_each_other_on_cache_lines(void)
{
    mpb_model_config config = base(MPB_BERT);
    mpb_parameters p;
    size_t end = 0;

    config.hidden_size = 36;
    config.num_labels = 5;
    CHECK_OK(mpb_parameters_create(&config, &p));
    for (size_t i = 0; i < p.count; i++) {
        const mpb_parameter *item = &p.items[i];
        const bool adjacent =
            strstr(item->name, ".key.") != NULL || strstr(item->name, ".value.") != NULL;

        CHECK(item->offset >= end && item->offset < end + 16);
        CHECK(adjacent ? item->offset == end : item->offset % 16 == 0);
        CHECK(item->layer >= (i == 0 ? -1 : p.items[i - 1].layer));
        end = item->offset + item->count;
    }
    CHECK(p.size >= end && p.size % 16 == 0);
    mpb_parameters_destroy(&p);
}

static void biases_and_norms_are_spared_weight_decay(void)
{
    const mpb_model_config config = base(MPB_DISTILBERT);
    mpb_parameters p;

    CHECK_OK(mpb_parameters_create(&config, &p));
    for (size_t i = 0; i < p.count; i++) {
        const mpb_parameter *item = &p.items[i];
        const bool spared = strstr(item->name, "bias") != NULL ||
                            strstr(item->name, "LayerNorm") != NULL ||
                            strstr(item->name, "layer_norm") != NULL;

        CHECK(item->decay == !spared);
        CHECK(item->is_head == (strstr(item->name, "classifier") != NULL));
    }
    mpb_parameters_destroy(&p);
}

static void initial_weights_are_normal_and_repeatable(void)
{
    enum { COUNT = 40000 };
    mpb_parameter tensor = {.num_dims = 2, .shape = {200, 200}, .count = COUNT};
    float *values = malloc(2 * COUNT * sizeof(*values));
    double sum = 0.0, squares = 0.0;
    int beyond_two = 0;

    CHECK(values != NULL);
    mpb_parameter_initialise(&tensor, 4, 0.02f, 42, values);
    for (int i = 0; i < COUNT; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
        beyond_two += fabsf(values[i]) > 0.04f;
    }
    /* Four standard errors of each statistic; 4.55 % lie beyond two sigma. */
    CHECK_NEAR(sum / COUNT, 0.0, 4 * 0.02 / sqrt(COUNT));
    CHECK_NEAR(sqrt(squares / COUNT), 0.02, 4 * 0.02 / sqrt(2.0 * COUNT));
    CHECK_NEAR((double)beyond_two / COUNT, 0.0455, 4 * sqrt(0.0455 / COUNT));
    mpb_parameter_initialise(&tensor, 4, 0.02f, 42, values + COUNT);
    CHECK(memcmp(values, values + COUNT, COUNT * sizeof(*values)) == 0);
    mpb_parameter_initialise(&tensor, 5, 0.02f, 42, values + COUNT);
    CHECK(memcmp(values, values + COUNT, COUNT * sizeof(*values)) != 0);
    free(values);
}

static void norms_start_at_one_and_biases_at_zero(void)
{
    const mpb_parameter norm = {
        .num_dims = 1, .shape = {3}, .count = 3, .is_layernorm_weight = true};
    const mpb_parameter bias = {.num_dims = 1, .shape = {3}, .count = 3};
    float values[3];

    mpb_parameter_initialise(&norm, 0, 0.02f, 1, values);
    CHECK(values[0] == 1.0f && values[2] == 1.0f);
    mpb_parameter_initialise(&bias, 0, 0.02f, 1, values);
    CHECK(values[0] == 0.0f && values[2] == 0.0f);
}

static void impossible_sizes_are_refused(void)
{
    mpb_model_config config = base(MPB_BERT);

    CHECK_OK(mpb_model_config_check(&config, "config.json"));
    config.num_attention_heads = 7;
    CHECK_FAILS(mpb_model_config_check(&config, "config.json"), MPB_ERR_DATA,
                "7 attention heads do not divide the hidden size 768 (config.json)");
    config = base(MPB_BERT);
    config.num_hidden_layers = 0;
    CHECK_FAILS(mpb_model_config_check(&config, "config.json"), MPB_ERR_DATA,
                "num_hidden_layers is 0");
    config = base(MPB_BERT);
    config.hidden_dropout = 1.0f;
    CHECK_FAILS(mpb_model_config_check(&config, "config.json"), MPB_ERR_DATA, "hidden dropout");
    config = base(MPB_BERT);
    config.layer_norm_eps = NAN;
    CHECK_FAILS(mpb_model_config_check(&config, "config.json"), MPB_ERR_DATA, "layer_norm_eps");
}

int main(void)
{
    public_models_have_their_published_sizes();
    query_key_and_value_form_one_matrix_and_one_bias();
    tensors_follow_each_other_on_cache_lines();
    biases_and_norms_are_spared_weight_decay();
    initial_weights_are_normal_and_repeatable();
    norms_start_at_one_and_biases_at_zero();
    impossible_sizes_are_refused();
    return 0;
}
