/* Kernels over token rows, cut into tasks as the model cuts them. */

#include <stdbool.h>
#include <stdio.h>

#include "kernel_bed.h"

enum { DROPOUT_THRESHOLD = 6554 }; /* the model's own probability, 0.1 */

static const float EPSILON = 1e-12f;

typedef enum split { BY_ROWS, BY_COLUMNS } split;
typedef enum width { HIDDEN, FEED_FORWARD } width;

typedef struct row_case {
    const char *name;
    mpb_task_fn *task;
    split split;
    width width;
    int bytes; /* of each element of (T, width), in all arrays, read or written once each */
    /* Where a kernel works in place, its factor: such that repeating the call changes nothing. */
    bool has_factor;
    float factor;
} row_case;

typedef struct row_work {
    const kernel_bed *bed;
    const row_case *item;
    int cols;
} row_work;

/* The rows of one task: x, y, z and w are the row arrays, at its first element. */
typedef struct row_slice {
    size_t first, rows, count; /* count = rows * cols */
    float *x, *y, *z, *w;
} row_slice;

static row_slice rows_of(const row_work *work, size_t task)
{
    const kernel_bed *bed = work->bed;
    row_slice slice = {.first = task * ROW_BLOCK};
    const size_t left = bed->num_tokens - slice.first;
    const size_t at = slice.first * (size_t)work->cols;

    slice.rows = left < ROW_BLOCK ? left : ROW_BLOCK;
    slice.count = slice.rows * (size_t)work->cols;
    slice.x = bed->rows[0] + at;
    slice.y = bed->rows[1] + at;
    slice.z = bed->rows[2] + at;
    slice.w = bed->rows[3] + at;
    return slice;
}

static int columns_of(const row_work *work, size_t task, int *first)
{
    *first = (int)task * COLUMN_SLICE;
    return work->cols - *first < COLUMN_SLICE ? work->cols - *first : COLUMN_SLICE;
}

static void layernorm_forward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const kernel_bed *bed = work->bed;
    const row_slice s = rows_of(work, task);

    (void)thread;
    bed->nn->layernorm.forward(s.rows, work->cols, EPSILON, s.x, bed->columns[0], bed->columns[1],
                               s.y, s.z, bed->rstd + s.first);
}

static void layernorm_forward_bf16(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const kernel_bed *bed = work->bed;
    const row_slice s = rows_of(work, task);

    (void)thread;
    bed->nn->layernorm.forward_bf16(s.rows, work->cols, EPSILON, s.x, bed->columns[0],
                                    bed->columns[1], s.y, (mpb_bf16 *)(void *)s.z,
                                    bed->rstd + s.first);
}

static void layernorm_rebuild(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->layernorm.rebuild(s.rows, work->cols, s.x, work->bed->columns[0],
                                     work->bed->columns[1], s.y);
}

static void layernorm_backward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const kernel_bed *bed = work->bed;
    const row_slice s = rows_of(work, task);

    (void)thread;
    bed->nn->layernorm.backward(s.rows, work->cols, s.x, s.y, bed->columns[0], bed->rstd + s.first,
                                s.z);
}

static void layernorm_backward_params(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const kernel_bed *bed = work->bed;
    int first;
    const int cols = columns_of(work, task, &first);

    (void)thread;
    bed->nn->layernorm.backward_params(bed->num_tokens, cols, work->cols, bed->rows[0] + first,
                                       bed->rows[1] + first, bed->columns[2] + first,
                                       bed->columns[3] + first);
}

static void add_bias(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.add_bias(s.rows, work->cols, work->cols, work->bed->columns[0], s.x);
}

static void bias_backward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const kernel_bed *bed = work->bed;
    int first;
    const int cols = columns_of(work, task, &first);

    (void)thread;
    bed->nn->rows.bias_backward(bed->num_tokens, cols, work->cols, bed->rows[0] + first,
                                bed->columns[2] + first);
}

static void add(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.add(s.count, s.x, s.y);
}

static void gelu(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.gelu(s.count, s.x, s.y);
}

static void gelu_backward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.gelu_backward(s.count, s.x, s.y, s.y);
}

static void silu(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.silu(s.count, s.x, s.y);
}

static void silu_backward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.silu_backward(s.count, s.x, s.y, s.y);
}

/* Bits of floats are bf16 as good as any others. */
static void widen(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.widen(s.count, (const mpb_bf16 *)(const void *)s.x, s.y);
}

static void round_rows(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.round(s.count, s.x, (mpb_bf16 *)(void *)s.y);
}

static void tanh_forward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.tanh(s.count, s.x, s.y);
}

static void tanh_backward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.tanh_backward(s.count, s.x, s.y);
}

static void relu(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.relu(s.count, s.x, s.y);
}

static void relu_backward(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.relu_backward(s.count, s.x, s.y);
}

static void dropout(void *context, size_t task, int thread)
{
    const row_work *work = context;
    const row_slice s = rows_of(work, task);
    const mpb_dropout drop = {.key = mpb_philox_key_make(1, 1), .threshold = DROPOUT_THRESHOLD};

    (void)thread;
    work->bed->nn->rows.dropout(s.rows, work->cols, drop, 0, 0, (uint32_t)s.first, s.x);
}

static void add_low_rank(void *context, size_t task, int thread)
{
    enum { RANK = 8 };
    const row_work *work = context;
    const row_slice s = rows_of(work, task);

    (void)thread;
    work->bed->nn->rows.add_low_rank(s.rows, work->cols, RANK, 1e-3f, s.y, work->bed->rows[1],
                                     work->cols, work->cols, s.x);
}

static const row_case CASES[] = {
    {"layernorm.forward", layernorm_forward, BY_ROWS, HIDDEN, 12, false, 0.0f},
    {"layernorm.forward_bf16", layernorm_forward_bf16, BY_ROWS, HIDDEN, 10, false, 0.0f},
    {"layernorm.rebuild", layernorm_rebuild, BY_ROWS, HIDDEN, 8, false, 0.0f},
    {"layernorm.backward", layernorm_backward, BY_ROWS, HIDDEN, 12, false, 0.0f},
    {"layernorm.backward_params", layernorm_backward_params, BY_COLUMNS, HIDDEN, 8, false, 0.0f},
    {"rows.add", add, BY_ROWS, HIDDEN, 12, false, 0.0f},
    {"rows.add_bias", add_bias, BY_ROWS, FEED_FORWARD, 8, false, 0.0f},
    {"rows.bias_backward", bias_backward, BY_COLUMNS, FEED_FORWARD, 4, false, 0.0f},
    {"rows.gelu", gelu, BY_ROWS, FEED_FORWARD, 8, false, 0.0f},
    {"rows.gelu_backward", gelu_backward, BY_ROWS, FEED_FORWARD, 12, true, 8.0f},
    {"rows.silu", silu, BY_ROWS, HIDDEN, 8, false, 0.0f},
    {"rows.silu_backward", silu_backward, BY_ROWS, HIDDEN, 12, true, 40.0f},
    {"rows.widen", widen, BY_ROWS, FEED_FORWARD, 6, false, 0.0f},
    {"rows.round", round_rows, BY_ROWS, FEED_FORWARD, 6, false, 0.0f},
    {"rows.tanh", tanh_forward, BY_ROWS, HIDDEN, 8, false, 0.0f},
    {"rows.tanh_backward", tanh_backward, BY_ROWS, HIDDEN, 12, true, 0.0f},
    {"rows.relu", relu, BY_ROWS, HIDDEN, 8, false, 0.0f},
    {"rows.relu_backward", relu_backward, BY_ROWS, HIDDEN, 12, true, 1.0f},
    {"rows.dropout", dropout, BY_ROWS, HIDDEN, 8, true, 0.0f},
    {"rows.add_low_rank", add_low_rank, BY_ROWS, HIDDEN, 8, false, 0.0f},
};

static mpb_status run_case(void *context)
{
    const row_work *work = context;
    const size_t cut = work->item->split == BY_ROWS ? ROW_BLOCK : COLUMN_SLICE;
    const size_t whole = work->item->split == BY_ROWS ? work->bed->num_tokens : (size_t)work->cols;

    mpb_team_run(&work->bed->setup->team, (whole - 1) / cut + 1, work->item->task, context);
    return MPB_OK;
}

static void set_factor(const kernel_bed *bed, float factor)
{
    const size_t count = bed->num_tokens * (size_t)bed->wide;

    for (size_t i = 0; i < count; i++) {
        bed->rows[0][i] = factor;
    }
}

static mpb_status measure_case(kernel_bed *bed, const row_case *item)
{
    const mpb_model_config *model = &bed->setup->model;
    row_work work = {.bed = bed, .item = item};
    kernel measured = {.limit = MPB_LIMIT_STREAM, .timed = {run_case, &work}};

    work.cols = item->width == HIDDEN ? model->hidden_size : model->intermediate_size;
    measured.work = (double)item->bytes * (double)bed->num_tokens * work.cols;
    snprintf(measured.name, sizeof(measured.name), "%s", item->name);
    snprintf(measured.shape, sizeof(measured.shape), "%zu x %d", bed->num_tokens, work.cols);
    kernel_bed_refill(bed);
    if (item->has_factor) {
        set_factor(bed, item->factor);
    }
    return kernel_measure(bed, &measured);
}

mpb_status row_kernels_measure(kernel_bed *bed)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        MPB_TRY(measure_case(bed, &CASES[i]));
    }
    return MPB_OK;
}
