/* Kernels over tables as large as the word embedding: the embedding itself, the optimizer, and the
 * loss with the vocabulary as its labels. */

#include <stdio.h>
#include <string.h>

#include "kernel_bed.h"

enum {
    PARAMETER_SLICE = 1 << 16, /* floats a task, as in train/updater.c */
    LOSS_ROWS = 64
};

/* What a kernel works on, and how it is cut. */
typedef enum extent { TOKEN_ROWS, TOKEN_COLUMNS, PARAMETERS, LABEL_ROWS } extent;

typedef struct table_case {
    const char *name;
    mpb_task_fn *task;
    extent extent;
    int arrays; /* of that extent, read or written once each */
} table_case;

typedef struct table_size {
    size_t rows, cols, tasks;
} table_size;

typedef struct table_work {
    const kernel_bed *bed;
    const table_case *item;
    table_size size;
} table_work;

/* NULL where the model knows no token types. */
static float *types_in(const kernel_bed *bed, float *column)
{
    return bed->setup->model.type_vocab_size > 0 ? column : NULL;
}

/* Words in table 0, positions at the start of table 1; the gradients in 2 and 3. */
static void embedding_forward(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int H = bed->setup->model.hidden_size;
    const size_t first = task * ROW_BLOCK;
    const size_t left = bed->num_tokens - first;

    (void)thread;
    bed->nn->embedding.forward(left < ROW_BLOCK ? left : ROW_BLOCK, H, bed->tokens + first,
                               bed->positions + first, bed->types + first, bed->tables[0],
                               bed->tables[1], types_in(bed, bed->columns[0]),
                               bed->rows[0] + first * (size_t)H);
}

static void embedding_backward(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int H = bed->setup->model.hidden_size;
    const int first = (int)task * COLUMN_SLICE;
    const int cols = H - first < COLUMN_SLICE ? H - first : COLUMN_SLICE;

    (void)thread;
    bed->nn->embedding.backward(bed->num_tokens, cols, H, bed->tokens, bed->positions, bed->types,
                                bed->rows[0] + first, bed->tables[2] + first,
                                bed->tables[3] + first, types_in(bed, bed->columns[2] + first));
}

static size_t num_parameters(const kernel_bed *bed)
{
    return (size_t)bed->setup->model.vocab_size * (size_t)bed->setup->model.hidden_size;
}

static size_t parameters_of(const kernel_bed *bed, size_t first)
{
    const size_t left = num_parameters(bed) - first;

    return left < PARAMETER_SLICE ? left : PARAMETER_SLICE;
}

static void adamw(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const size_t first = task * PARAMETER_SLICE;
    const mpb_adamw_step step = {.beta1 = 0.9f,
                                 .beta2 = 0.999f,
                                 .epsilon = 1e-8f,
                                 .weight_decay = 0.01f,
                                 .learning_rate = 2e-5,
                                 .step = 10,
                                 .gradient_scale = 1.0f};

    (void)thread;
    bed->optim->adamw(&step, parameters_of(bed, first), bed->tables[0] + first,
                      bed->tables[1] + first, bed->tables[2] + first, bed->tables[3] + first);
}

/* The first element of each slice takes its sum. */
static void sum_of_squares(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const size_t first = task * PARAMETER_SLICE;

    (void)thread;
    bed->tables[1][first] =
        (float)bed->optim->sum_of_squares(parameters_of(bed, first), bed->tables[0] + first);
}

static void cross_entropy(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int K = bed->setup->model.vocab_size;
    const size_t at = task * (size_t)K;

    (void)thread;
    bed->nn->loss.cross_entropy(K, (int)task, 0.0f, 1.0f, bed->tables[0] + at, bed->tables[1] + at);
}

static void softmax(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int K = bed->setup->model.vocab_size;
    const size_t at = task * (size_t)K;

    (void)thread;
    bed->nn->loss.softmax(K, bed->tables[0] + at, bed->tables[1] + at);
}

/* Of an embedding's two tables only the rows of the tokens move. */
static const table_case CASES[] = {
    {"embedding.forward", embedding_forward, TOKEN_ROWS, 3},
    {"embedding.backward", embedding_backward, TOKEN_COLUMNS, 5},
    {"loss.cross_entropy", cross_entropy, LABEL_ROWS, 2},
    {"loss.softmax", softmax, LABEL_ROWS, 2},
    {"optim.sum_of_squares", sum_of_squares, PARAMETERS, 1},
    {"optim.adamw", adamw, PARAMETERS, 7},
};

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static table_size size_of(const kernel_bed *bed, extent which)
{
    const size_t T = bed->num_tokens;
    const size_t H = (size_t)bed->setup->model.hidden_size;
    const size_t vocabulary = (size_t)bed->setup->model.vocab_size;

    switch (which) {
    case TOKEN_ROWS:
        return (table_size){T, H, divide_up(T, ROW_BLOCK)};
    case TOKEN_COLUMNS:
        return (table_size){T, H, divide_up(H, COLUMN_SLICE)};
    case LABEL_ROWS:
        return (table_size){LOSS_ROWS, vocabulary, LOSS_ROWS};
    case PARAMETERS:
        break;
    }
    return (table_size){vocabulary, H, divide_up(vocabulary * H, PARAMETER_SLICE)};
}

static mpb_status run_case(void *context)
{
    const table_work *work = context;

    mpb_team_run(&work->bed->setup->team, work->size.tasks, work->item->task, context);
    return MPB_OK;
}

/* The optimizer's moments start at zero: the second one must not be negative. */
static void clear_moments(const kernel_bed *bed)
{
    memset(bed->tables[2], 0, num_parameters(bed) * sizeof(float));
    memset(bed->tables[3], 0, num_parameters(bed) * sizeof(float));
}

static mpb_status measure_case(kernel_bed *bed, const table_case *item)
{
    table_work work = {.bed = bed, .item = item, .size = size_of(bed, item->extent)};
    kernel measured = {.limit = MPB_LIMIT_STREAM, .timed = {run_case, &work}};

    measured.work =
        (double)sizeof(float) * item->arrays * (double)work.size.rows * (double)work.size.cols;
    snprintf(measured.name, sizeof(measured.name), "%s", item->name);
    snprintf(measured.shape, sizeof(measured.shape), "%zu x %zu", work.size.rows, work.size.cols);
    clear_moments(bed);
    return kernel_measure(bed, &measured);
}

mpb_status table_kernels_measure(kernel_bed *bed)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        MPB_TRY(measure_case(bed, &CASES[i]));
    }
    return MPB_OK;
}
