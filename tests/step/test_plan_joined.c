/* mpb_plan and the limits of batches where a loss needs several sequences together, as those of a
 * question's choices: they are dealt whole, to cells of about equal cost. */

#include "check.h"
#include "mpibert/step/batch_limits.h"
#include "mpibert/step/plan.h"
#include "mpibert/task/examples.h"
#include "small_model.h"

enum { QUESTIONS = 50, BATCH = 7, EPOCHS = 3, MAX_RANKS = 4, HIDDEN = 64, LONGEST = 90 };

/* Questions of 2 to 5 choices, of very different lengths. */
typedef struct exam {
    mpb_dataset data;
    mpb_task_examples examples;
} exam;

static exam begin(void)
{
    exam e = {.data.shape.labels = true};
    uint32_t tokens[LONGEST] = {0};

    for (unsigned q = 0; q < QUESTIONS; q++) {
        const size_t context = 2 + (size_t)(40.0f * (1.0f + test_value(1, q)));

        for (unsigned j = 0; j < 2 + q % 4; j++) {
            small_dataset_add(&e.data, q, tokens, context + j, 0);
        }
    }
    CHECK_OK(mpb_task_examples_find(mpb_task_find(MPB_TASK_CHOICE), &e.data, &e.examples));
    CHECK(e.examples.count == QUESTIONS);
    return e;
}

static void end(exam *e)
{
    mpb_task_examples_clear(&e->examples);
    mpb_dataset_clear(&e->data);
}

static mpb_plan_options options_of(const exam *e, int size, bool deterministic)
{
    return (mpb_plan_options){.num_examples = e->examples.count,
                              .begins = e->examples.begins,
                              .data = &e->data,
                              .batch_size = BATCH,
                              .accumulation = 1,
                              .hidden_size = HIDDEN,
                              .seed = 42,
                              .size = size,
                              .deterministic = deterministic};
}

static mpb_plan *make_plan(const exam *e, int size, bool deterministic)
{
    const mpb_plan_options options = options_of(e, size, deterministic);
    mpb_plan *plan = NULL;

    CHECK_OK(mpb_plan_create(&options, &plan));
    return plan;
}

static int num_cells(int size, bool deterministic)
{
    return deterministic ? MPB_PLAN_CELLS : size;
}

static size_t question_of(const exam *e, size_t sequence)
{
    return (size_t)e->data.document[sequence];
}

/* In the units of mpb_plan_share. */
static uint64_t cost_of(const exam *e, size_t question)
{
    uint64_t cost = 0;

    for (size_t i = e->examples.begins[question]; i < e->examples.begins[question + 1]; i++) {
        const uint64_t length = e->data.offsets[i + 1] - e->data.offsets[i];

        cost += length * (6 * HIDDEN + length);
    }
    return cost;
}

/* Side by side and in their order; the question's sequences, which begin at share->indices[i]. */
static size_t check_question(const exam *e, const mpb_plan_share *share, size_t i)
{
    const size_t question = question_of(e, share->indices[i]);
    const size_t first = e->examples.begins[question];
    const size_t count = e->examples.begins[question + 1] - first;

    for (size_t j = 0; j < count; j++) {
        CHECK(i + j < share->count && share->indices[i + j] == first + j);
    }
    return count;
}

static void a_question_is_in_one_cell_once_an_epoch(int size, bool deterministic)
{
    exam e = begin();
    mpb_plan *plan = make_plan(&e, size, deterministic);
    int seen[QUESTIONS] = {0};

    for (size_t micro = 0; micro < mpb_plan_steps_per_epoch(plan); micro++) {
        for (int cell = 0; cell < num_cells(size, deterministic); cell++) {
            const mpb_plan_share share = mpb_plan_cell(plan, 1, micro, cell);
            uint64_t cost = 0;

            for (size_t i = 0; i < share.count;) {
                seen[question_of(&e, share.indices[i])]++;
                cost += cost_of(&e, question_of(&e, share.indices[i]));
                i += check_question(&e, &share, i);
            }
            CHECK(share.cost == cost);
        }
    }
    for (size_t q = 0; q < QUESTIONS; q++) {
        CHECK(seen[q] == 1);
    }
    mpb_plan_destroy(&plan);
    end(&e);
}

static void a_batch_counts_questions(void)
{
    exam e = begin();
    mpb_plan *plan = make_plan(&e, 2, false);

    CHECK(mpb_plan_steps_per_epoch(plan) == 8);
    CHECK(mpb_plan_step(plan, 0).num_examples == BATCH);
    CHECK(mpb_plan_step(plan, 7).num_examples == QUESTIONS % BATCH);
    mpb_plan_destroy(&plan);
    end(&e);
}

/* Graham 1969: the costliest first leaves the fullest cell at most one question above the mean. */
static void no_cell_carries_more_than_one_question_above_the_mean(int size, bool deterministic)
{
    const int cells = num_cells(size, deterministic);
    exam e = begin();
    mpb_plan *plan = make_plan(&e, size, deterministic);

    for (size_t micro = 0; micro < mpb_plan_steps_per_epoch(plan); micro++) {
        uint64_t total = 0;
        uint64_t fullest = 0;
        uint64_t costliest = 0;

        for (int cell = 0; cell < cells; cell++) {
            const mpb_plan_share share = mpb_plan_cell(plan, 0, micro, cell);

            for (size_t i = 0; i < share.count; i++) {
                const uint64_t cost = cost_of(&e, question_of(&e, share.indices[i]));

                costliest = cost > costliest ? cost : costliest;
            }
            total += share.cost;
            fullest = share.cost > fullest ? share.cost : fullest;
        }
        CHECK(fullest <= total / (uint64_t)cells + costliest);
    }
    mpb_plan_destroy(&plan);
    end(&e);
}

/* What a rank computes of the others' shares: which words they use. */
static void the_deal_of_all_is_that_of_each_cell(int size, bool deterministic)
{
    exam e = begin();
    mpb_plan *plan = make_plan(&e, size, deterministic);
    size_t total = 0;

    for (int cell = 0; cell < num_cells(size, deterministic); cell++) {
        size_t own[BATCH * 5];
        size_t found = 0;
        const size_t *indices;
        const int *cells;
        size_t count;
        mpb_plan_share share;

        mpb_plan_deal(plan, 2, 3, &indices, &cells, &count);
        for (size_t i = 0; i < count; i++) {
            CHECK(i == 0 || question_of(&e, indices[i]) != question_of(&e, indices[i - 1]) ||
                  cells[i] == cells[i - 1]);
            if (cells[i] == cell) {
                own[found++] = indices[i];
            }
        }
        share = mpb_plan_cell(plan, 2, 3, cell);
        CHECK(share.count == found);
        CHECK(memcmp(share.indices, own, found * sizeof(*own)) == 0);
        total += found;
        CHECK(cell + 1 < num_cells(size, deterministic) || total == count);
    }
    mpb_plan_destroy(&plan);
    end(&e);
}

/* They are the largest cell's, not more, and a model has room for it and for evaluation. */
static void limits_are_those_of_the_largest_cell(int size)
{
    exam e = begin();
    const mpb_dataset none = {0};
    const mpb_batch_sizes sizes = {.task = mpb_task_find(MPB_TASK_CHOICE),
                                   .train = &e.data,
                                   .validation = &none,
                                   .plan = options_of(&e, size, false),
                                   .epochs = EPOCHS,
                                   .eval_batch_size = 4};
    mpb_plan *plan = make_plan(&e, size, false);
    mpb_batch_limits limits;
    size_t most_tokens = 0;
    size_t most_sequences = 0;

    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t micro = 0; micro < mpb_plan_steps_per_epoch(plan); micro++) {
            const mpb_plan_share share = mpb_plan_cell(plan, epoch, micro, 0);

            most_tokens = share.num_tokens > most_tokens ? share.num_tokens : most_tokens;
            most_sequences = share.count > most_sequences ? share.count : most_sequences;
        }
    }
    CHECK(most_sequences > BATCH / (size_t)size);
    mpb_batch_limits_find(&sizes, plan, &limits);
    CHECK(limits.model.max_tokens == most_tokens);
    CHECK(limits.model.max_sequences == most_sequences);
    CHECK(limits.model.max_length == mpb_dataset_longest(&e.data));
    mpb_plan_destroy(&plan);
    end(&e);
}

int main(void)
{
    for (int size = 1; size <= MAX_RANKS; size++) {
        a_question_is_in_one_cell_once_an_epoch(size, false);
        no_cell_carries_more_than_one_question_above_the_mean(size, false);
        the_deal_of_all_is_that_of_each_cell(size, false);
        limits_are_those_of_the_largest_cell(size);
    }
    a_question_is_in_one_cell_once_an_epoch(2, true);
    no_cell_carries_more_than_one_question_above_the_mean(2, true);
    the_deal_of_all_is_that_of_each_cell(4, true);
    a_batch_counts_questions();
    return 0;
}
