#include "mpibert/step/updater.h"

#include <math.h>
#include <stdlib.h>

#include "lamb_updates.h"
#include "mpibert/math/team_memory.h"
#include "update_ranges.h"
#include "update_target.h"
#include "word_updates.h"

struct mpb_updater {
    mpb_updater_options options;
    update_target target;
    mpb_arena arena; /* owns the moments and the arrays below */
    update_ranges ranges;
    double *squares;    /* (number of blocks in share.size) */
    word_updates words; /* of AdamW */
    lamb_updates lamb;  /* of LAMB */
    mpb_word_rows rows; /* of the step that has begun */
    size_t begin;       /* where its gradients begin: those of its words are packed */
};

static size_t blocks_in(size_t count)
{
    return (count + UPDATE_BLOCK - 1) / UPDATE_BLOCK;
}

static bool is_lamb(const mpb_updater *updater)
{
    return updater->options.optimizer == MPB_RUN_LAMB;
}

static void lay_out(mpb_updater *updater, const mpb_parameters *parameters, mpb_arena *arena)
{
    update_target *target = &updater->target;
    const mpb_share *share = &target->share;
    const size_t moments = mpb_share_size(share) * sizeof(float);

    target->first_moment = mpb_arena_take(arena, moments);
    target->second_moment = mpb_arena_take(arena, moments);
    update_ranges_lay_out(&updater->ranges, parameters, share, arena);
    updater->squares = mpb_arena_take(arena, blocks_in(share->size) * sizeof(*updater->squares));
    if (is_lamb(updater)) {
        lamb_updates_lay_out(&updater->lamb, share, &updater->ranges, arena);
    } else {
        word_updates_lay_out(&updater->words, share, arena);
    }
}

size_t mpb_updater_bytes(mpb_run_optimizer optimizer, const mpb_parameters *parameters,
                         const mpb_share *share)
{
    mpb_updater measured = {.options.optimizer = optimizer, .target.share = *share};
    mpb_arena measure = {0};

    lay_out(&measured, parameters, &measure);
    return measure.peak;
}

mpb_status mpb_updater_create(const mpb_updater_options *options, const mpb_parameters *parameters,
                              const mpb_share *share, int num_layers, float *weights,
                              const mpb_team *team, mpb_isa isa, mpb_updater **updater)
{
    mpb_updater *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the optimizer");
    made->options = *options;
    made->target = (update_target){
        .team = team, .optim = mpb_optim_for(isa), .share = *share, .weights = weights};
    made->words.target = &made->target;
    made->lamb.target = &made->target;
    status = mpb_team_arena_create(team, mpb_updater_bytes(options->optimizer, parameters, share),
                                   "the optimizer", &made->arena);
    if (status != MPB_OK) {
        mpb_updater_destroy(&made);
        return status;
    }
    lay_out(made, parameters, &made->arena);
    update_ranges_fill(&made->ranges, options, parameters, share, num_layers);
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

const mpb_share *mpb_updater_share(const mpb_updater *updater)
{
    return &updater->target.share;
}

float *mpb_updater_first_moment(mpb_updater *updater)
{
    mpb_updater_catch_up(updater);
    return updater->target.first_moment;
}

float *mpb_updater_second_moment(mpb_updater *updater)
{
    mpb_updater_catch_up(updater);
    return updater->target.second_moment;
}

void mpb_updater_catch_up(mpb_updater *updater)
{
    if (!is_lamb(updater)) {
        word_updates_catch_up_all(&updater->words);
    }
}

void mpb_updater_begin(mpb_updater *updater, const mpb_word_rows *rows, size_t begin)
{
    updater->rows = *rows;
    updater->begin = begin;
    if (!is_lamb(updater)) {
        word_updates_catch_up(&updater->words, rows);
    }
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
    const size_t begin = block * UPDATE_BLOCK;
    const size_t left = work->count - begin;

    (void)thread;
    updater->squares[block] = updater->target.optim->sum_of_squares(
        left < UPDATE_BLOCK ? left : UPDATE_BLOCK, work->gradients + begin);
}

double mpb_updater_gradient_norm(mpb_updater *updater, const float *gradients)
{
    norm_work work = {updater, gradients + updater->begin,
                      updater->target.share.size - updater->begin};
    double sum = 0.0;

    mpb_team_run(updater->target.team, blocks_in(work.count), square_block, &work);
    for (size_t block = 0; block < blocks_in(work.count); block++) {
        sum += updater->squares[block];
    }
    return sqrt(sum);
}

/* As torch.nn.utils.clip_grad_norm_: min(1, max_norm / (norm + 1e-6)). */
static float clip_factor(double max_norm, double norm)
{
    double factor = max_norm / (norm + 1e-6);

    return max_norm > 0.0 && factor < 1.0 ? (float)factor : 1.0f;
}

/* But for what tensors differ in. */
static mpb_adamw_step step_of(const mpb_updater *updater, const mpb_update *update)
{
    const mpb_updater_options *options = &updater->options;

    return (mpb_adamw_step){
        .beta1 = options->beta1,
        .beta2 = options->beta2,
        .epsilon = options->epsilon,
        .learning_rate = update->learning_rate,
        .step = update->step,
        .gradient_scale = clip_factor((double)options->max_grad_norm, update->gradient_norm),
    };
}

typedef struct adamw_work {
    mpb_updater *updater;
    mpb_adamw_step step;
    const float *gradients;
} adamw_work;

static mpb_adamw_factors factors_of(const adamw_work *work, size_t tensor)
{
    const tensor_rule *rule = &work->updater->ranges.rules[tensor];
    mpb_adamw_step step = work->step;

    step.step -= rule->steps_before;
    step.weight_decay = rule->decay;
    step.learning_rate *= (double)rule->rate_factor;
    return mpb_adamw_factors_of(&step);
}

static void update_range_by_adamw(void *context, size_t index, int thread)
{
    const adamw_work *work = context;
    const update_target *target = &work->updater->target;
    const update_range *range = &work->updater->ranges.items[index];
    const mpb_owned run = range->run;
    mpb_adamw_factors factors;

    (void)thread;
    if (!update_ranges_is_trained(&work->updater->ranges, range->tensor, work->step.step)) {
        return;
    }
    factors = factors_of(work, range->tensor);
    target->optim->adamw(&factors, run.count, work->gradients + run.offset,
                         target->weights + run.offset, target->first_moment + run.packed,
                         target->second_moment + run.packed);
}

static void apply_adamw(mpb_updater *updater, const mpb_update *update)
{
    adamw_work work = {updater, step_of(updater, update), update->gradients};

    if (updater->rows.count > 0) {
        const mpb_adamw_factors factors = factors_of(&work, 0);

        word_updates_apply(&updater->words, &factors, &updater->rows,
                           update->gradients + updater->begin);
    }
    mpb_team_run(updater->target.team, updater->ranges.count, update_range_by_adamw, &work);
}

static lamb_step lamb_step_of(const mpb_updater *updater, const mpb_update *update)
{
    return (lamb_step){.rule = step_of(updater, update),
                       .rows = updater->rows,
                       .word_rows = update->gradients + updater->begin,
                       .gradients = update->gradients};
}

double *mpb_updater_measure(mpb_updater *updater, const mpb_update *update, size_t *count)
{
    lamb_step step;

    if (!is_lamb(updater)) {
        *count = 0;
        return NULL;
    }
    step = lamb_step_of(updater, update);
    return lamb_updates_measure(&updater->lamb, &step, count);
}

void mpb_updater_apply(mpb_updater *updater, const mpb_update *update)
{
    lamb_step step;

    if (!is_lamb(updater)) {
        apply_adamw(updater, update);
        return;
    }
    step = lamb_step_of(updater, update);
    lamb_updates_apply(&updater->lamb, &step);
}
