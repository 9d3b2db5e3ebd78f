#include "mpibert/train/updater.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "mpibert/math/team_memory.h"
#include "mpibert/optim/adamw.h"
#include "word_updates.h"

enum { BLOCK = 1 << 16 }; /* floats a task: 4 arrays of 256 KiB */

/* What tensors of one decay and one rate have in common. */
typedef struct tensor_rule {
    float decay;
    float rate_factor; /* of the learning rate */
} tensor_rule;

/* A run of floats of one tensor; never larger than BLOCK. */
typedef struct range {
    size_t offset;
    size_t count;
    tensor_rule rule;
} range;

struct mpb_updater {
    mpb_updater_options options;
    const mpb_team *team; /* borrowed */
    const mpb_optim *optim;
    float *weights; /* borrowed, (size) */
    size_t size;
    mpb_arena arena;      /* owns the arrays below */
    float *first_moment;  /* (size) */
    float *second_moment; /* (size) */
    range *ranges;        /* (num_ranges): all tensors but the word table */
    size_t num_ranges;
    double *squares; /* (number of BLOCKs in size) */
    word_updates words;
    tensor_rule words_rule;
    mpb_word_rows rows; /* of the step that has begun */
};

static size_t blocks_in(size_t count)
{
    return (count + BLOCK - 1) / BLOCK;
}

/* The head learns at the full rate; encoder layer l of L at decay^(L - l), embeddings (layer -1) at
 * decay^(L + 1). */
static tensor_rule rule_of(const mpb_updater_options *options, const mpb_parameter *parameter,
                           int num_layers)
{
    return (tensor_rule){
        .decay = parameter->decay ? options->weight_decay : 0.0f,
        .rate_factor = powf(options->layer_lr_decay, (float)(num_layers - parameter->layer)),
    };
}

static void fill_ranges(mpb_updater *updater, const mpb_parameters *parameters, int num_layers)
{
    range *next = updater->ranges;

    for (size_t i = 1; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];

        for (size_t begin = 0; begin < p->count; begin += BLOCK) {
            next->offset = p->offset + begin;
            next->count = p->count - begin < BLOCK ? p->count - begin : BLOCK;
            next->rule = rule_of(&updater->options, p, num_layers);
            next++;
        }
    }
}

static size_t count_ranges(const mpb_parameters *parameters)
{
    size_t count = 0;

    for (size_t i = 1; i < parameters->count; i++) {
        count += blocks_in(parameters->items[i].count);
    }
    return count;
}

static void lay_out(mpb_updater *updater, const mpb_parameters *parameters, mpb_arena *arena)
{
    const mpb_parameter *words = &parameters->items[0];
    const size_t size = parameters->size;

    assert(words->offset == 0 && words->num_dims == 2);
    updater->size = size;
    updater->num_ranges = count_ranges(parameters);
    updater->words.num_rows = (size_t)words->shape[0];
    updater->words.row_size = (size_t)words->shape[1];
    updater->first_moment = mpb_arena_take(arena, size * sizeof(*updater->first_moment));
    updater->second_moment = mpb_arena_take(arena, size * sizeof(*updater->second_moment));
    updater->ranges = mpb_arena_take(arena, updater->num_ranges * sizeof(*updater->ranges));
    updater->squares = mpb_arena_take(arena, blocks_in(size) * sizeof(*updater->squares));
    word_updates_lay_out(&updater->words, arena);
}

size_t mpb_updater_bytes(const mpb_parameters *parameters)
{
    mpb_updater measured = {0};
    mpb_arena measure = {0};

    lay_out(&measured, parameters, &measure);
    return measure.peak;
}

static void borrow_words(mpb_updater *updater)
{
    updater->words.team = updater->team;
    updater->words.optim = updater->optim;
    updater->words.weights = updater->weights;
    updater->words.first_moment = updater->first_moment;
    updater->words.second_moment = updater->second_moment;
}

mpb_status mpb_updater_create(const mpb_updater_options *options, const mpb_parameters *parameters,
                              int num_layers, float *weights, const mpb_team *team, mpb_isa isa,
                              mpb_updater **updater)
{
    mpb_updater *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the optimizer");
    made->options = *options;
    made->team = team;
    made->optim = mpb_optim_for(isa);
    made->weights = weights;
    status =
        mpb_team_arena_create(team, mpb_updater_bytes(parameters), "the optimizer", &made->arena);
    if (status != MPB_OK) {
        mpb_updater_destroy(&made);
        return status;
    }
    lay_out(made, parameters, &made->arena);
    fill_ranges(made, parameters, num_layers);
    made->words_rule = rule_of(options, &parameters->items[0], num_layers);
    borrow_words(made);
    *updater = made;
    return MPB_OK;
}

void mpb_updater_destroy(mpb_updater **updater)
{
    if (*updater == NULL) {
        return;
    }
    mpb_arena_destroy(&(*updater)->arena);
    free(*updater);
    *updater = NULL;
}

float *mpb_updater_first_moment(mpb_updater *updater)
{
    mpb_updater_catch_up(updater);
    return updater->first_moment;
}

float *mpb_updater_second_moment(mpb_updater *updater)
{
    mpb_updater_catch_up(updater);
    return updater->second_moment;
}

void mpb_updater_catch_up(mpb_updater *updater)
{
    word_updates_catch_up_all(&updater->words);
}

void mpb_updater_begin(mpb_updater *updater, const mpb_word_rows *rows)
{
    updater->rows = *rows;
    word_updates_catch_up(&updater->words, rows);
}

/* Where the step's gradients begin: those of its words are packed at the end of their table. */
static size_t gradients_begin(const mpb_updater *updater)
{
    return (updater->words.num_rows - updater->rows.count) * updater->words.row_size;
}

typedef struct norm_work {
    mpb_updater *updater;
    const float *gradients; /* (count) */
    size_t count;
} norm_work;

static void square_block(void *context, size_t block, int thread)
{
    const norm_work *work = context;
    mpb_updater *updater = work->updater;
    const size_t begin = block * BLOCK;
    const size_t left = work->count - begin;

    (void)thread;
    updater->squares[block] =
        updater->optim->sum_of_squares(left < BLOCK ? left : BLOCK, work->gradients + begin);
}

double mpb_updater_gradient_norm(mpb_updater *updater, const float *gradients)
{
    const size_t begin = gradients_begin(updater);
    norm_work work = {updater, gradients + begin, updater->size - begin};
    double sum = 0.0;

    mpb_team_run(updater->team, blocks_in(work.count), square_block, &work);
    for (size_t block = 0; block < blocks_in(work.count); block++) {
        sum += updater->squares[block];
    }
    return sqrt(sum);
}

typedef struct update_work {
    mpb_updater *updater;
    mpb_adamw_step step; /* but for what tensors differ in */
    const float *gradients;
} update_work;

static mpb_adamw_factors factors_of(const update_work *work, const tensor_rule *rule)
{
    mpb_adamw_step step = work->step;

    step.weight_decay = rule->decay;
    step.learning_rate *= (double)rule->rate_factor;
    return mpb_adamw_factors_of(&step);
}

static void update_range(void *context, size_t index, int thread)
{
    const update_work *work = context;
    mpb_updater *updater = work->updater;
    const range *r = &updater->ranges[index];
    const mpb_adamw_factors factors = factors_of(work, &r->rule);

    (void)thread;
    updater->optim->adamw(&factors, r->count, work->gradients + r->offset,
                          updater->weights + r->offset, updater->first_moment + r->offset,
                          updater->second_moment + r->offset);
}

/* As torch.nn.utils.clip_grad_norm_: min(1, max_norm / (norm + 1e-6)). */
static float clip_factor(double max_norm, double norm)
{
    double factor = max_norm / (norm + 1e-6);

    return max_norm > 0.0 && factor < 1.0 ? (float)factor : 1.0f;
}

void mpb_updater_apply(mpb_updater *updater, int64_t step, double learning_rate,
                       double gradient_norm, const float *gradients)
{
    const mpb_updater_options *options = &updater->options;
    update_work work = {
        .updater = updater,
        .step = {.beta1 = options->beta1,
                 .beta2 = options->beta2,
                 .epsilon = options->epsilon,
                 .learning_rate = learning_rate,
                 .step = step,
                 .gradient_scale = clip_factor((double)options->max_grad_norm, gradient_norm)},
        .gradients = gradients,
    };
    const mpb_adamw_factors factors = factors_of(&work, &updater->words_rule);

    word_updates_apply(&updater->words, &factors, &updater->rows,
                       gradients + gradients_begin(updater));
    mpb_team_run(updater->team, updater->num_ranges, update_range, &work);
}
