#pragma once

/* The kernels of the instruction set MPB_ISA, which kernel_table.c gathers. */

#include "mpibert/nn/kernels.h"

void MPB_ISA_NAME(mpb_layernorm_forward)(size_t rows, int C, float eps, const float *x,
                                         const float *gamma, const float *beta, float *y,
                                         float *xhat, float *rstd);
void MPB_ISA_NAME(mpb_layernorm_forward_bf16)(size_t rows, int C, float eps, const float *x,
                                              const float *gamma, const float *beta, float *y,
                                              mpb_bf16 *xhat, float *rstd);
void MPB_ISA_NAME(mpb_layernorm_rebuild)(size_t rows, int C, const float *xhat, const float *gamma,
                                         const float *beta, float *y);
void MPB_ISA_NAME(mpb_layernorm_backward)(size_t rows, int C, const float *dy, const float *xhat,
                                          const float *gamma, const float *rstd, float *dx);
void MPB_ISA_NAME(mpb_layernorm_backward_params)(size_t rows, int cols, int ld, const float *dy,
                                                 const float *xhat, float *dgamma, float *dbeta);

void MPB_ISA_NAME(mpb_rows_add_bias)(size_t rows, int C, int ld, const float *bias, float *y);
void MPB_ISA_NAME(mpb_rows_add)(size_t count, const float *x, float *y);
void MPB_ISA_NAME(mpb_rows_bias_backward)(size_t rows, int cols, int ld, const float *dy,
                                          float *db);
void MPB_ISA_NAME(mpb_rows_gelu)(size_t count, const float *u, float *a);
void MPB_ISA_NAME(mpb_rows_gelu_backward)(size_t count, const float *u, const float *da, float *du);
void MPB_ISA_NAME(mpb_rows_silu)(size_t count, const float *u, float *a);
void MPB_ISA_NAME(mpb_rows_silu_backward)(size_t count, const float *u, const float *da, float *du);
void MPB_ISA_NAME(mpb_rows_tanh)(size_t count, const float *x, float *y);
void MPB_ISA_NAME(mpb_rows_tanh_backward)(size_t count, const float *y, float *dy);
void MPB_ISA_NAME(mpb_rows_relu)(size_t count, const float *x, float *y);
void MPB_ISA_NAME(mpb_rows_relu_backward)(size_t count, const float *y, float *dy);
void MPB_ISA_NAME(mpb_rows_dropout)(size_t rows, int C, mpb_dropout dropout, uint64_t example,
                                    uint32_t site, uint32_t position, float *x);
void MPB_ISA_NAME(mpb_rows_dropout_part)(size_t rows, int first, int cols, int ld,
                                         mpb_dropout dropout, uint64_t example, uint32_t site,
                                         uint32_t position, float *x);
void MPB_ISA_NAME(mpb_rows_add_low_rank)(size_t rows, int cols, int rank, float scale,
                                         const float *u, const float *b, int ldb, int ld, float *y);

void MPB_ISA_NAME(mpb_embedding_forward)(size_t rows, int H, const uint32_t *tokens,
                                         const uint32_t *positions, const uint32_t *types,
                                         const float *word, const float *position_table,
                                         const float *type_table, float *x);
void MPB_ISA_NAME(mpb_embedding_backward)(size_t count, const uint32_t *rows, int cols, int H,
                                          const float *dx, float *drow);

void MPB_ISA_NAME(mpb_attention_forward)(const mpb_attention_task *task, const void *q,
                                         const void *k, const void *v, void *o, float *lse);
void MPB_ISA_NAME(mpb_attention_backward)(const mpb_attention_task *task, const void *q,
                                          const void *k, const void *v, const void *o,
                                          const float *lse, const float *d_o, void *dq, void *dk,
                                          void *dv);

double MPB_ISA_NAME(mpb_loss_cross_entropy)(int K, int label, float smoothing,
                                            const float *class_weights, float weight,
                                            const float *logits, float *dlogits);
double MPB_ISA_NAME(mpb_loss_binary_cross_entropy)(int K, const float *targets, float smoothing,
                                                   const float *positive_weights, float weight,
                                                   const float *logits, float *dlogits);
double MPB_ISA_NAME(mpb_loss_squared_error)(int K, const float *targets, float weight,
                                            const float *outputs, float *doutputs);
double MPB_ISA_NAME(mpb_loss_divergence)(int K, float temperature, const float *teacher,
                                         float weight, const float *logits, float *dlogits);
double MPB_ISA_NAME(mpb_loss_binary_divergence)(int K, float temperature, const float *teacher,
                                                float weight, const float *logits, float *dlogits);
void MPB_ISA_NAME(mpb_loss_softmax)(int K, const float *logits, float *p);

extern const mpb_nn MPB_ISA_NAME(mpb_nn_kernels);
