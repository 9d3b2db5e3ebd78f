#include "word_updates.h"

#include <assert.h>
#include <stdbool.h>

enum { ROWS_A_TASK = 16 };

void word_updates_lay_out(word_updates *words, const mpb_share *share, mpb_arena *arena)
{
    words->num_own = mpb_share_rows(share);
    words->taken = mpb_arena_take(arena, words->num_own * sizeof(*words->taken));
    words->history = mpb_arena_take(arena, 2 * HISTORY * sizeof(*words->history));
}

/* Rows of the table, or a run of the owned ones, and what they take part in. */
typedef struct row_work {
    word_updates *words;
    bool is_run; /* of rows.count owned ones, from the own row `first` on */
    size_t first;
    mpb_word_rows rows;
    const mpb_adamw_factors *factors;
    const float *gradients;
} row_work;

/* Whether this rank owns row i of the work; *own is its place among the owned ones. */
static bool finds_own(const row_work *work, size_t i, size_t *own)
{
    if (work->is_run) {
        *own = work->first + i;
        return true;
    }
    return update_target_owns(work->words->target,
                              work->rows.items == NULL ? i : work->rows.items[i], own);
}

static size_t end_of_task(const row_work *work, size_t task)
{
    const size_t end = (task + 1) * ROWS_A_TASK;

    return end < work->rows.count ? end : work->rows.count;
}

static void run_over_rows(row_work *work, mpb_task_fn *task)
{
    mpb_team_run(work->words->target->team, (work->rows.count + ROWS_A_TASK - 1) / ROWS_A_TASK,
                 task, work);
}

static void catch_up_row(word_updates *words, size_t own)
{
    const update_target *target = words->target;
    const size_t size = target->share.row_size;
    const int64_t taken = words->taken[own];

    assert(words->num_steps - taken <= HISTORY);
    if (taken < words->num_steps) {
        target->optim->adamw_idle(words->history + taken % HISTORY,
                                  (size_t)(words->num_steps - taken), size,
                                  update_target_row(target, own), target->first_moment + own * size,
                                  target->second_moment + own * size);
        words->taken[own] = words->num_steps;
    }
}

static void catch_up_rows(void *context, size_t task, int thread)
{
    const row_work *work = context;

    (void)thread;
    for (size_t i = task * ROWS_A_TASK; i < end_of_task(work, task); i++) {
        size_t own;

        if (finds_own(work, i, &own)) {
            catch_up_row(work->words, own);
        }
    }
}

void word_updates_catch_up(word_updates *words, const mpb_word_rows *rows)
{
    const size_t turn = (size_t)(words->num_steps % HISTORY);
    const size_t begin = words->num_own * turn / HISTORY;
    const size_t end = words->num_own * (turn + 1) / HISTORY;
    row_work used = {.words = words, .rows = *rows};
    row_work next = {
        .words = words, .is_run = true, .first = begin, .rows = {.count = end - begin}};

    run_over_rows(&used, catch_up_rows);
    run_over_rows(&next, catch_up_rows);
}

void word_updates_catch_up_all(word_updates *words)
{
    row_work all = {.words = words, .is_run = true, .rows = {.count = words->num_own}};

    run_over_rows(&all, catch_up_rows);
}

static void update_rows(void *context, size_t task, int thread)
{
    const row_work *work = context;
    word_updates *words = work->words;
    const update_target *target = words->target;
    const size_t size = target->share.row_size;

    (void)thread;
    for (size_t i = task * ROWS_A_TASK; i < end_of_task(work, task); i++) {
        size_t own;

        if (!finds_own(work, i, &own)) {
            continue;
        }
        assert(words->taken[own] == words->num_steps);
        target->optim->adamw(work->factors, size, work->gradients + i * size,
                             update_target_row(target, own), target->first_moment + own * size,
                             target->second_moment + own * size);
        words->taken[own]++;
    }
}

void word_updates_apply(word_updates *words, const mpb_adamw_factors *factors,
                        const mpb_word_rows *rows, const float *gradients)
{
    const size_t slot = (size_t)(words->num_steps % HISTORY);
    row_work work = {.words = words, .rows = *rows, .factors = factors, .gradients = gradients};

    run_over_rows(&work, update_rows);
    words->history[slot] = *factors;
    words->history[slot + HISTORY] = *factors;
    words->num_steps++;
}
