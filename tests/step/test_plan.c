/* mpb_plan: every example once an epoch, the same batches for any number of ranks. */

#include "mpibert/step/plan.h"

#include "check.h"

enum { COUNT = 103, BATCH = 8, EPOCHS = 3, MAX_RANKS = 4 };

static void make_offsets(uint64_t offsets[COUNT + 1])
{
    offsets[0] = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        offsets[i + 1] = offsets[i] + 3 + (uint64_t)(60.0f * (1.0f + test_value(1, i)));
    }
}

static mpb_plan_options options_of(const mpb_dataset *data)
{
    return (mpb_plan_options){.num_examples = COUNT,
                              .data = data,
                              .batch_size = BATCH,
                              .accumulation = 1,
                              .hidden_size = 64,
                              .seed = 42,
                              .size = 1};
}

static mpb_plan *make_plan(const mpb_dataset *data, size_t accumulation, int rank, int size)
{
    mpb_plan_options options = options_of(data);
    mpb_plan *plan = NULL;

    options.accumulation = accumulation;
    options.rank = rank;
    options.size = size;

    CHECK_OK(mpb_plan_create(&options, &plan));
    return plan;
}

static void ranks_share_out_every_epoch_exactly_once(int size)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};
    mpb_plan *plans[MAX_RANKS];

    make_offsets(offsets);
    for (int rank = 0; rank < size; rank++) {
        plans[rank] = make_plan(&data, 1, rank, size);
    }
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        int seen[COUNT] = {0};

        for (size_t micro = 0; micro < mpb_plan_steps_per_epoch(plans[0]); micro++) {
            for (int rank = 0; rank < size; rank++) {
                const mpb_plan_share share = mpb_plan_cell(plans[rank], epoch, micro, rank);

                for (size_t i = 0; i < share.count; i++) {
                    seen[share.indices[i]]++;
                }
            }
        }
        for (int i = 0; i < COUNT; i++) {
            CHECK(seen[i] == 1);
        }
    }
    for (int rank = 0; rank < size; rank++) {
        mpb_plan_destroy(&plans[rank]);
    }
}

static void a_step_holds_its_micro_batches_and_the_last_one_the_rest(void)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};
    mpb_plan *plan;
    size_t examples = 0;

    make_offsets(offsets);
    plan = make_plan(&data, 4, 0, 1); /* 13 micro-batches, the last of 7: 4 steps, 4 + 4 + 4 + 1 */
    CHECK(mpb_plan_steps_per_epoch(plan) == 4);
    CHECK(mpb_plan_step(plan, 3).num_micro == 1);
    CHECK(mpb_plan_step(plan, 3).num_examples == COUNT % BATCH);
    for (size_t step = 0; step < 4; step++) {
        examples += mpb_plan_step(plan, step).num_examples;
    }
    CHECK(examples == COUNT);
    mpb_plan_destroy(&plan);
}

/* Asking for any step in any order gives what asking in order gives: resume is a seek. */
static void a_step_does_not_depend_on_the_steps_before(void)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};
    mpb_plan *walked;
    mpb_plan *jumped;

    make_offsets(offsets);
    walked = make_plan(&data, 1, 1, 3);
    jumped = make_plan(&data, 1, 1, 3);
    for (size_t epoch = 0; epoch < 2; epoch++) {
        for (size_t micro = 0; micro < 13; micro++) {
            const mpb_plan_share a = mpb_plan_cell(walked, epoch, micro, 1);
            mpb_plan_share b = mpb_plan_cell(jumped, 2, 5, 1);

            b = mpb_plan_cell(jumped, epoch, micro, 1);
            CHECK(a.count == b.count && a.num_tokens == b.num_tokens && a.cost == b.cost);
            CHECK(memcmp(a.indices, b.indices, a.count * sizeof(*a.indices)) == 0);
        }
    }
    mpb_plan_destroy(&walked);
    mpb_plan_destroy(&jumped);
}

static void limits_hold_for_every_micro_batch(void)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};
    mpb_plan *plan;
    size_t max_tokens;
    size_t max_sequences;

    make_offsets(offsets);
    plan = make_plan(&data, 1, 0, 2);
    mpb_plan_limits(plan, EPOCHS, &max_tokens, &max_sequences);
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t micro = 0; micro < 13; micro++) {
            const mpb_plan_share share = mpb_plan_cell(plan, epoch, micro, 0);

            CHECK(share.num_tokens <= max_tokens && share.count <= max_sequences);
        }
    }
    mpb_plan_destroy(&plan);
}

static mpb_plan *make_deterministic(const mpb_dataset *data, size_t batch_size, int rank, int size)
{
    mpb_plan_options options = options_of(data);
    mpb_plan *plan = NULL;

    options.batch_size = batch_size;
    options.rank = rank;
    options.size = size;
    options.deterministic = true;
    CHECK_OK(mpb_plan_create(&options, &plan));
    return plan;
}

/* Each cell is of one rank, and holds what it holds where one rank has all cells. */
static void deterministic_cells_are_the_same_for_all_numbers_of_ranks(int size)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};
    mpb_plan *alone;
    int next = 0;

    make_offsets(offsets);
    alone = make_deterministic(&data, BATCH, 0, 1);
    for (int rank = 0; rank < size; rank++) {
        mpb_plan *plan = make_deterministic(&data, BATCH, rank, size);
        const mpb_plan_cells own = mpb_plan_own_cells(plan);

        CHECK(own.first == next && own.count == MPB_PLAN_CELLS / size);
        next += own.count;
        for (int cell = own.first; cell < next; cell++) {
            const mpb_plan_share a = mpb_plan_cell(plan, 1, 12, cell);
            const mpb_plan_share b = mpb_plan_cell(alone, 1, 12, cell);

            CHECK(a.count == b.count);
            CHECK(memcmp(a.indices, b.indices, a.count * sizeof(*a.indices)) == 0);
        }
        mpb_plan_destroy(&plan);
    }
    CHECK(next == MPB_PLAN_CELLS);
    mpb_plan_destroy(&alone);
}

static void the_deal_of_all_is_that_of_each_cell(void)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};
    mpb_plan *plan;
    const size_t *indices;
    const int *cells;
    size_t count;

    make_offsets(offsets);
    plan = make_deterministic(&data, BATCH, 1, 2);
    for (int cell = 0; cell < MPB_PLAN_CELLS; cell++) {
        size_t own[BATCH];
        size_t found = 0;
        mpb_plan_share share;

        mpb_plan_deal(plan, 1, 3, &indices, &cells, &count);
        CHECK(count == BATCH);
        for (size_t i = 0; i < count; i++) {
            if (cells[i] == cell) {
                own[found++] = indices[i];
            }
        }
        share = mpb_plan_cell(plan, 1, 3, cell);
        CHECK(share.count == found);
        CHECK(memcmp(share.indices, own, found * sizeof(*own)) == 0);
    }
    mpb_plan_destroy(&plan);
}

/* Six sequences are dealt to eight cells, of which two stay empty. */
static void few_sequences_are_spread_over_the_ranks(void)
{
    uint64_t offsets[COUNT + 1];
    const mpb_dataset data = {.num_sequences = COUNT, .offsets = offsets};

    make_offsets(offsets);
    for (int rank = 0; rank < 2; rank++) {
        mpb_plan *plan = make_deterministic(&data, 6, rank, 2);
        const mpb_plan_cells own = mpb_plan_own_cells(plan);
        size_t count = 0;

        for (int cell = own.first; cell < own.first + own.count; cell++) {
            count += mpb_plan_cell(plan, 0, 0, cell).count;
        }
        CHECK(count == 3);
        mpb_plan_destroy(&plan);
    }
}

/* Whose dropout would otherwise be the same: also where a step has more than 2^16 of them. */
static void micro_batches_of_a_run_have_numbers_of_their_own(size_t accumulation)
{
    const mpb_plan_options options = {.num_examples = 200001,
                                      .data = NULL, /* no lengths are asked for */
                                      .batch_size = 1,
                                      .accumulation = accumulation,
                                      .hidden_size = 64,
                                      .size = 1};
    mpb_plan *plan = NULL;
    uint64_t next = 0;

    CHECK_OK(mpb_plan_create(&options, &plan));
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t i = 0; i < mpb_plan_steps_per_epoch(plan); i++) {
            const mpb_step step = mpb_plan_step(plan, i);

            for (size_t micro = 0; micro < step.num_micro; micro++) {
                CHECK(mpb_plan_micro_number(plan, epoch, step.first_micro + micro) == next++);
            }
        }
    }
    mpb_plan_destroy(&plan);
}

int main(void)
{
    for (int size = 1; size <= MAX_RANKS; size++) {
        ranks_share_out_every_epoch_exactly_once(size);
    }
    a_step_holds_its_micro_batches_and_the_last_one_the_rest();
    a_step_does_not_depend_on_the_steps_before();
    limits_hold_for_every_micro_batch();
    the_deal_of_all_is_that_of_each_cell();
    for (int size = 1; size <= MPB_PLAN_CELLS; size *= 2) {
        deterministic_cells_are_the_same_for_all_numbers_of_ranks(size);
    }
    few_sequences_are_spread_over_the_ranks();
    micro_batches_of_a_run_have_numbers_of_their_own(1);
    micro_batches_of_a_run_have_numbers_of_their_own(70000);
    return 0;
}
