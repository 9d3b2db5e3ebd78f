#pragma once

/* What stands between two linear layers: act(u) on its way into the second one's product, and the gradient
 * of u, in the place of u, on the way out of the product that gives that of act(u). */

#include "model_internal.h"

typedef enum activation_kind { ACTIVATION_GELU, ACTIVATION_SILU, ACTIVATION_RELU } activation_kind;

typedef struct activation {
    const mpb_nn *nn;
    activation_kind kind;
    stored_rows u; /* backward turns it into its gradient */
} activation;

/* Both borrow `of`. */
linear_input activated(activation *of);
mpb_gemm_epilogue activation_backward(activation *of);
