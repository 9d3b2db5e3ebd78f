#pragma once

/* What ends a sub-layer of R rows: y = LayerNorm(residual + h), where h is what comes in y after dropout; or,
 * with a bottleneck adapter f,
 *
 *     houlsby   y = LayerNorm(residual + h + f(h))
 *     pfeiffer  y = LayerNorm(residual + h + f(z))    z = LayerNorm(residual + h)
 *
 * of which the LayerNorm is frozen. */

#include "model_internal.h"

typedef struct sublayer_end {
    mpb_model *model;
    const row_set *rows;
    affine norm;
    uint32_t site;
    size_t part; /* that it belongs to, see trained_parts.h */
    mpb_dropout dropout;
    stored_rows xhat;
    float *rstd;
    bottleneck adapter;
} sublayer_end;

/* The residual is lost. */
void sublayer_end_forward(const sublayer_end *end, float *residual, float *y);
/* Of that, as far as an adapter's backward reads what it leaves. */
void sublayer_end_again(const sublayer_end *end, float *residual, float *y);
/* d: gradient of the output in, of the residual out; dropped: gradient before the dropout. Where backward
 * ends here neither is made. */
void sublayer_end_backward(const sublayer_end *end, float *d, float *dropped);
/* Whether its adapter is what is trained lowest. */
bool sublayer_end_is_lowest(const sublayer_end *end);
