#pragma once

/* A model directory ready for work: where it lies, what it is, its tokenizer. Local. */

#include "mpibert/ckpt/adapter.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/file.h"
#include "mpibert/io/sha256.h"
#include "mpibert/model/config.h"
#include "mpibert/text/tokenizer.h"

typedef struct mpb_opened_model {
    char directory[MPB_PATH_SIZE]; /* its configuration and tokenizer */
    char
        weights[MPB_PATH_SIZE]; /* the directory of its weights: another one of an adapter's base */
    char adapter[MPB_PATH_SIZE]; /* "" without one */
    mpb_adapter_config adapted;  /* owned, of the adapter */
    mpb_model_config config;
    bool fresh_adapters;      /* of a run: its bottleneck adapters, if it has any, are new */
    mpb_layer_cut cut;        /* that config is of, of the directory's model */
    int length;               /* tokens that it takes at most, see mpb_model_dir_read_length */
    mpb_strings label_names;  /* owned; empty where the directory names none */
    mpb_tokenizer *tokenizer; /* owned */
    char vocab_sha256[MPB_SHA256_TEXT];
} mpb_opened_model;

/* The directory that `name` (registry key, hub id, path) stands for. One with adapter_config.json is
 * an adapter on its base model; what other libraries alone have written takes labels and tokenizer from there.
 * `opened` starts as {0}, stays where it is, and config.lora points into it. */
MPB_MUST_CHECK mpb_status mpb_opened_model_open(const char *name, mpb_opened_model *opened);

/* As mpb_opened_model_open, cut to model.keep_layers, of which one that is not there is MPB_ERR_CONFIG;
 * or, with initialize: random, the sizes that the configuration asks for with the vocabulary of the
 * directory, whose config.json is then optional. Borrows what `model` says is kept and trained. A model
 * with bottleneck adapters that model.adapter does not name is MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_opened_model_for_training(const mpb_run_model *model,
                                                        mpb_opened_model *opened);

/* Warns of what is allowed but rarely meant: a vocabulary smaller than the embedding. */
void mpb_opened_model_warn(const mpb_log *log, const mpb_opened_model *opened);

/* Gives a model whose configuration names no labels those of its task or, where that names none,
 * transformers' names LABEL_0, LABEL_1, ... */
MPB_MUST_CHECK mpb_status mpb_opened_model_name_labels(mpb_opened_model *opened);

/* Likewise, or model.label_names where these are given. Not as many as the model has outputs, or
 * one of the model's own names at another place, is MPB_ERR_CONFIG; so is another model.num_labels.
 * */
MPB_MUST_CHECK mpb_status mpb_opened_model_ask_labels(const mpb_log *log,
                                                      const mpb_run_model *asked,
                                                      mpb_opened_model *opened);

enum { MPB_LAST_LAYER = -1 };

/* Makes an encoder alone of it (MPB_HEAD_HIDDEN), whose outputs are what layer `layer` gives: 0 the
 * embeddings, 1 to num_hidden_layers a layer, as transformers' hidden_states are numbered; below 0
 * from the end, -1 the last one. Another number is MPB_ERR_CONFIG. Local. */
MPB_MUST_CHECK mpb_status mpb_opened_model_as_encoder(int layer, mpb_opened_model *opened);

/* Fills the weights of a finished model, its adapter included. One without a trained head is
 * MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_opened_model_read_weights(const mpb_opened_model *opened,
                                                        const mpb_parameters *parameters,
                                                        float *weights);
void mpb_opened_model_close(mpb_opened_model *opened);
