#pragma once

/* Each kernel as a map from one array to another, with its backward as the adjoint of the map's
 * derivative, so that a test can put a question to all kernels alike. */

#include "nn_test.h"

/* The kernels of one instruction set. */
typedef struct engine {
    const mpb_nn *nn;
    mpb_isa isa;
} engine;

/* Rows are tokens, queries or examples; columns are H, D or K. */
typedef struct shape {
    int rows, cols;
} shape;

typedef struct kernel_map {
    const char *name;
    size_t (*num_inputs)(shape s);
    size_t (*num_outputs)(shape s);
    void (*forward)(const engine *e, shape s, const float *x, float *y);
    /* dx = J(x)^T dy */
    void (*backward)(const engine *e, shape s, const float *x, const float *dy, float *dx);
    bool linear;     /* and exact on dyadic_floats */
    double rounding; /* between instruction sets, of the largest output or 1; 0: not a bit */
    float large;     /* the size of values that it must stand */
} kernel_map;

static inline size_t matrix(shape s)
{
    return (size_t)s.rows * (size_t)s.cols;
}

static inline size_t one_row(shape s)
{
    return (size_t)s.cols;
}

static inline size_t two_rows(shape s)
{
    return 2 * (size_t)s.cols;
}

static inline size_t one_column(shape s)
{
    return (size_t)s.rows;
}

static inline size_t three_matrices(shape s)
{
    return 3 * matrix(s);
}

static inline float *zeros(float *x, size_t count)
{
    return memset(x, 0, count * sizeof *x);
}

static inline float *copy(const float *x, size_t count)
{
    float *y = random_floats(0, count, 0.0f);

    return memcpy(y, x, count * sizeof *y);
}

/* Bias (C) to rows; backward in two parts, as threads cut it. */
static inline void bias(const engine *e, shape s, const float *x, float *y)
{
    e->nn->rows.add_bias((size_t)s.rows, s.cols, s.cols, x, zeros(y, matrix(s)));
}

static inline void bias_back(const engine *e, shape s, const float *x, const float *dy, float *dx)
{
    int cut = s.cols / 3;

    (void)x;
    zeros(dx, one_row(s));
    e->nn->rows.bias_backward((size_t)s.rows, cut, s.cols, dy, dx);
    e->nn->rows.bias_backward((size_t)s.rows, s.cols - cut, s.cols, dy + cut, dx + cut);
}

static inline void gelu(const engine *e, shape s, const float *x, float *y)
{
    e->nn->rows.gelu(matrix(s), x, y);
}

static inline void gelu_back(const engine *e, shape s, const float *x, const float *dy, float *dx)
{
    memcpy(dx, dy, matrix(s) * sizeof *dx);
    e->nn->rows.gelu_backward(matrix(s), x, dx, dx);
}

static inline void silu(const engine *e, shape s, const float *x, float *y)
{
    e->nn->rows.silu(matrix(s), x, y);
}

static inline void silu_back(const engine *e, shape s, const float *x, const float *dy, float *dx)
{
    memcpy(dx, dy, matrix(s) * sizeof *dx);
    e->nn->rows.silu_backward(matrix(s), x, dx, dx);
}

/* x (rows, C) B + x (rows, C), halved, B (C, C) fixed. */
static inline void low_rank(const engine *e, shape s, const float *x, float *y)
{
    float *b = dyadic_floats(11, (size_t)s.cols * (size_t)s.cols);

    e->nn->rows.add_low_rank((size_t)s.rows, s.cols, s.cols, 0.5f, x, b, s.cols, s.cols,
                             zeros(y, matrix(s)));
    free(b);
}

static inline void low_rank_back(const engine *e, shape s, const float *x, const float *dy,
                                 float *dx)
{
    const size_t C = (size_t)s.cols;
    float *b = dyadic_floats(11, C * C);
    float *turned = random_floats(0, C * C, 0.0f);
    const int cut = s.cols / 3;

    (void)x;
    for (size_t i = 0; i < C * C; i++) {
        turned[i % C * C + i / C] = b[i];
    }
    zeros(dx, matrix(s));
    e->nn->rows.add_low_rank((size_t)s.rows, cut, s.cols, 0.5f, dy, turned, s.cols, s.cols, dx);
    e->nn->rows.add_low_rank((size_t)s.rows, s.cols - cut, s.cols, 0.5f, dy, turned + cut, s.cols,
                             s.cols, dx + cut);
    free(turned);
    free(b);
}

static inline void hyperbolic(const engine *e, shape s, const float *x, float *y)
{
    e->nn->rows.tanh(matrix(s), x, y);
}

static inline void hyperbolic_back(const engine *e, shape s, const float *x, const float *dy,
                                   float *dx)
{
    float *y = copy(x, matrix(s));

    e->nn->rows.tanh(matrix(s), y, y);
    memcpy(dx, dy, matrix(s) * sizeof *dx);
    e->nn->rows.tanh_backward(matrix(s), y, dx);
    free(y);
}

static inline void relu(const engine *e, shape s, const float *x, float *y)
{
    e->nn->rows.relu(matrix(s), x, y);
}

static inline void relu_back(const engine *e, shape s, const float *x, const float *dy, float *dx)
{
    float *y = copy(x, matrix(s));

    e->nn->rows.relu(matrix(s), y, y);
    memcpy(dx, dy, matrix(s) * sizeof *dx);
    e->nn->rows.relu_backward(matrix(s), y, dx);
    free(y);
}

/* Keeps one in two, so the scale is a power of two. */
static inline mpb_dropout half_dropped(void)
{
    return (mpb_dropout){mpb_philox_key_make(42, 7), 32768};
}

static inline void dropout(const engine *e, shape s, const float *x, float *y)
{
    memcpy(y, x, matrix(s) * sizeof *y);
    e->nn->rows.dropout((size_t)s.rows, s.cols, half_dropped(), 1u << 31, 9, 2, y);
}

/* In two parts, as low-rank adaptations take them. */
static inline void dropout_back(const engine *e, shape s, const float *x, const float *dy,
                                float *dx)
{
    const int cut = s.cols / 16 * 8;

    (void)x;
    memcpy(dx, dy, matrix(s) * sizeof *dx);
    e->nn->rows.dropout_part((size_t)s.rows, 0, cut, s.cols, half_dropped(), 1u << 31, 9, 2, dx);
    e->nn->rows.dropout_part((size_t)s.rows, cut, s.cols - cut, s.cols, half_dropped(), 1u << 31, 9,
                             2, dx + cut);
}

/* The input of an embedding: three tables, one below the other. */
enum {
    WORDS = 9,
    POSITIONS = 5,
    TYPES = 2,
    TABLE_ROWS = WORDS + POSITIONS + TYPES,
    MAX_ROWS = 256
};

typedef struct sequence_rows {
    uint32_t ascending[MAX_ROWS], tokens[MAX_ROWS], positions[MAX_ROWS], types[MAX_ROWS];
} sequence_rows;

static inline sequence_rows sequence_rows_make(shape s)
{
    sequence_rows rows = {0};

    CHECK(s.rows <= MAX_ROWS);
    for (unsigned t = 0; t < (unsigned)s.rows; t++) {
        rows.ascending[t] = t;
        rows.tokens[t] = (t * t + t / 3) % WORDS;
        rows.positions[t] = t % POSITIONS;
        rows.types[t] = t / 2 % TYPES;
    }
    return rows;
}

static inline size_t tables(shape s)
{
    return TABLE_ROWS * (size_t)s.cols;
}

static inline void embedding(const engine *e, shape s, const float *x, float *y)
{
    sequence_rows rows = sequence_rows_make(s);
    size_t H = (size_t)s.cols;

    e->nn->embedding.forward((size_t)s.rows, s.cols, rows.tokens, rows.positions, rows.types, x,
                             x + WORDS * H, x + (WORDS + POSITIONS) * H, y);
}

/* The gradient (H) of the table row that the tokens with this key take, in two parts of columns. */
static inline void table_row_back(const engine *e, shape s, const uint32_t *keys, uint32_t key,
                                  const float *dy, float *drow)
{
    int cut = s.cols / 3;
    uint32_t takers[MAX_ROWS];
    size_t count = 0;

    for (uint32_t t = 0; t < (uint32_t)s.rows; t++) {
        if (keys[t] == key) {
            takers[count++] = t;
        }
    }
    e->nn->embedding.backward(count, takers, cut, s.cols, dy, drow);
    e->nn->embedding.backward(count, takers, s.cols - cut, s.cols, dy + cut, drow + cut);
}

static inline void embedding_back(const engine *e, shape s, const float *x, const float *dy,
                                  float *dx)
{
    sequence_rows rows = sequence_rows_make(s);
    size_t H = (size_t)s.cols;

    (void)x;
    zeros(dx, tables(s));
    for (uint32_t i = 0; i < WORDS; i++) {
        table_row_back(e, s, rows.tokens, i, dy, dx + i * H);
    }
    for (uint32_t i = 0; i < POSITIONS; i++) {
        table_row_back(e, s, rows.positions, i, dy, dx + (WORDS + i) * H);
    }
    for (uint32_t i = 0; i < TYPES; i++) {
        table_row_back(e, s, rows.types, i, dy, dx + (WORDS + POSITIONS + i) * H);
    }
}

/* A variance of 0, that of one column, would make roundings 1 / sqrt(eps) times as large. */
static const float LAYERNORM_EPS = 1e-2f;

static inline void layernorm(const engine *e, shape s, const float *x, float *y)
{
    float *gamma = random_floats(41, one_row(s), 1.0f);
    float *beta = random_floats(42, one_row(s), 1.0f);
    float *xhat = random_floats(0, matrix(s), 0.0f);
    float *rstd = random_floats(0, one_column(s), 0.0f);

    e->nn->layernorm.forward((size_t)s.rows, s.cols, LAYERNORM_EPS, x, gamma, beta, y, xhat, rstd);
    free(gamma);
    free(beta);
    free(xhat);
    free(rstd);
}

static inline void layernorm_back(const engine *e, shape s, const float *x, const float *dy,
                                  float *dx)
{
    float *gamma = random_floats(41, one_row(s), 1.0f);
    float *xhat = random_floats(0, matrix(s), 0.0f);
    float *rstd = random_floats(0, one_column(s), 0.0f);

    e->nn->layernorm.forward((size_t)s.rows, s.cols, LAYERNORM_EPS, x, gamma, gamma, dx, xhat,
                             rstd);
    e->nn->layernorm.backward((size_t)s.rows, s.cols, dy, xhat, gamma, rstd, dx);
    free(gamma);
    free(xhat);
    free(rstd);
}

/* LayerNorm as a map of (gamma, beta): linear for an xhat that is given. */
static inline void layernorm_of_parameters(const engine *e, shape s, const float *x, float *y)
{
    float *xhat = dyadic_floats(43, matrix(s));

    e->nn->layernorm.rebuild((size_t)s.rows, s.cols, xhat, x, x + s.cols, y);
    free(xhat);
}

static inline void layernorm_of_parameters_back(const engine *e, shape s, const float *x,
                                                const float *dy, float *dx)
{
    float *xhat = dyadic_floats(43, matrix(s));
    float *dgamma = zeros(dx, two_rows(s));
    float *dbeta = dx + s.cols;
    int cut = s.cols / 3;

    (void)x;
    e->nn->layernorm.backward_params((size_t)s.rows, cut, s.cols, dy, xhat, dgamma, dbeta);
    e->nn->layernorm.backward_params((size_t)s.rows, s.cols - cut, s.cols, dy + cut, xhat + cut,
                                     dgamma + cut, dbeta + cut);
    free(xhat);
}

static inline mpb_attention_task attention_task(shape s, uint32_t threshold,
                                                const sequence_rows *rows, float *scratch)
{
    return (mpb_attention_task){.length = s.rows,
                                .num_queries = s.rows,
                                .head_size = s.cols,
                                .ld_query = s.cols,
                                .ld_key = s.cols,
                                .ld_gradient = s.cols,
                                .positions = rows->ascending,
                                .scale = 1.0f / sqrtf((float)s.cols),
                                .dropout = {mpb_philox_key_make(42, 7), threshold},
                                .example = 77,
                                .site = 5,
                                .scratch = scratch};
}

/* q, k and v one behind the other. */
static inline void attend(const engine *e, shape s, uint32_t threshold, const float *x, float *y)
{
    float *scratch = attention_scratch_make(s.rows, s.cols);
    float *lse = random_floats(0, one_column(s), 0.0f);
    sequence_rows rows = sequence_rows_make(s);
    mpb_attention_task task = attention_task(s, threshold, &rows, scratch);

    e->nn->attention.forward(&task, x, x + matrix(s), x + 2 * matrix(s), y, lse);
    mpb_memory_destroy(scratch);
    free(lse);
}

static inline void attend_back(const engine *e, shape s, uint32_t threshold, const float *x,
                               const float *dy, float *dx)
{
    float *scratch = attention_scratch_make(s.rows, s.cols);
    float *lse = random_floats(0, one_column(s), 0.0f);
    float *o = random_floats(0, matrix(s), 0.0f);
    sequence_rows rows = sequence_rows_make(s);
    mpb_attention_task task = attention_task(s, threshold, &rows, scratch);
    const float *k = x + matrix(s);
    const float *v = k + matrix(s);

    e->nn->attention.forward(&task, x, k, v, o, lse);
    e->nn->attention.backward(&task, x, k, v, o, lse, dy, dx, dx + matrix(s), dx + 2 * matrix(s));
    mpb_memory_destroy(scratch);
    free(lse);
    free(o);
}

static inline void attention(const engine *e, shape s, const float *x, float *y)
{
    attend(e, s, 0, x, y);
}

static inline void attention_back(const engine *e, shape s, const float *x, const float *dy,
                                  float *dx)
{
    attend_back(e, s, 0, x, dy, dx);
}

static inline void dropped_attention(const engine *e, shape s, const float *x, float *y)
{
    attend(e, s, 6554, x, y);
}

static inline void dropped_attention_back(const engine *e, shape s, const float *x, const float *dy,
                                          float *dx)
{
    attend_back(e, s, 6554, x, dy, dx);
}

/* What the losses of a row are computed against. */
typedef struct loss_terms {
    float *targets;       /* (cols), in [0, 1) */
    float *class_weights; /* (cols), positive weights too, in [0.5, 2.5) */
} loss_terms;

static inline loss_terms loss_terms_make(shape s)
{
    loss_terms terms = {random_floats(51, one_row(s), 0.5f), random_floats(52, one_row(s), 1.0f)};

    for (int j = 0; j < s.cols; j++) {
        terms.targets[j] += 0.5f;
        terms.class_weights[j] += 1.5f;
    }
    return terms;
}

static inline void loss_terms_free(loss_terms *terms)
{
    free(terms->targets);
    free(terms->class_weights);
}

typedef double row_loss(const mpb_nn *nn, const loss_terms *terms, int row, int K, float weight,
                        const float *x, float *dx);

static inline double smoothed_loss(const mpb_nn *nn, const loss_terms *terms, int row, int K,
                                   float weight, const float *x, float *dx)
{
    (void)terms;
    return nn->loss.cross_entropy(K, row % K, 0.1f, NULL, weight, x, dx);
}

static inline double weighted_loss(const mpb_nn *nn, const loss_terms *terms, int row, int K,
                                   float weight, const float *x, float *dx)
{
    return nn->loss.cross_entropy(K, row % K, 0.1f, terms->class_weights, weight, x, dx);
}

static inline double binary_loss(const mpb_nn *nn, const loss_terms *terms, int row, int K,
                                 float weight, const float *x, float *dx)
{
    (void)row;
    return nn->loss.binary_cross_entropy(K, terms->targets, 0.1f, terms->class_weights, weight, x,
                                         dx);
}

static inline double squared_error(const mpb_nn *nn, const loss_terms *terms, int row, int K,
                                   float weight, const float *x, float *dx)
{
    (void)row;
    return nn->loss.squared_error(K, terms->targets, weight, x, dx);
}

/* The targets are the teacher's logits. */
static inline double divergence(const mpb_nn *nn, const loss_terms *terms, int row, int K,
                                float weight, const float *x, float *dx)
{
    (void)row;
    return nn->loss.divergence(K, 2.0f, terms->targets, weight, x, dx);
}

static inline double binary_divergence(const mpb_nn *nn, const loss_terms *terms, int row, int K,
                                       float weight, const float *x, float *dx)
{
    (void)row;
    return nn->loss.binary_divergence(K, 2.0f, terms->targets, weight, x, dx);
}

static inline void losses(const engine *e, shape s, row_loss *loss, const float *x, float *y)
{
    loss_terms terms = loss_terms_make(s);

    for (int r = 0; r < s.rows; r++) {
        y[r] = (float)loss(e->nn, &terms, r, s.cols, 1.0f, x + r * s.cols, NULL);
    }
    loss_terms_free(&terms);
}

static inline void losses_back(const engine *e, shape s, row_loss *loss, const float *x,
                               const float *dy, float *dx)
{
    loss_terms terms = loss_terms_make(s);

    for (int r = 0; r < s.rows; r++) {
        (void)loss(e->nn, &terms, r, s.cols, dy[r], x + r * s.cols, dx + r * s.cols);
    }
    loss_terms_free(&terms);
}

/* The maps NAME and NAME_back of the losses of rows. */
#define LOSS_MAP(name, loss)                                                                       \
    static inline void name(const engine *e, shape s, const float *x, float *y)                    \
    {                                                                                              \
        losses(e, s, loss, x, y);                                                                  \
    }                                                                                              \
    static inline void name##_back(const engine *e, shape s, const float *x, const float *dy,      \
                                   float *dx)                                                      \
    {                                                                                              \
        losses_back(e, s, loss, x, dy, dx);                                                        \
    }

LOSS_MAP(smoothed_losses, smoothed_loss)
LOSS_MAP(weighted_losses, weighted_loss)
LOSS_MAP(binary_losses, binary_loss)
LOSS_MAP(squared_errors, squared_error)
LOSS_MAP(divergences, divergence)
LOSS_MAP(binary_divergences, binary_divergence)

/* What is only added, copied or scaled has the same bits everywhere. Else instruction sets join a
 * multiplication and an addition or do not, and group sums differently: 2 ulp of 1 for functions of
 * one number (6e-8 each), more for sums of up to 129 terms, and scores above 8 in attention, whose
 * rounding exp makes relative. */
static const kernel_map KERNEL_MAPS[] = {
    {"bias", one_row, matrix, bias, bias_back, true, 0, 1e36f},
    {"gelu", matrix, matrix, gelu, gelu_back, false, 2e-7, 1e38f},
    {"silu", matrix, matrix, silu, silu_back, false, 2e-7, 1e38f},
    {"tanh", matrix, matrix, hyperbolic, hyperbolic_back, false, 2e-7, 1e38f},
    {"relu", matrix, matrix, relu, relu_back, false, 0, 1e38f},
    {"dropout", matrix, matrix, dropout, dropout_back, true, 0, 1e38f},
    {"low rank", matrix, matrix, low_rank, low_rank_back, true, 3e-6, 1e15f},
    {"embedding", tables, matrix, embedding, embedding_back, true, 0, 1e36f},
    {"layernorm", matrix, matrix, layernorm, layernorm_back, false, 1e-6, 1e15f},
    {"layernorm of its parameters", two_rows, matrix, layernorm_of_parameters,
     layernorm_of_parameters_back, true, 3e-7, 1e36f},
    {"attention", three_matrices, matrix, attention, attention_back, false, 3e-6, 4.0f},
    {"attention with dropout", three_matrices, matrix, dropped_attention, dropped_attention_back,
     false, 3e-6, 4.0f},
    {"cross-entropy", matrix, one_column, smoothed_losses, smoothed_losses_back, false, 2e-7,
     1e30f},
    {"cross-entropy with class weights", matrix, one_column, weighted_losses, weighted_losses_back,
     false, 2e-7, 1e30f},
    {"binary cross-entropy", matrix, one_column, binary_losses, binary_losses_back, false, 2e-7,
     1e30f},
    {"squared error", matrix, one_column, squared_errors, squared_errors_back, false, 2e-7, 1e15f},
    {"divergence", matrix, one_column, divergences, divergences_back, false, 8e-7, 1e30f},
    {"binary divergence", matrix, one_column, binary_divergences, binary_divergences_back, false,
     8e-7, 1e30f},
};

enum { NUM_KERNEL_MAPS = sizeof KERNEL_MAPS / sizeof *KERNEL_MAPS };

static inline engine engine_make(mpb_isa isa)
{
    return (engine){mpb_nn_for(isa), isa};
}
