#include "mpibert/session/table_check.h"

static mpb_status refuse_word(const mpb_model_config *config, const mpb_dataset *dataset, size_t i,
                              uint32_t word, const char *where)
{
    char id[MPB_DATASET_ID];

    return MPB_FAIL(MPB_ERR_DATA,
                    "example %s has token %u, the model's embedding %d rows: its vocabulary is "
                    "another one (%s)",
                    mpb_dataset_id(dataset, i, id), word, config->vocab_size, where);
}

static mpb_status check_words(const mpb_model_config *config, const mpb_dataset *dataset, size_t i,
                              const char *where)
{
    const uint32_t *tokens = mpb_dataset_tokens(dataset, i);
    const size_t length = mpb_dataset_length(dataset, i);

    for (size_t t = 0; t < length; t++) {
        if (tokens[t] >= (uint32_t)config->vocab_size) {
            return refuse_word(config, dataset, i, tokens[t], where);
        }
    }
    return MPB_OK;
}

/* Tokens on disk were read once; all sequences of their source are in a dataset that is checked. */
static mpb_status check_source(const mpb_model_config *config, const mpb_dataset *dataset,
                               const char *where)
{
    uint32_t i;
    const uint32_t largest = mpb_token_source_largest(dataset->source, &i);

    return largest < (uint32_t)config->vocab_size ? MPB_OK
                                                  : refuse_word(config, dataset, i, largest, where);
}

static mpb_status check_places(const mpb_model_config *config, const mpb_dataset *dataset, size_t i,
                               const char *where)
{
    const size_t length = mpb_dataset_length(dataset, i);
    char id[MPB_DATASET_ID];

    MPB_REQUIRE(length <= (size_t)config->max_position_embeddings, MPB_ERR_DATA,
                "example %s has %zu tokens, the model %d positions: preprocess it again with "
                "model.max_seq_length=%d (%s)",
                mpb_dataset_id(dataset, i, id), length, config->max_position_embeddings,
                config->max_position_embeddings, where);
    MPB_REQUIRE(config->type_vocab_size != 1 || mpb_dataset_segment_b(dataset, i) >= length,
                MPB_ERR_DATA,
                "example %s is a pair of texts, the model has one token type: give single texts, "
                "or a model whose config.json has type_vocab_size 2 (%s)",
                mpb_dataset_id(dataset, i, id), where);
    return MPB_OK;
}

/* Labels without names are positions, of which the task knows how many there are. */
static mpb_status check_label(const mpb_dataset *dataset, size_t i, const char *where)
{
    int32_t label = dataset->labels[i];
    char id[MPB_DATASET_ID];

    MPB_REQUIRE(label >= 0 && (size_t)label < dataset->label_names.count, MPB_ERR_DATA,
                "example %s has label %d, the data has %zu labels (%s)",
                mpb_dataset_id(dataset, i, id), label, dataset->label_names.count, where);
    return MPB_OK;
}

mpb_status mpb_tables_check(const mpb_model_config *config, const mpb_dataset *dataset,
                            const char *where)
{
    if (dataset->source != NULL) {
        MPB_TRY(check_source(config, dataset, where));
    }
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        if (dataset->source == NULL) {
            MPB_TRY(check_words(config, dataset, i, where));
        }
        MPB_TRY(check_places(config, dataset, i, where));
        if (dataset->labels != NULL && dataset->label_names.count > 0) {
            MPB_TRY(check_label(dataset, i, where));
        }
    }
    return MPB_OK;
}
