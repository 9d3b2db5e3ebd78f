#pragma once

/* Models as ONNX files (github.com/onnx/onnx, onnx/onnx.proto), which other tools run. IR version
 * 8, opset 17: ONNX Runtime 1.12 and later.
 *
 * Inputs are named as transformers names them: input_ids, attention_mask and, where the model has
 * token types, token_type_ids, int64 of (batch_size, sequence_length), of multiple choice
 * (batch_size, num_choices, sequence_length). Any batch, and any length up to the model's
 * positions, will do. Outputs are floats:
 *
 *     classification, next sentences   logits (batch_size, K)
 *     multiple choice                  logits (batch_size, num_choices)
 *     words with labels                logits (batch_size, sequence_length, K)
 *     questions                        start_logits, end_logits (batch_size, sequence_length)
 *     masked words                     logits (batch_size, sequence_length, V)
 *     pretraining                      prediction_logits (batch_size, sequence_length, V),
 *                                      seq_relationship_logits (batch_size, 2)
 *     an encoder alone                 last_hidden_state (batch_size, sequence_length, H) and, where
 *                                      it has a pooler, pooler_output (batch_size, H)
 *
 * Metadata: architecture and max_length; id2label (JSON, as in config.json) and problem_type where
 * the head has them. Weights keep their names. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/strings.h"
#include "mpibert/model/config.h"
#include "mpibert/model/parameters.h"

enum { MPB_ONNX_OPSET = 17 };

/* What protobuf's readers take of one file: 2 GiB - 1. */
#define MPB_ONNX_MOST_BYTES ((uint64_t)INT32_MAX)

/* Behind the name of a model's file, that of its weights where they lie apart. */
#define MPB_ONNX_DATA_END ".data"

/* What is written; everything borrowed. */
typedef struct mpb_onnx_content {
    const mpb_model_config *config;
    const mpb_strings *label_names;   /* num_labels, where the head has labels */
    const mpb_parameters *parameters; /* as far as they are there: with the head or without */
    const float *weights;             /* (parameters->size), low-rank adaptations merged */
    bool has_head;                    /* otherwise the encoder alone */
    bool has_pooler;                  /* of an encoder alone */
    int max_length;                   /* tokens that it was trained with */
} mpb_onnx_content;

/* Replaces the file, never by a part of one. A model that would take more than `most_bytes` has its
 * weights beside it, in "<path>.data". */
MPB_MUST_CHECK mpb_status mpb_onnx_write(const char *path, const mpb_onnx_content *content,
                                         uint64_t most_bytes);
