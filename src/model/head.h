#pragma once

/* A head as the model sees it: each kind is a constant table of functions, in a file of its own or
 * of its like. */

#include "model_internal.h"
#include "mpibert/model/head.h"
#include "parameter_builder.h"

typedef struct head {
    mpb_head_facts facts;
    int (*width)(const mpb_model_config *config);
    void (*add_parameters)(parameter_builder *to);
    /* Rows of the last layer that it reads at most, and those of a batch; both NULL: all. */
    size_t (*max_rows)(const mpb_model_limits *limits);
    void (*choose_rows)(const mpb_batch *batch, row_set *rows);
    void (*lay_out)(const mpb_model_config *config, const mpb_model_limits *limits, size_t K,
                    mpb_arena *arena, head_memory *memory);
    float (*dropout)(const mpb_model_config *config);             /* its probability; NULL: none */
    double (*flops)(const mpb_model_config *config, double rows); /* mpb_head_flops */
    /* Outputs from its rows in hidden, offered to their taker. */
    void (*forward)(mpb_model *model);
    /* From the gradient that the taker left; leaves that of the rows in dhidden. */
    void (*backward)(mpb_model *model);
} head;

/* The tables of the heads that model/head_kind.h lists. */
#define DECLARE_HEAD(NAME) extern const head HEAD_##NAME;

MPB_HEADS(DECLARE_HEAD)

const head *head_of(mpb_head_kind kind);

/* K. */
static inline int head_width(const mpb_model *model)
{
    return model->head->width(&model->config);
}

static inline bool head_reads_all_rows(const head *of)
{
    return of->choose_rows == NULL;
}

/* Widths. */
int head_num_labels(const mpb_model_config *config);
int head_num_words(const mpb_model_config *config);

/* Of a linear layer forward. */
double head_linear_flops(double rows, double out, double in);

/* Shows rows [first_row, first_row + num_rows) to the taker; whether they are their gradient now. */
bool head_offer(mpb_model *model, size_t first_row, size_t num_rows, float *outputs);

/* Of the rows that are chosen of sequence s, all where none are named: how many, and the position
 * of one. */
size_t head_num_chosen(const mpb_batch *batch, size_t s);
uint32_t head_chosen_at(const mpb_batch *batch, size_t s, size_t i);

/* head_rows.c */
void choose_named_rows(const mpb_batch *batch, row_set *rows);
size_t as_many_as_tokens(const mpb_model_limits *limits);

/* head_pooled.c */
double pooled_flops(const mpb_model_config *config, int K); /* of one row */
void pooled_lay_out(const mpb_model_config *config, const mpb_model_limits *limits,
                    mpb_arena *arena, head_memory *memory);
/* scores (N, K) from first rows x (N, H): a dense layer, its activation, dropout, a linear layer.
 * Backward leaves the gradient of x in dx, which may be x. */
void pooled_forward(mpb_model *model, const float *x, int K, float *scores);
void pooled_backward(mpb_model *model, const float *x, int K, const float *dscores, float *dx);

/* head_words.c */
double words_flops(const mpb_model_config *config, double rows);
void words_add_parameters(parameter_builder *to);
void words_lay_out(const mpb_model_config *config, const mpb_model_limits *limits, size_t K,
                   mpb_arena *arena, head_memory *memory);
/* Offers the logits of all words for rows x (R, H), as rows 0 to R - 1. Backward leaves the
 * gradient of x in dx, which may be x. */
void words_forward(mpb_model *model, size_t R, const float *x);
void words_backward(mpb_model *model, size_t R, const float *x, float *dx);
