#include <string.h>

#include "mpibert/ckpt/model_dir.h"

/* The public configurations of the models that this program names itself. */

#define BERT_CONFIG(vocab, hidden, layers, heads, wide)                                            \
    {.family = MPB_BERT,                                                                           \
     .vocab_size = (vocab),                                                                        \
     .hidden_size = (hidden),                                                                      \
     .num_hidden_layers = (layers),                                                                \
     .num_attention_heads = (heads),                                                               \
     .intermediate_size = (wide),                                                                  \
     .max_position_embeddings = 512,                                                               \
     .type_vocab_size = 2,                                                                         \
     .layer_norm_eps = 1e-12f,                                                                     \
     .initializer_range = 0.02f,                                                                   \
     .hidden_dropout = 0.1f,                                                                       \
     .attention_dropout = 0.1f,                                                                    \
     .classifier_dropout = 0.1f,                                                                   \
     .num_labels = 2}

static const mpb_architecture ARCHITECTURES[] = {
    {"base_en", "google-bert", "bert-base-uncased", BERT_CONFIG(30522, 768, 12, 12, 3072),
     "English text, the usual starting point"},
    {"large_en", "google-bert", "bert-large-uncased", BERT_CONFIG(30522, 1024, 24, 16, 4096),
     "English text, best accuracy at three times the cost of base_en"},
    {"distil_en",
     "distilbert",
     "distilbert-base-uncased",
     {.family = MPB_DISTILBERT,
      .vocab_size = 30522,
      .hidden_size = 768,
      .num_hidden_layers = 6,
      .num_attention_heads = 12,
      .intermediate_size = 3072,
      .max_position_embeddings = 512,
      .type_vocab_size = 0,
      .layer_norm_eps = 1e-12f,
      .initializer_range = 0.02f,
      .hidden_dropout = 0.1f,
      .attention_dropout = 0.1f,
      .classifier_dropout = 0.2f,
      .span_dropout = 0.1f,
      .num_labels = 2},
     "English text, half the cost of base_en"},
    {"multilingual", "google-bert", "bert-base-multilingual-cased",
     BERT_CONFIG(119547, 768, 12, 12, 3072), "text in any of 104 languages, cased"},
};

/* The hub keeps these models under an organisation; the bare name still leads there. */
static bool is_named(const mpb_architecture *row, const char *name)
{
    size_t length = strlen(row->organisation);
    bool full = strncmp(name, row->organisation, length) == 0 && name[length] == '/';

    return strcmp(name, row->key) == 0 ||
           strcmp(full ? name + length + 1 : name, row->model_id) == 0;
}

const mpb_architecture *mpb_architecture_find(const char *name)
{
    for (size_t i = 0; i < sizeof(ARCHITECTURES) / sizeof(*ARCHITECTURES); i++) {
        if (is_named(&ARCHITECTURES[i], name)) {
            return &ARCHITECTURES[i];
        }
    }
    return NULL;
}
