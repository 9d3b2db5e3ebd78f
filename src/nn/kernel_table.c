#include "nn_internal.h"

const mpb_nn MPB_ISA_NAME(mpb_nn_kernels) = {
    .layernorm = {.forward = MPB_ISA_NAME(mpb_layernorm_forward),
                  .rebuild = MPB_ISA_NAME(mpb_layernorm_rebuild),
                  .backward = MPB_ISA_NAME(mpb_layernorm_backward),
                  .backward_params = MPB_ISA_NAME(mpb_layernorm_backward_params)},
    .rows = {.add_bias = MPB_ISA_NAME(mpb_rows_add_bias),
             .add = MPB_ISA_NAME(mpb_rows_add),
             .bias_backward = MPB_ISA_NAME(mpb_rows_bias_backward),
             .gelu = MPB_ISA_NAME(mpb_rows_gelu),
             .gelu_backward = MPB_ISA_NAME(mpb_rows_gelu_backward),
             .tanh = MPB_ISA_NAME(mpb_rows_tanh),
             .tanh_backward = MPB_ISA_NAME(mpb_rows_tanh_backward),
             .relu = MPB_ISA_NAME(mpb_rows_relu),
             .relu_backward = MPB_ISA_NAME(mpb_rows_relu_backward),
             .dropout = MPB_ISA_NAME(mpb_rows_dropout)},
    .embedding = {.forward = MPB_ISA_NAME(mpb_embedding_forward),
                  .backward = MPB_ISA_NAME(mpb_embedding_backward)},
    .attention = {.forward = MPB_ISA_NAME(mpb_attention_forward),
                  .backward = MPB_ISA_NAME(mpb_attention_backward)},
    .loss = {.cross_entropy = MPB_ISA_NAME(mpb_loss_cross_entropy),
             .softmax = MPB_ISA_NAME(mpb_loss_softmax)},
};
