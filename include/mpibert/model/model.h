#pragma once

/* An encoder with its classification head over concatenated sequences. Knows no MPI and no files.
 * Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/math/gemm.h"
#include "mpibert/math/isa.h"
#include "mpibert/math/team.h"
#include "mpibert/model/config.h"
#include "mpibert/model/parameters.h"
#include "mpibert/model/word_rows.h"

/* Sequences end to end; borrowed pointers. T = offsets[num_sequences]. */
typedef struct mpb_batch {
    size_t num_sequences;
    const uint32_t *tokens;    /* (T) */
    const size_t *offsets;     /* (num_sequences + 1), offsets[0] = 0 */
    const uint32_t *segment_b; /* (num_sequences): first position of token type 1 */
    const uint64_t *examples;  /* (num_sequences): global example ids, the dropout counters */
    const int32_t *labels;     /* (num_sequences) or NULL */
} mpb_batch;

/* One forward pass' randomness; NULL where dropout is off. */
typedef struct mpb_dropout_draw {
    uint64_t seed;
    uint64_t step; /* micro-step number over the whole run, below 2^57 */
} mpb_dropout_draw;

typedef struct mpb_model mpb_model;

/* Memory for batches of up to max_tokens tokens and max_sequences sequences, none longer than
 * max_length; `training` adds gradients and saved activations. Allocates all at once: what cannot
 * fit says so here. Activations are saved in the precision of the products.
 *
 * Of a checkpointed layer only the normalised output lasts from forward to backward, H elements a
 * token, and backward computes the rest again, to the same bits. The last layer is never one:
 * nothing comes between its forward and its backward. */
typedef struct mpb_model_limits {
    size_t max_tokens;
    size_t max_sequences;
    size_t max_length;
    bool training;
    int checkpointed_layers; /* from the first layer on, 0 to num_hidden_layers - 1 */
} mpb_model_limits;

MPB_MUST_CHECK mpb_status mpb_model_create(const mpb_model_config *config,
                                           const mpb_model_limits *limits, const mpb_team *team,
                                           mpb_isa isa, mpb_gemm_choice products,
                                           mpb_model **model);
void mpb_model_destroy(mpb_model **model);

const mpb_model_config *mpb_model_configuration(const mpb_model *model);
const mpb_parameters *mpb_model_parameters(const mpb_model *model);
float *mpb_model_weights(mpb_model *model); /* (parameters->size), padding zero */

/* What backward has summed up, laid out as the weights; NULL unless training. To be asked for
 * between a backward and the next new sum. */
float *mpb_model_gradients(mpb_model *model);

/* The rows of the word table that gradients may go to until the next call (all of them at first).
 * `rows` is borrowed and holds all tokens of the batches to come. Then comes a new sum. */
void mpb_model_use_words(mpb_model *model, const mpb_word_rows *rows);

/* Floats from the start of the flat buffer to the first gradient; those before it mean nothing. */
size_t mpb_model_gradients_begin(const mpb_model *model);

/* Backward adds up over micro-steps; this starts a new sum, of one backward at least. */
void mpb_model_zero_gradients(mpb_model *model);

/* logits (num_sequences, num_labels), the caller's. */
void mpb_model_forward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                       float *logits);

/* The gradient from `offset` to the end of the flat buffer is final, if no further backward adds to
 * this sum. */
typedef void mpb_gradient_ready_fn(void *context, size_t offset);

/* Adds to the gradients those of the loss whose gradient by the logits is `dlogits` (num_sequences,
 * num_labels). Uses what the last forward saved (and may do so once:
 * it overwrites it), with the same batch and dropout. `ready`, which may be NULL, is called after
 * the head, after each layer and at the end with mpb_model_gradients_begin; for an empty batch too,
 * whose sum is 0 if it begins with it. */
void mpb_model_backward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                        const float *dlogits, mpb_gradient_ready_fn *ready, void *context);

/* Bytes of a model's memory. */
typedef struct mpb_model_sizes {
    size_t weights;
    size_t gradients;
    size_t activations; /* of layers, from forward to backward */
    size_t scratch;
} mpb_model_sizes;

/* What mpb_model_create would take, with products of this precision. */
MPB_MUST_CHECK mpb_status mpb_model_measure(const mpb_model_config *config,
                                            const mpb_model_limits *limits, int threads,
                                            mpb_gemm_type precision, mpb_model_sizes *sizes);
