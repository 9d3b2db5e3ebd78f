#include "word_updates.h"

#include <assert.h>

enum { ROWS_A_TASK = 16 };

void word_updates_lay_out(word_updates *words, mpb_arena *arena)
{
    words->taken = mpb_arena_take(arena, words->num_rows * sizeof(*words->taken));
    words->history = mpb_arena_take(arena, 2 * HISTORY * sizeof(*words->history));
}

/* Rows of the table, by number or from `first` on, and what they take part in. */
typedef struct row_work {
    word_updates *words;
    mpb_word_rows rows;
    size_t first;
    const mpb_adamw_factors *factors;
    const float *gradients;
} row_work;

static size_t row_at(const row_work *work, size_t i)
{
    return work->rows.items == NULL ? work->first + i : work->rows.items[i];
}

static size_t end_of_task(const row_work *work, size_t task)
{
    const size_t end = (task + 1) * ROWS_A_TASK;

    return end < work->rows.count ? end : work->rows.count;
}

static void run_over_rows(row_work *work, mpb_task_fn *task)
{
    mpb_team_run(work->words->team, (work->rows.count + ROWS_A_TASK - 1) / ROWS_A_TASK, task, work);
}

static void catch_up_row(word_updates *words, size_t row)
{
    const size_t at = row * words->row_size;
    const int64_t taken = words->taken[row];

    assert(words->num_steps - taken <= HISTORY);
    if (taken < words->num_steps) {
        words->optim->adamw_idle(
            words->history + taken % HISTORY, (size_t)(words->num_steps - taken), words->row_size,
            words->weights + at, words->first_moment + at, words->second_moment + at);
        words->taken[row] = words->num_steps;
    }
}

static void catch_up_rows(void *context, size_t task, int thread)
{
    const row_work *work = context;

    (void)thread;
    for (size_t i = task * ROWS_A_TASK; i < end_of_task(work, task); i++) {
        catch_up_row(work->words, row_at(work, i));
    }
}

void word_updates_catch_up(word_updates *words, const mpb_word_rows *rows)
{
    const size_t turn = (size_t)(words->num_steps % HISTORY);
    const size_t begin = words->num_rows * turn / HISTORY;
    const size_t end = words->num_rows * (turn + 1) / HISTORY;
    row_work used = {.words = words, .rows = *rows};
    row_work next = {.words = words, .rows = {.count = end - begin}, .first = begin};

    run_over_rows(&used, catch_up_rows);
    run_over_rows(&next, catch_up_rows);
}

void word_updates_catch_up_all(word_updates *words)
{
    row_work all = {.words = words, .rows = {.count = words->num_rows}};

    run_over_rows(&all, catch_up_rows);
}

static void update_rows(void *context, size_t task, int thread)
{
    const row_work *work = context;
    word_updates *words = work->words;

    (void)thread;
    for (size_t i = task * ROWS_A_TASK; i < end_of_task(work, task); i++) {
        const size_t row = row_at(work, i);
        const size_t at = row * words->row_size;

        assert(words->taken[row] == words->num_steps);
        words->optim->adamw(work->factors, words->row_size, work->gradients + i * words->row_size,
                            words->weights + at, words->first_moment + at,
                            words->second_moment + at);
        words->taken[row]++;
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
