/* The matrix products of a layer, as src/model/linear.c makes them. */

#include <stdio.h>

#include "kernel_bed.h"
#include "mpibert/math/gemm.h"

/* y (T, out) = x (T, in) W^T; W is (out, in). */
typedef struct layer_product {
    const char *name;
    int out, in;
} layer_product;

typedef struct product_work {
    mpb_gemm_context products;
    mpb_gemm_args args;
} product_work;

static mpb_status multiply(void *context)
{
    const product_work *work = context;

    mpb_gemm(&work->products, &work->args);
    return MPB_OK;
}

static mpb_gemm_args forward_of(const kernel_bed *bed, const layer_product *layer)
{
    return (mpb_gemm_args){.trans_b = MPB_TRANS,
                           .M = (int)bed->num_tokens,
                           .N = layer->out,
                           .K = layer->in,
                           .alpha = 1.0f,
                           .a = bed->rows[0],
                           .lda = layer->in,
                           .b = bed->tables[0],
                           .ldb = layer->in,
                           .c = bed->rows[1],
                           .ldc = layer->out};
}

/* dx = dy W */
static mpb_gemm_args backward_input_of(const kernel_bed *bed, const layer_product *layer)
{
    return (mpb_gemm_args){.M = (int)bed->num_tokens,
                           .N = layer->in,
                           .K = layer->out,
                           .alpha = 1.0f,
                           .a = bed->rows[1],
                           .lda = layer->out,
                           .b = bed->tables[0],
                           .ldb = layer->in,
                           .c = bed->rows[0],
                           .ldc = layer->in};
}

/* dW += dy^T x */
static mpb_gemm_args backward_weight_of(const kernel_bed *bed, const layer_product *layer)
{
    return (mpb_gemm_args){.trans_a = MPB_TRANS,
                           .M = layer->out,
                           .N = layer->in,
                           .K = (int)bed->num_tokens,
                           .alpha = 1.0f,
                           .beta = 1.0f,
                           .a = bed->rows[1],
                           .lda = layer->out,
                           .b = bed->rows[0],
                           .ldb = layer->in,
                           .c = bed->tables[1],
                           .ldc = layer->in};
}

static mpb_status measure_product(kernel_bed *bed, const char *layer, const char *pass,
                                  mpb_gemm_args args)
{
    product_work work = {
        .products = mpb_measure_products(bed->setup, &bed->setup->team, bed->setup->products),
        .args = args};
    kernel product = {
        .limit = MPB_LIMIT_FMA, .work = 2.0 * args.M * args.N * args.K, .timed = {multiply, &work}};

    snprintf(product.name, sizeof(product.name), "gemm.%s.%s", layer, pass);
    snprintf(product.shape, sizeof(product.shape), "%d x %d x %d", args.M, args.N, args.K);
    return kernel_measure(bed, &product);
}

mpb_status product_kernels_measure(kernel_bed *bed)
{
    const int H = bed->setup->model.hidden_size;
    const int F = bed->setup->model.intermediate_size;
    const layer_product layers[] = {
        {"qkv", 3 * H, H}, {"output", H, H}, {"expand", F, H}, {"contract", H, F}};

    for (size_t i = 0; i < sizeof(layers) / sizeof(*layers); i++) {
        const layer_product *layer = &layers[i];

        kernel_bed_refill(bed);
        MPB_TRY(measure_product(bed, layer->name, "forward", forward_of(bed, layer)));
        MPB_TRY(
            measure_product(bed, layer->name, "backward_weight", backward_weight_of(bed, layer)));
        MPB_TRY(measure_product(bed, layer->name, "backward_input", backward_input_of(bed, layer)));
    }
    return MPB_OK;
}
