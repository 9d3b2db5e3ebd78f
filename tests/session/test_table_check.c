/* Ids at each bound of the model's tables pass and are computed with, those beyond are refused by
 * name: with sanitizers, what is computed touches nothing outside the tables. */

#include "mpibert/session/table_check.h"

#include "check.h"
#include "mpibert/eval/batch.h"
#include "mpibert/model/model.h"

enum { VOCABULARY = 11, POSITIONS = 7, LABELS = 3 };

static mpb_model_config config_of(mpb_family family, int types)
{
    return (mpb_model_config){.family = family,
                              .vocab_size = VOCABULARY,
                              .hidden_size = 8,
                              .num_hidden_layers = 1,
                              .num_attention_heads = 2,
                              .intermediate_size = 12,
                              .max_position_embeddings = POSITIONS,
                              .type_vocab_size = types,
                              .layer_norm_eps = 1e-12f,
                              .initializer_range = 0.02f,
                              .num_labels = LABELS};
}

/* One example of `length` tokens, the last of them `token`, with type 1 from `segment_b` on. */
static mpb_dataset example_of(uint32_t token, size_t length, uint32_t segment_b, int32_t label)
{
    mpb_dataset dataset = {.shape = {.labels = true}};
    uint32_t tokens[POSITIONS + 1] = {0};

    tokens[length - 1] = token;
    CHECK_OK(mpb_dataset_add(&dataset, &(mpb_sequence){.tokens = tokens,
                                                       .count = length,
                                                       .segment_b = segment_b,
                                                       .label = label,
                                                       .id = "e7"}));
    for (int j = 0; j < LABELS; j++) {
        CHECK_OK(mpb_strings_add(&dataset.label_names, &"abc"[j], 1));
    }
    return dataset;
}

static void check_refused(mpb_model_config config, mpb_dataset dataset, const char *message)
{
    CHECK_FAILS(mpb_tables_check(&config, &dataset, "data.csv"), MPB_ERR_DATA, message);
    CHECK(strstr(mpb_status_last(), "example e7") != NULL);
    CHECK(strstr(mpb_status_last(), "(data.csv)") != NULL);
    mpb_dataset_clear(&dataset);
}

static void ids_beyond_a_table_are_refused_with_a_remedy(void)
{
    const mpb_model_config bert = config_of(MPB_BERT, 2);

    check_refused(bert, example_of(VOCABULARY, 3, 3, 0), "has token 11, the model's embedding 11");
    check_refused(bert, example_of(UINT32_MAX, 3, 3, 0), "has token 4294967295");
    check_refused(bert, example_of(1, POSITIONS + 1, 8, 0),
                  "has 8 tokens, the model 7 positions: preprocess it again with "
                  "model.max_seq_length=7");
    check_refused(config_of(MPB_BERT, 1), example_of(1, 3, 2, 0),
                  "is a pair of texts, the model has one token type: give single texts, or a model "
                  "whose config.json has type_vocab_size 2");
    check_refused(bert, example_of(1, 3, 3, LABELS), "has label 3, the data has 3 labels");
    check_refused(bert, example_of(1, 3, 3, -1), "has label -1");
}

/* The outputs are numbers. */
static bool check_outputs(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    (void)context;
    CHECK(first_row == 0 && num_rows == 1 && isfinite(outputs[0]));
    return false;
}

/* Forward over the one example, with a model of exactly its size. */
static void compute(const mpb_model_config *config, const mpb_dataset *dataset)
{
    const mpb_model_limits limits = {
        .max_tokens = POSITIONS, .max_sequences = 1, .max_length = POSITIONS};
    const mpb_gemm_choice products = {.kernel = MPB_GEMM_OWN, .precision = MPB_GEMM_F32};
    const size_t first = 0;
    mpb_batch_buffer buffer = {0};
    mpb_model *model = NULL;
    mpb_team team = {0};

    CHECK_OK(mpb_team_begin(1, NULL, 0, &team));
    CHECK_OK(mpb_model_create(config, &limits, &team, MPB_ISA_PLAIN, products, &model));
    CHECK_OK(mpb_batch_buffer_create(POSITIONS, 1, &buffer));
    mpb_batch_buffer_fill(&buffer, dataset, &first, 1, (mpb_row_choice){0});
    mpb_model_forward(model, &buffer.batch, NULL, check_outputs, NULL);
    mpb_batch_buffer_destroy(&buffer);
    mpb_model_destroy(&model);
    mpb_team_end(&team);
}

static void check_computed(mpb_model_config config, mpb_dataset dataset)
{
    CHECK_OK(mpb_tables_check(&config, &dataset, "data.csv"));
    compute(&config, &dataset);
    mpb_dataset_clear(&dataset);
}

static void ids_at_the_bound_of_each_table_are_computed_with(void)
{
    check_computed(config_of(MPB_BERT, 2),
                   example_of(VOCABULARY - 1, POSITIONS, POSITIONS - 1, LABELS - 1));
    check_computed(config_of(MPB_BERT, 1), example_of(VOCABULARY - 1, POSITIONS, POSITIONS, 0));
}

/* transformers' DistilBERT has no token types and takes none. */
static void model_without_token_types_takes_pairs(void)
{
    check_computed(config_of(MPB_DISTILBERT, 0), example_of(1, POSITIONS, 2, 0));
}

int main(void)
{
    ids_beyond_a_table_are_refused_with_a_remedy();
    ids_at_the_bound_of_each_table_are_computed_with();
    model_without_token_types_takes_pairs();
    return 0;
}
