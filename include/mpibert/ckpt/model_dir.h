#pragma once

/* Hugging Face model directories: config.json, model.safetensors, tokenizer files. Local. */

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/model/config.h"
#include "mpibert/model/kept_layers.h"
#include "mpibert/model/parameters.h"

/* A row of the architecture registry: short names for well-known models. */
typedef struct mpb_architecture {
    const char *key;          /* base_en, large_en, distil_en, multilingual */
    const char *organisation; /* whose model it is on the hub, e.g. google-bert */
    const char *model_id;     /* the hub's name, e.g. bert-base-uncased */
    mpb_model_config config;
    const char *use_case;
} mpb_architecture;

/* By key or by hub id (with the organisation or without); NULL where unknown. */
const mpb_architecture *mpb_architecture_find(const char *name);

/* "minilm": the one model of another organisation that has a short name. */
#define MPB_MINILM_KEY "minilm"
#define MPB_MINILM_ID "sentence-transformers/all-MiniLM-L6-v2"

/* Where the model `name` lies: a directory as it is, or its final/ where it is a run; else
 * models/<name> below the current folder, also by the other name of a registered model or without
 * the organisation of a hub id; else the snapshot of "main" in the cache of Hugging Face's
 * libraries, a folder `hub_cache` (or NULL) with models--<organisation>--<name>. Not found:
 * MPB_ERR_DATA that names these places and `mpibert fetch`. */
MPB_MUST_CHECK mpb_status mpb_model_dir_find(const char *name, const char *hub_cache, char *path,
                                             size_t size);

/* Reads config.json. `label_names` (starts as {0}) is filled in id order where id2label has real
 * names (not LABEL_0 ...). config->num_labels is what the file says, 2 where it is silent, as in
 * transformers. config->head is that of the first architecture, of sequences where this is none of
 * ours (BertModel). Other model types, activations and kinds of position are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_model_dir_read_config(const char *directory, mpb_model_config *config,
                                                    mpb_strings *label_names);

/* Whether config.json names a class with a head that is ours; without one, the directory may hold an encoder
 * alone. */
MPB_MUST_CHECK mpb_status mpb_model_dir_names_head(const char *directory, bool *named);

/* *length = tokens that the model takes: what sentence_bert_config.json says (max_seq_length), or
 * else tokenizer_config.json (model_max_length), where that is within its `positions`, and
 * otherwise these. */
MPB_MUST_CHECK mpb_status mpb_model_dir_read_length(const char *directory, int positions,
                                                    int *length);

/* Whether both hold the same tensors, bit for bit, in one file or in several. */
bool mpb_model_dirs_agree(const char *a, const char *b);

/* Adds the names of the files that hold the weights: model.safetensors or, where there is none,
 * those that model.safetensors.index.json names, in byte order. They need not be there. A name that
 * leaves the directory is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_model_dir_weight_files(const char *directory, mpb_strings *names);

/* What may start fresh though it is not there: the head's last layer where it has another number of
 * outputs, and bottleneck adapters. */
typedef enum mpb_fresh_parts { MPB_FRESH_OUTPUT = 1, MPB_FRESH_ADAPTERS = 2 } mpb_fresh_parts;

/* Fills the flat buffer `weights` from these files: with or without the prefix bert. or
 * distilbert., gamma and beta for LayerNorm; extra tensors (of other heads,
 * position_ids, ...) and, beside an index, tensors that it does not list are ignored.
 *
 * A head tensor that is absent is initialised from `seed`, and with MPB_FRESH_OUTPUT in `fresh` its
 * last layer also where it has another number of outputs; *num_initialised counts such tensors (weight
 * and bias of that layer start fresh together). So any directory is a start for any head. Adaptations
 * are not counted: low-rank ones start fresh where they are absent, bottleneck adapters with
 * MPB_FRESH_ADAPTERS, and a tensor of an adapter that the model has not is MPB_ERR_DATA. Any other absent
 * tensor or wrong shape is MPB_ERR_DATA that names file, tensor and both shapes; so are a damaged
 * file, a missing one, a tensor that the index places wrongly or that two files hold, and a decoder
 * to words that is not the word table. `weights` is untouched then. A value that is not finite is
 * MPB_ERR_DATA, too. */
MPB_MUST_CHECK mpb_status mpb_model_dir_read_weights(const char *directory,
                                                     const mpb_model_config *config,
                                                     const mpb_parameters *parameters,
                                                     unsigned fresh, uint64_t seed, float *weights,
                                                     size_t *num_initialised);

/* Likewise those of a model cut out of the directory's. */
MPB_MUST_CHECK mpb_status mpb_model_dir_read_cut(const char *directory,
                                                 const mpb_model_config *config, mpb_layer_cut cut,
                                                 const mpb_parameters *parameters, unsigned fresh,
                                                 uint64_t seed, float *weights,
                                                 size_t *num_initialised);

/* What a model directory is made of; everything borrowed. */
typedef struct mpb_model_dir_content {
    const mpb_model_config *config;
    const mpb_strings *label_names; /* may be empty: LABEL_0 ... */
    const mpb_parameters *parameters;
    const float *weights;
    const char *tokenizer_directory; /* where the tokenizer files come from */
    int length;                      /* tokens that it was trained with; 0: unknown */
    const char *settings;            /* text of mpibert.json; NULL: none */
    /* The run of which this is a checkpoint: what it never trains is then in a file of its own, which its
     * checkpoints share, beside an index as the reference has it. NULL: one file of all weights. */
    const char *run;
    /* Low-rank tensors stay beside the weights, which otherwise they are merged into, and what an
     * adapter of either kind holds is there in files of its own, too. */
    bool adapters_apart;
} mpb_model_dir_content;

/* How text was read for a model: a file of its directory that transformers does not know. */
#define MPB_MODEL_DIR_SETTINGS "mpibert.json"

/* Writes into `directory`, which exists: config.json (architectures, id2label, label2id,
 * problem_type), the weights, mpibert.json, and copies of vocab.txt, tokenizer.json,
 * tokenizer_config.json, special_tokens_map.json and added_tokens.json where `tokenizer_directory`
 * has them. vocab.txt is always there, made from tokenizer.json if need be, and so is
 * tokenizer_config.json where the length is known, its model_max_length, or where it takes the
 * tokenizer's class to have the same tokenizer again. */
MPB_MUST_CHECK mpb_status mpb_model_dir_write(const char *directory,
                                              const mpb_model_dir_content *content);

/* The file of the weights in it, or of those that are trained. */
const char *mpb_model_dir_own_weights(const mpb_model_dir_content *content);

/* The same directory, written by several processes at once: one begins it, then each writes part
 * `index` of `parts` of the weights (mpb_safetensors_write_part), which all of them have. */
MPB_MUST_CHECK mpb_status mpb_model_dir_begin_parts(const char *directory,
                                                    const mpb_model_dir_content *content);
MPB_MUST_CHECK mpb_status mpb_model_dir_write_part(const char *directory,
                                                   const mpb_model_dir_content *content, int index,
                                                   int parts);
