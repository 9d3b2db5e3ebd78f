/* Kernels over tables as large as the word embedding: the embedding itself, the optimizer, and the
 * loss with the vocabulary as its labels. */

#include <stdio.h>

#include "kernel_bed.h"

enum {
    PARAMETER_SLICE = 1 << 16, /* floats a task, as in step/updater.c */
    WORDS_A_TASK = 16,         /* as in step/word_updates.c */
    IDLE_STEPS = 16,
    LOSS_ROWS = 64
};

/* What a kernel works on, and how it is cut. */
typedef enum extent { TOKEN_ROWS, PARAMETERS, WORDS, LABEL_ROWS } extent;

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

/* Words in table 0, positions at the start of table 1. */
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

/* Words that occur once each. */
static void embedding_backward(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int H = bed->setup->model.hidden_size;
    const size_t end = (task + 1) * ROW_BLOCK;

    (void)thread;
    for (size_t t = task * ROW_BLOCK; t < end && t < bed->num_tokens; t++) {
        const uint32_t row = (uint32_t)t;

        bed->nn->embedding.backward(1, &row, H, H, bed->rows[0], bed->rows[1] + t * (size_t)H);
    }
}

static size_t num_words(const kernel_bed *bed)
{
    return (size_t)bed->setup->model.vocab_size;
}

static size_t num_parameters(const kernel_bed *bed)
{
    return num_words(bed) * (size_t)bed->setup->model.hidden_size;
}

static size_t parameters_of(const kernel_bed *bed, size_t first)
{
    const size_t left = num_parameters(bed) - first;

    return left < PARAMETER_SLICE ? left : PARAMETER_SLICE;
}

static const mpb_adamw_step TENTH_STEP = {.beta1 = 0.9f,
                                          .beta2 = 0.999f,
                                          .epsilon = 1e-8f,
                                          .weight_decay = 0.01f,
                                          .learning_rate = 2e-5,
                                          .step = 10,
                                          .gradient_scale = 1.0f};

static void adamw(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const size_t first = task * PARAMETER_SLICE;
    const mpb_adamw_factors factors = mpb_adamw_factors_of(&TENTH_STEP);

    (void)thread;
    bed->optim->adamw(&factors, parameters_of(bed, first), bed->tables[0] + first,
                      bed->tables[1] + first, bed->tables[2] + first, bed->tables[3] + first);
}

/* Moments that never fade, however often this runs. */
static void adamw_idle(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const size_t H = (size_t)bed->setup->model.hidden_size;
    const size_t end = (task + 1) * WORDS_A_TASK;
    mpb_adamw_factors steps[IDLE_STEPS];

    (void)thread;
    for (size_t s = 0; s < IDLE_STEPS; s++) {
        steps[s] = mpb_adamw_factors_of(&TENTH_STEP);
        steps[s].rest1 = 0.0f;
        steps[s].beta2 = 1.0f;
    }
    for (size_t row = task * WORDS_A_TASK; row < end && row < num_words(bed); row++) {
        bed->optim->adamw_idle(steps, IDLE_STEPS, H, bed->tables[1] + row * H,
                               bed->tables[2] + row * H, bed->tables[3] + row * H);
    }
}

static void lamb_measure(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const size_t first = task * PARAMETER_SLICE;
    const mpb_lamb_factors factors = mpb_lamb_factors_of(&TENTH_STEP);
    mpb_lamb_norms norms = {0};

    (void)thread;
    bed->optim->lamb_measure(&factors, parameters_of(bed, first), bed->tables[0] + first,
                             bed->tables[1] + first, bed->tables[2] + first, bed->tables[3] + first,
                             &norms);
}

static void lamb_update(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const size_t first = task * PARAMETER_SLICE;
    const mpb_lamb_factors factors = mpb_lamb_factors_of(&TENTH_STEP);

    (void)thread;
    bed->optim->lamb_update(&factors, 2e-5f, parameters_of(bed, first), bed->tables[1] + first,
                            bed->tables[2] + first, bed->tables[3] + first);
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
    bed->nn->loss.cross_entropy(K, (int)task, 0.0f, NULL, 1.0f, bed->tables[0] + at,
                                bed->tables[1] + at);
}

static void binary_cross_entropy(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int K = bed->setup->model.vocab_size;
    const size_t at = task * (size_t)K;

    (void)thread;
    bed->nn->loss.binary_cross_entropy(K, bed->tables[2] + at, 0.0f, NULL, 1.0f,
                                       bed->tables[0] + at, bed->tables[1] + at);
}

static void squared_error(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int K = bed->setup->model.vocab_size;
    const size_t at = task * (size_t)K;

    (void)thread;
    bed->nn->loss.squared_error(K, bed->tables[2] + at, 1.0f, bed->tables[0] + at,
                                bed->tables[1] + at);
}

static void divergence(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int K = bed->setup->model.vocab_size;
    const size_t at = task * (size_t)K;

    (void)thread;
    bed->nn->loss.divergence(K, 2.0f, bed->tables[2] + at, 1.0f, bed->tables[0] + at,
                             bed->tables[1] + at);
}

static void binary_divergence(void *context, size_t task, int thread)
{
    const kernel_bed *bed = ((const table_work *)context)->bed;
    const int K = bed->setup->model.vocab_size;
    const size_t at = task * (size_t)K;

    (void)thread;
    bed->nn->loss.binary_divergence(K, 2.0f, bed->tables[2] + at, 1.0f, bed->tables[0] + at,
                                    bed->tables[1] + at);
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
    {"embedding.backward", embedding_backward, TOKEN_ROWS, 3},
    {"loss.cross_entropy", cross_entropy, LABEL_ROWS, 2},
    {"loss.binary_cross_entropy", binary_cross_entropy, LABEL_ROWS, 3},
    {"loss.squared_error", squared_error, LABEL_ROWS, 3},
    {"loss.divergence", divergence, LABEL_ROWS, 3},
    {"loss.binary_divergence", binary_divergence, LABEL_ROWS, 3},
    {"loss.softmax", softmax, LABEL_ROWS, 2},
    {"optim.sum_of_squares", sum_of_squares, PARAMETERS, 1},
    {"optim.adamw", adamw, PARAMETERS, 7},
    {"optim.adamw_idle", adamw_idle, WORDS, 6}, /* IDLE_STEPS at once */
    {"optim.lamb_measure", lamb_measure, PARAMETERS, 6},
    {"optim.lamb_update", lamb_update, PARAMETERS, 4},
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
    case LABEL_ROWS:
        return (table_size){LOSS_ROWS, vocabulary, LOSS_ROWS};
    case WORDS:
        return (table_size){vocabulary, H, divide_up(vocabulary, WORDS_A_TASK)};
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

/* The second moment must not be negative. */
static void set_moments(const kernel_bed *bed)
{
    for (size_t i = 0; i < num_parameters(bed); i++) {
        bed->tables[2][i] = 1e-4f;
        bed->tables[3][i] = 1e-6f;
    }
}

static mpb_status measure_case(kernel_bed *bed, const table_case *item)
{
    table_work work = {.bed = bed, .item = item, .size = size_of(bed, item->extent)};
    kernel measured = {.limit = MPB_LIMIT_STREAM, .timed = {run_case, &work}};

    measured.work =
        (double)sizeof(float) * item->arrays * (double)work.size.rows * (double)work.size.cols;
    snprintf(measured.name, sizeof(measured.name), "%s", item->name);
    snprintf(measured.shape, sizeof(measured.shape), "%zu x %zu", work.size.rows, work.size.cols);
    set_moments(bed);
    return kernel_measure(bed, &measured);
}

mpb_status table_kernels_measure(kernel_bed *bed)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        MPB_TRY(measure_case(bed, &CASES[i]));
    }
    return MPB_OK;
}
