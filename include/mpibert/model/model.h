#pragma once

/* An encoder with a head over concatenated sequences. Knows no MPI and no files.
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
    /* Positions that a head of chosen rows reads, in each sequence ascending: rows[row_offsets[s]]
     * to rows[row_offsets[s + 1] - 1]. Both NULL: all. */
    const uint32_t *rows;      /* (row_offsets[num_sequences]) */
    const size_t *row_offsets; /* (num_sequences + 1), row_offsets[0] = 0 */
    /* (num_sequences): what mpb_model_encode gave for each, of the same rows; NULL: nothing is known.
     * Only of a model whose layers are frozen. */
    const float *const *encoded;
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

/* Room for batches of these limits too, of a model that does not train; it never shrinks. What cannot
 * fit says so, and the model is as it was. */
MPB_MUST_CHECK mpb_status mpb_model_make_room(mpb_model *model, const mpb_model_limits *limits);

const mpb_model_config *mpb_model_configuration(const mpb_model *model);
const mpb_parameters *mpb_model_parameters(const mpb_model *model);
const mpb_parameters *mpb_model_trained(const mpb_model *model); /* the trained space */
const mpb_team *mpb_model_team(const mpb_model *model);          /* that it was made with */
float *mpb_model_weights(mpb_model *model);         /* (parameters->size), padding zero */
float *mpb_model_trained_weights(mpb_model *model); /* their end, (trained->size) */

/* What backward has summed up, laid out as the trained weights; NULL unless training. It holds
 * nothing between the start of a new sum and the first backward. */
float *mpb_model_gradients(mpb_model *model);

/* From here on what is trained when so many epochs are done has gradients, at first what is from the
 * start. Then comes a new sum. */
void mpb_model_begin_epoch(mpb_model *model, int64_t epochs);

/* Whether the word table has gradients. */
bool mpb_model_trains_words(const mpb_model *model);

/* The rows of the word table that gradients may go to until the next call (all of them at first).
 * `rows` is borrowed and holds all tokens of the batches to come. Then comes a new sum. */
void mpb_model_use_words(mpb_model *model, const mpb_word_rows *rows);

/* Floats from the start of the trained space to the first gradient; those before it mean nothing. */
size_t mpb_model_gradients_begin(const mpb_model *model);

/* Backward adds up over micro-steps; this starts a new sum, of one backward at least. */
void mpb_model_zero_gradients(mpb_model *model);

/* Weights before `offset` of the trained space are about to be read. */
typedef void mpb_weights_needed_fn(void *context, size_t offset);

/* Forward calls `needed` before the embeddings, each layer and the head, unless its batch is empty;
 * NULL: nobody, as at first. A call may replace it. */
void mpb_model_await_weights(mpb_model *model, mpb_weights_needed_fn *needed, void *context);

/* Takes rows [first_row, first_row + num_rows) of the head's outputs (model/head.h), in memory of
 * the model: each row once, in one call or several. True: the callee has overwritten them by the
 * gradient of the loss by them, which the model keeps for mpb_model_backward; false: no backward
 * follows. The answer to all calls of a forward is the same. */
typedef bool mpb_take_outputs_fn(void *context, size_t first_row, size_t num_rows, float *outputs);

/* Without training of layers or embeddings dropout is the head's alone.
 *
 * Where the outputs are words, of which a block at a time has room, what their gradient gives the
 * word table is added while it is there: then gradients must be at rest, and a forward whose
 * `take` answers true is part of the sum as its backward is. Nobody takes anything where the batch
 * is empty. */
void mpb_model_forward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                       mpb_take_outputs_fn *take, void *context);

/* rows (R, H) = what the last layer gives for the rows that the head reads, without dropout, by
 * sequence. With it as `encoded` forward goes on from there, to the same bits. */
void mpb_model_encode(mpb_model *model, const mpb_batch *batch, float *rows);

/* The gradient from `offset` to the end of the trained space is final, if no further backward adds to
 * this sum. */
typedef void mpb_gradient_ready_fn(void *context, size_t offset);

/* Adds to the gradients those of the loss whose gradient by the outputs forward's `take` has left.
 * Uses what the last forward saved (and may do so once: it overwrites it), with the same batch and
 * dropout. It ends where nothing below is trained. `ready`, which may be NULL, is called after the
 * head, twice in each layer and at the end with mpb_model_gradients_begin; for an empty batch too,
 * whose sum is 0 if it begins with it. */
void mpb_model_backward(mpb_model *model, const mpb_batch *batch, const mpb_dropout_draw *dropout,
                        mpb_gradient_ready_fn *ready, void *context);

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
