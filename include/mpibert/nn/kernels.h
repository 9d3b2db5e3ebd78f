#pragma once

/* Kernels over token rows, forward and backward, one table for each instruction set.
 *
 * Shapes: T token rows (real tokens of all sequences end to end), H hidden size, F feed-forward
 * size, D head size, K labels. Arrays are row-major floats and do not overlap unless said. Kernels
 * are serial, know no objects and cannot fail. Row kernels work on rows [0, rows) of the pointers
 * given; column kernels work on `cols` columns of a matrix with row distance `ld`: callers split
 * rows or columns over threads, so no result depends on the number of threads.
 *
 * Largest errors against double precision, over every float of the range and every instruction set
 * (tests/nn/test_accuracy.c), ulps being those of the exact value:
 *
 *     exp      1 ulp, denormal results too; 2 ulp as softmax(x, 0, ...) shows it
 *     log1p    1.97 ulp, 1.04e-7 for e in [0, 1], as losses ask for log(1 + e)
 *     tanh     1.34 ulp, 8.0e-8
 *     GELU     3.4 ulp for u >= -1, 13.7 ulp for u >= -5, 72 ulp below, where |GELU| < 1.5e-6;
 *              4.0e-7 for any u, 7.4e-8 for u < 0
 *     GELU'    1.7e-7; 4.3 ulp for u >= -0.5 (its zero is at -0.75)
 *
 * NaN stays NaN, denormal numbers are not flushed, tanh and GELU reach their limits at infinity
 * (GELU of minus infinity is NaN, as PyTorch's). Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/philox.h"
#include "mpibert/math/gemm.h"
#include "mpibert/math/isa.h"

/* Dropout keeps an element where its 16 random bits are >= threshold and scales it by 65536 /
 * (65536 - threshold): unbiased for the probability threshold / 65536 really used. */
typedef struct mpb_dropout {
    mpb_philox_key key;
    uint32_t threshold; /* round(p * 65536); 0 = off */
} mpb_dropout;

typedef struct mpb_layernorm_kernels {
    /* mean, rstd over C; xhat = (x - mean) * rstd; y = xhat * gamma + beta. xhat (rows,C) and rstd
     * (rows) are kept for backward; y may be x. eps is added to the variance. */
    void (*forward)(size_t rows, int C, float eps, const float *x, const float *gamma,
                    const float *beta, float *y, float *xhat, float *rstd);
    /* The same with xhat rounded to bf16, and y made of what it was rounded to. */
    void (*forward_bf16)(size_t rows, int C, float eps, const float *x, const float *gamma,
                         const float *beta, float *y, mpb_bf16 *xhat, float *rstd);
    /* y = xhat * gamma + beta again, for backward; y may be xhat. */
    void (*rebuild)(size_t rows, int C, const float *xhat, const float *gamma, const float *beta,
                    float *y);
    /* dx = rstd * (g - mean(g) - xhat * mean(g * xhat)), g = dy * gamma; dx may be dy. */
    void (*backward)(size_t rows, int C, const float *dy, const float *xhat, const float *gamma,
                     const float *rstd, float *dx);
    /* dgamma[c] += sum_r dy * xhat, dbeta[c] += sum_r dy, for `cols` columns. */
    void (*backward_params)(size_t rows, int cols, int ld, const float *dy, const float *xhat,
                            float *dgamma, float *dbeta);
} mpb_layernorm_kernels;

typedef struct mpb_row_kernels {
    /* y[r,c] += bias[c], rows of y ld apart */
    void (*add_bias)(size_t rows, int C, int ld, const float *bias, float *y);
    /* y += x over `count` elements */
    void (*add)(size_t count, const float *x, float *y);
    /* db[c] += sum_r dy[r,c], for `cols` columns */
    void (*bias_backward)(size_t rows, int cols, int ld, const float *dy, float *db);
    /* Exact GELU: a = u * Phi(u), with Phi to float accuracy; a may be u. */
    void (*gelu)(size_t count, const float *u, float *a);
    /* du = da * (Phi(u) + u * phi(u)); du may be da or u */
    void (*gelu_backward)(size_t count, const float *u, const float *da, float *du);
    /* a = u / (1 + exp(-u)); a may be u */
    void (*silu)(size_t count, const float *u, float *a);
    /* du = da s (1 + u (1 - s)) with s = 1 / (1 + exp(-u)); du may be da or u */
    void (*silu_backward)(size_t count, const float *u, const float *da, float *du);
    /* y = x as floats */
    void (*widen)(size_t count, const mpb_bf16 *x, float *y);
    /* y = x rounded as mpb_bf16_round does */
    void (*round)(size_t count, const float *x, mpb_bf16 *y);
    void (*tanh)(size_t count, const float *x, float *y);           /* y may be x */
    void (*tanh_backward)(size_t count, const float *y, float *dy); /* dy *= 1 - y^2 */
    void (*relu)(size_t count, const float *x, float *y);           /* y may be x */
    void (*relu_backward)(size_t count, const float *y, float *dy); /* dy = 0 where y <= 0 */
    /* Drops elements of x (rows, C), rows of one sequence at positions `position` ..., in place;
     * the same call on a gradient is its backward. Element (position, column) draws from counter
     * {column / 8, position, example low, example high ^ site << 16}, 16 bits each: word (column %
     * 8) / 2, its low half for the even column. site < 65536, example < 2^48. */
    void (*dropout)(size_t rows, int C, mpb_dropout dropout, uint64_t example, uint32_t site,
                    uint32_t position, float *x);
    /* Likewise of columns [first, first + cols) of it, `first` being a multiple of 8. */
    void (*dropout_part)(size_t rows, int first, int cols, int ld, mpb_dropout dropout,
                         uint64_t example, uint32_t site, uint32_t position, float *x);
    /* y[r,c] += scale sum_k u[r,k] b[k,c], for u (rows, rank) and b (rank, cols) with row distances
     * rank, ldb and, of y, ld */
    void (*add_low_rank)(size_t rows, int cols, int rank, float scale, const float *u,
                         const float *b, int ldb, int ld, float *y);
} mpb_row_kernels;

typedef struct mpb_embedding_kernels {
    /* x[t,:] = word[tokens[t],:] + position_table[positions[t],:] + type_table[types[t],:];
     * type_table may be NULL. */
    void (*forward)(size_t rows, int H, const uint32_t *tokens, const uint32_t *positions,
                    const uint32_t *types, const float *word, const float *position_table,
                    const float *type_table, float *x);
    /* One table row's gradient from the `count` token rows that took it: drow[c] += sum_i
     * dx[rows[i],c] in that order, for `cols` columns at the pointers given (row distance H). */
    void (*backward)(size_t count, const uint32_t *rows, int cols, int H, const float *dx,
                     float *drow);
} mpb_embedding_kernels;

/* One (sequence, head), whose queries may be some of its rows only: q, o and their gradients are
 * (num_queries, D) with row distance ld_query, but ld_gradient for that of o; k, v and theirs
 * (length, D) with ld_key. All are of `type` but the gradient of o, which is floats. */
typedef struct mpb_attention_task {
    int length, num_queries, head_size;
    int ld_query, ld_key, ld_gradient;
    mpb_gemm_type type;
    const uint32_t *positions; /* (num_queries): of the queries in their sequence */
    float scale;               /* 1 / sqrt(D) */
    mpb_dropout dropout;
    uint64_t example;
    uint32_t site;  /* layer and head in one number, unique in the model, < 65536 */
    float *scratch; /* mpb_attention_scratch floats, aligned to 64 bytes */
} mpb_attention_task;

/* Floats of scratch that one task needs, whatever its queries; that of backward serves forward too.
 * Grows with length. */
size_t mpb_attention_scratch(int length, int head_size, bool backward);

typedef struct mpb_attention_kernels {
    /* o = dropout(softmax(scale * q k^T)) v; lse (num_queries) = log-sum-exp of each scaled score
     * row. Element (query i, key j) of the probabilities draws as the row kernel's dropout does for
     * position positions[i] and column j. */
    void (*forward)(const mpb_attention_task *task, const void *q, const void *k, const void *v,
                    void *o, float *lse);
    /* Recomputes the probabilities from lse. dq, dk and dv are overwritten, dk and dv by 0 where
     * there are no queries; each may be the memory of q, k and v. */
    void (*backward)(const mpb_attention_task *task, const void *q, const void *k, const void *v,
                     const void *o, const float *lse, const float *d_o, void *dq, void *dk,
                     void *dv);
} mpb_attention_kernels;

typedef struct mpb_loss_kernels {
    /* The loss of one row of K outputs, not weighted. Its gradient (K) times `weight` goes to the
     * last argument, which may be the outputs themselves; NULL: no gradient. Losses, infinite and
     * NaN ones too, are those of the PyTorch modules named. */

    /* Softmax cross-entropy, torch.nn.CrossEntropyLoss: -sum_j target_j log p_j with target_j = (1 -
     * s) c_label [j = label] + s c_j / K, label smoothing s, class weights c (K); NULL: all 1. The
     * mean that it makes of rows divides their sum by the sum of c_label over the rows. */
    double (*cross_entropy)(int K, int label, float smoothing, const float *class_weights,
                            float weight, const float *logits, float *dlogits);
    /* Mean over K of -(w_j t_j log p_j + (1 - t_j) log (1 - p_j)), torch.nn.BCEWithLogitsLoss: p =
     * sigmoid(logits), positive weights w (K); NULL: all 1; t = (1 - s) targets + s / 2 for targets
     * (K) in [0, 1] and label smoothing s. */
    double (*binary_cross_entropy)(int K, const float *targets, float smoothing,
                                   const float *positive_weights, float weight, const float *logits,
                                   float *dlogits);
    /* Mean over K of (outputs - targets)^2, torch.nn.MSELoss. */
    double (*squared_error)(int K, const float *targets, float weight, const float *outputs,
                            float *doutputs);
    /* Distillation at temperature T > 0 (Hinton et al. 2015): T^2 sum_j p_j (log p_j - log q_j) with p =
     * softmax(teacher / T), q = softmax(logits / T); teacher (K), finite. PyTorch's kl_div(log q, p,
     * reduction="batchmean") T^2 is the sum over rows by their number. */
    double (*divergence)(int K, float temperature, const float *teacher, float weight,
                         const float *logits, float *dlogits);
    /* Mean over K of the same between the two outcomes of each label, p = sigmoid(teacher / T), q =
     * sigmoid(logits / T). */
    double (*binary_divergence)(int K, float temperature, const float *teacher, float weight,
                                const float *logits, float *dlogits);
    /* p (K) = softmax(logits); p may be logits */
    void (*softmax)(int K, const float *logits, float *p);
} mpb_loss_kernels;

typedef struct mpb_nn {
    mpb_layernorm_kernels layernorm;
    mpb_row_kernels rows;
    mpb_embedding_kernels embedding;
    mpb_attention_kernels attention;
    mpb_loss_kernels loss;
} mpb_nn;

/* The kernels for one instruction set, which this CPU must support. */
const mpb_nn *mpb_nn_for(mpb_isa isa);
