#include "lamb_updates.h"

_Static_assert((int)MPB_SHARE_LINE == (int)MPB_SQUARE_TERM,
               "owners are cut where terms of a norm are");

enum { NORM_NUMBERS = 2 * MPB_SQUARE_NUMBERS }; /* of one tensor */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Tasks of the word table, which come first. */
static size_t num_row_tasks(const lamb_updates *lamb)
{
    return (lamb->num_own + lamb->rows_a_task - 1) / lamb->rows_a_task;
}

static size_t num_tasks(const lamb_updates *lamb)
{
    return num_row_tasks(lamb) + lamb->ranges->count;
}

static size_t tensor_of(const lamb_updates *lamb, size_t task)
{
    const size_t row_tasks = num_row_tasks(lamb);

    return task < row_tasks ? 0 : lamb->ranges->items[task - row_tasks].tensor;
}

void lamb_updates_lay_out(lamb_updates *lamb, const mpb_share *share, const update_ranges *ranges,
                          mpb_arena *arena)
{
    lamb->ranges = ranges;
    lamb->num_own = mpb_share_rows(share);
    lamb->rows_a_task = UPDATE_BLOCK / share->row_size + 1;
    lamb->places = mpb_arena_take(arena, lamb->num_own * sizeof(*lamb->places));
    lamb->norms = mpb_arena_take(arena, num_tasks(lamb) * sizeof(*lamb->norms));
    lamb->numbers =
        mpb_arena_take(arena, ranges->num_tensors * NORM_NUMBERS * sizeof(*lamb->numbers));
}

typedef struct lamb_work {
    lamb_updates *lamb;
    const lamb_step *step;
} lamb_work;

static mpb_lamb_factors factors_of(const lamb_work *work, size_t tensor)
{
    mpb_adamw_step rule = work->step->rule;

    rule.step -= work->lamb->ranges->rules[tensor].steps_before;
    rule.weight_decay = work->lamb->ranges->rules[tensor].decay;
    return mpb_lamb_factors_of(&rule);
}

/* Neighbours of one tensor, in all arrays. */
typedef struct run {
    size_t count;
    const float *gradients; /* NULL: zero */
    float *weights, *first_moment, *second_moment;
} run;

static run run_of_row(const lamb_work *work, size_t own)
{
    const update_target *target = work->lamb->target;
    const size_t size = target->share.row_size;
    const uint32_t place = work->lamb->places[own];

    return (run){.count = size,
                 .gradients = place > 0 ? work->step->word_rows + (place - 1) * size : NULL,
                 .weights = update_target_row(target, own),
                 .first_moment = target->first_moment + own * size,
                 .second_moment = target->second_moment + own * size};
}

static run run_of_range(const lamb_work *work, const mpb_owned *range)
{
    const update_target *target = work->lamb->target;

    return (run){.count = range->count,
                 .gradients = work->step->gradients + range->offset,
                 .weights = target->weights + range->offset,
                 .first_moment = target->first_moment + range->packed,
                 .second_moment = target->second_moment + range->packed};
}

/* Owned rows lie apart in the table. */
static size_t num_runs(const lamb_updates *lamb, size_t task)
{
    return task < num_row_tasks(lamb)
               ? smaller(lamb->rows_a_task, lamb->num_own - task * lamb->rows_a_task)
               : 1;
}

static run run_of(const lamb_work *work, size_t task, size_t i)
{
    const lamb_updates *lamb = work->lamb;
    const size_t row_tasks = num_row_tasks(lamb);

    return task < row_tasks ? run_of_row(work, task * lamb->rows_a_task + i)
                            : run_of_range(work, &lamb->ranges->items[task - row_tasks].run);
}

static bool is_trained(const lamb_work *work, size_t tensor)
{
    return update_ranges_is_trained(work->lamb->ranges, tensor, work->step->rule.step);
}

static void measure_task(void *context, size_t task, int thread)
{
    const lamb_work *work = context;
    lamb_updates *lamb = work->lamb;
    const size_t tensor = tensor_of(lamb, task);
    mpb_lamb_factors factors;

    (void)thread;
    lamb->norms[task] = (mpb_lamb_norms){0};
    if (!is_trained(work, tensor)) {
        return;
    }
    factors = factors_of(work, tensor);
    for (size_t i = 0; i < num_runs(lamb, task); i++) {
        const run r = run_of(work, task, i);

        lamb->target->optim->lamb_measure(&factors, r.count, r.gradients, r.weights, r.first_moment,
                                          r.second_moment, &lamb->norms[task]);
    }
}

/* Notes or forgets where the gradients of the step's rows are. */
static void note_places(lamb_updates *lamb, const mpb_word_rows *rows, bool known)
{
    for (size_t i = 0; i < rows->count; i++) {
        const size_t row = rows->items == NULL ? i : rows->items[i];
        size_t own;

        if (update_target_owns(lamb->target, row, &own)) {
            lamb->places[own] = known ? (uint32_t)i + 1 : 0;
        }
    }
}

/* The tasks of a tensor are neighbours. */
static void gather_norms(lamb_updates *lamb)
{
    size_t task = 0;

    for (size_t tensor = 0; tensor < lamb->ranges->num_tensors; tensor++) {
        double *numbers = lamb->numbers + tensor * NORM_NUMBERS;
        mpb_lamb_norms norms = {0};

        for (; task < num_tasks(lamb) && tensor_of(lamb, task) == tensor; task++) {
            mpb_square_sum_merge(&norms.weights, &lamb->norms[task].weights);
            mpb_square_sum_merge(&norms.updates, &lamb->norms[task].updates);
        }
        mpb_square_sum_write(&norms.weights, numbers);
        mpb_square_sum_write(&norms.updates, numbers + MPB_SQUARE_NUMBERS);
    }
}

double *lamb_updates_measure(lamb_updates *lamb, const lamb_step *step, size_t *count)
{
    lamb_work work = {lamb, step};

    note_places(lamb, &step->rows, true);
    mpb_team_run(lamb->target->team, num_tasks(lamb), measure_task, &work);
    note_places(lamb, &step->rows, false);
    gather_norms(lamb);
    *count = lamb->ranges->num_tensors * NORM_NUMBERS;
    return lamb->numbers;
}

/* Tensors without decay keep the learning rate. */
static float rate_of(const lamb_work *work, size_t tensor)
{
    const tensor_rule *rule = &work->lamb->ranges->rules[tensor];
    const double *numbers = work->lamb->numbers + tensor * NORM_NUMBERS;
    const double rate = work->step->rule.learning_rate * (double)rule->rate_factor;

    return (float)(rule->decay == 0.0f
                       ? rate
                       : rate * mpb_lamb_trust(mpb_square_sum_read(numbers),
                                               mpb_square_sum_read(numbers + MPB_SQUARE_NUMBERS)));
}

static void update_task(void *context, size_t task, int thread)
{
    const lamb_work *work = context;
    const lamb_updates *lamb = work->lamb;
    const size_t tensor = tensor_of(lamb, task);
    mpb_lamb_factors factors;
    float rate;

    (void)thread;
    if (!is_trained(work, tensor)) {
        return;
    }
    factors = factors_of(work, tensor);
    rate = rate_of(work, tensor);
    for (size_t i = 0; i < num_runs(lamb, task); i++) {
        const run r = run_of(work, task, i);

        lamb->target->optim->lamb_update(&factors, rate, r.count, r.weights, r.first_moment,
                                         r.second_moment);
    }
}

void lamb_updates_apply(lamb_updates *lamb, const lamb_step *step)
{
    lamb_work work = {lamb, step};

    mpb_team_run(lamb->target->team, num_tasks(lamb), update_task, &work);
}
