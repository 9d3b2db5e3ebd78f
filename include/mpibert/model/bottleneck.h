#pragma once

/* Bottleneck adapters as AdapterHub's library `adapters` has them (github.com/adapter-hub/adapters,
 * methods/modeling.py and configuration/adapter_config.py): small networks of two layers inside the frozen
 * layers of an encoder, W1 (size, H), b1 (size), W2 (H, size), b2 (H),
 *
 *     f(z) = act(z W1^T + b1) W2^T + b2
 *
 * A sub-layer without one gives LayerNorm(x + h), where x is what it reads and h what it makes of it, after
 * dropout. With one it gives
 *
 *     houlsby   LayerNorm(x + h + f(h))                  act(u) = u / (1 + exp(-u)), "swish"
 *     pfeiffer  LayerNorm(x + h + f(LayerNorm(x + h)))   act(u) = max(u, 0), one LayerNorm twice
 *
 * houlsby stands behind attention and behind the feed-forward layers (Houlsby et al. 2019, arXiv:1902.00751;
 * AdapterHub's DoubleSeqBnConfig, double_seq_bn), pfeiffer behind the feed-forward layers alone (Pfeiffer et
 * al. 2020, AdapterFusion, arXiv:2005.00247; SeqBnConfig, seq_bn). As there, LayerNorms stay frozen, unlike
 * those of Houlsby et al., and W1 and W2 start normal(0, 0.02), b1 and b2 at zero (init_weights: bert), so
 * that a fresh adapter adds next to nothing. Plain data. Local. */

#include <stdint.h>

/* The one adapter of a model, as its tensors are named. */
#define MPB_BOTTLENECK_NAME "mpibert"

/* Of W1 and W2. */
#define MPB_BOTTLENECK_RANGE 0.02f

typedef enum mpb_bottleneck_kind {
    MPB_NO_BOTTLENECK,
    MPB_HOULSBY,
    MPB_PFEIFFER
} mpb_bottleneck_kind;

typedef struct mpb_bottleneck {
    mpb_bottleneck_kind kind;
    int64_t size;
} mpb_bottleneck;

/* "houlsby", "pfeiffer"; NULL of none. */
const char *mpb_bottleneck_kind_name(mpb_bottleneck_kind kind);
