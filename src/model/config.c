#include "mpibert/model/config.h"

#include "mpibert/model/head.h"

/* Far above any published model, and small enough for products of two to fit an int. Each head of
 * each layer is a dropout site of its own, a number of 16 bits. */
enum { SIZE_LIMIT = 32768, VOCAB_LIMIT = 16 * 1024 * 1024, LAYER_LIMIT = 1000, SITE_LIMIT = 65536 };

typedef struct size_range {
    const char *name;
    int value;
    int least;
    int most;
} size_range;

static mpb_status check_sizes(const mpb_model_config *config, const char *where)
{
    const mpb_config_keys *keys = &mpb_family_of(config->family)->keys;
    const bool typed = keys->type_vocab_size != NULL;
    const size_range ranges[] = {
        {"vocab_size", config->vocab_size, 1, VOCAB_LIMIT},
        {keys->hidden_size, config->hidden_size, 1, SIZE_LIMIT},
        {keys->num_layers, config->num_hidden_layers, 1, LAYER_LIMIT},
        {keys->num_heads, config->num_attention_heads, 1, SIZE_LIMIT},
        {keys->intermediate_size, config->intermediate_size, 1, SIZE_LIMIT},
        {"max_position_embeddings", config->max_position_embeddings, 1, SIZE_LIMIT},
        {"type_vocab_size", config->type_vocab_size, typed ? 1 : 0, typed ? SIZE_LIMIT : 0},
        {"num_labels", config->num_labels, 1, SIZE_LIMIT},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        const size_range *range = &ranges[i];

        MPB_REQUIRE(range->value >= range->least && range->value <= range->most, MPB_ERR_DATA,
                    "%s is %d, %d to %d was expected (%s)", range->name, range->value, range->least,
                    range->most, where);
    }
    MPB_REQUIRE(config->bottleneck.kind == MPB_NO_BOTTLENECK ||
                    (config->bottleneck.size > 0 && config->bottleneck.size <= config->hidden_size),
                MPB_ERR_DATA,
                "the %s adapters are %lld wide, 1 to the hidden size %d was expected (%s)",
                mpb_bottleneck_kind_name(config->bottleneck.kind),
                (long long)config->bottleneck.size, config->hidden_size, where);
    MPB_REQUIRE(config->hidden_size % config->num_attention_heads == 0, MPB_ERR_DATA,
                "%d attention heads do not divide the hidden size %d (%s)",
                config->num_attention_heads, config->hidden_size, where);
    MPB_REQUIRE(config->num_hidden_layers * config->num_attention_heads <= SITE_LIMIT, MPB_ERR_DATA,
                "%d layers of %d heads are more than %d heads in all (%s)",
                config->num_hidden_layers, config->num_attention_heads, SITE_LIMIT, where);
    return MPB_OK;
}

static mpb_status check_probability(const char *name, float value, const char *where)
{
    MPB_REQUIRE(value >= 0.0f && value < 1.0f, MPB_ERR_DATA,
                "%s is %g, a probability in [0, 1) was expected (%s)", name, (double)value, where);
    return MPB_OK;
}

static mpb_status check_head(const mpb_model_config *config, const char *where)
{
    const mpb_family_row *family = mpb_family_of(config->family);

    MPB_REQUIRE(!mpb_head_of(config->head)->judges_next || family->names.next_sentence != NULL,
                MPB_ERR_DATA,
                "a %s has no head for next sentences: model.task mlm does without, and so does the "
                "classification of pairs (%s)",
                family->model_type, where);
    return MPB_OK;
}

mpb_status mpb_model_config_check(const mpb_model_config *config, const char *where)
{
    MPB_TRY(check_head(config, where));
    MPB_TRY(check_sizes(config, where));
    MPB_TRY(check_probability("hidden dropout", config->hidden_dropout, where));
    MPB_TRY(check_probability("attention dropout", config->attention_dropout, where));
    MPB_TRY(check_probability("classifier dropout", config->classifier_dropout, where));
    MPB_TRY(check_probability("question answering's dropout", config->span_dropout, where));
    MPB_REQUIRE(config->layer_norm_eps > 0.0f && config->layer_norm_eps < 1.0f, MPB_ERR_DATA,
                "layer_norm_eps is %g, a small positive number was expected (%s)",
                (double)config->layer_norm_eps, where);
    MPB_REQUIRE(config->initializer_range > 0.0f && config->initializer_range < 10.0f, MPB_ERR_DATA,
                "initializer_range is %g, a small positive number was expected (%s)",
                (double)config->initializer_range, where);
    return MPB_OK;
}

const char *mpb_problem_name(mpb_problem problem)
{
    static const char *const names[] = {
        [MPB_SINGLE_LABEL] = "single_label_classification",
        [MPB_MULTI_LABEL] = "multi_label_classification",
        [MPB_REGRESSION] = "regression",
    };

    return names[problem];
}
