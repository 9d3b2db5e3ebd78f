#include "mpibert/session/table_check.h"

/* The name of example i for a message; shards keep ids, text on standard input has numbers. */
static const char *id_of(const mpb_dataset *dataset, size_t i)
{
    return i < dataset->ids.count ? dataset->ids.items[i] : "?";
}

static mpb_status check_words(const mpb_model_config *config, const mpb_dataset *dataset, size_t i,
                              const char *where)
{
    for (uint64_t t = dataset->offsets[i]; t < dataset->offsets[i + 1]; t++) {
        MPB_REQUIRE(dataset->tokens[t] < (uint32_t)config->vocab_size, MPB_ERR_DATA,
                    "example %s has token %u, the model's embedding %d rows: its vocabulary is "
                    "another one (%s)",
                    id_of(dataset, i), dataset->tokens[t], config->vocab_size, where);
    }
    return MPB_OK;
}

static mpb_status check_places(const mpb_model_config *config, const mpb_dataset *dataset, size_t i,
                               const char *where)
{
    uint64_t length = dataset->offsets[i + 1] - dataset->offsets[i];

    MPB_REQUIRE(length <= (uint64_t)config->max_position_embeddings, MPB_ERR_DATA,
                "example %s has %llu tokens, the model %d positions: preprocess it again with "
                "model.max_seq_length=%d (%s)",
                id_of(dataset, i), (unsigned long long)length, config->max_position_embeddings,
                config->max_position_embeddings, where);
    MPB_REQUIRE(config->type_vocab_size != 1 || dataset->segment_b[i] >= length, MPB_ERR_DATA,
                "example %s is a pair of texts, the model has one token type: give single texts, "
                "or a model whose config.json has type_vocab_size 2 (%s)",
                id_of(dataset, i), where);
    return MPB_OK;
}

/* Labels without names are positions, of which the task knows how many there are. */
static mpb_status check_label(const mpb_dataset *dataset, size_t i, const char *where)
{
    int32_t label = dataset->labels[i];

    MPB_REQUIRE(label >= 0 && (size_t)label < dataset->label_names.count, MPB_ERR_DATA,
                "example %s has label %d, the data has %zu labels (%s)", id_of(dataset, i), label,
                dataset->label_names.count, where);
    return MPB_OK;
}

mpb_status mpb_tables_check(const mpb_model_config *config, const mpb_dataset *dataset,
                            const char *where)
{
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        MPB_TRY(check_words(config, dataset, i, where));
        MPB_TRY(check_places(config, dataset, i, where));
        if (dataset->labels != NULL && dataset->label_names.count > 0) {
            MPB_TRY(check_label(dataset, i, where));
        }
    }
    return MPB_OK;
}
