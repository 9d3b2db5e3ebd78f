/* mpb_plan: every example once an epoch, the same batches for any number of ranks. */

#include "mpibert/train/plan.h"

#include "check.h"

enum { COUNT = 103, BATCH = 8, EPOCHS = 3, MAX_RANKS = 4 };

static void make_offsets(uint64_t offsets[COUNT + 1])
{
    offsets[0] = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        offsets[i + 1] = offsets[i] + 3 + (uint64_t)(60.0f * (1.0f + test_value(1, i)));
    }
}

static mpb_plan *make_plan(const uint64_t *offsets, size_t accumulation, int rank, int size)
{
    const mpb_plan_options options = {.num_sequences = COUNT,
                                      .offsets = offsets,
                                      .batch_size = BATCH,
                                      .accumulation = accumulation,
                                      .hidden_size = 64,
                                      .seed = 42,
                                      .rank = rank,
                                      .size = size};
    mpb_plan *plan = NULL;

    CHECK_OK(mpb_plan_create(&options, &plan));
    return plan;
}

static void ranks_share_out_every_epoch_exactly_once(int size)
{
    uint64_t offsets[COUNT + 1];
    mpb_plan *plans[MAX_RANKS];

    make_offsets(offsets);
    for (int rank = 0; rank < size; rank++) {
        plans[rank] = make_plan(offsets, 1, rank, size);
    }
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        int seen[COUNT] = {0};

        for (size_t micro = 0; micro < mpb_plan_steps_per_epoch(plans[0]); micro++) {
            for (int rank = 0; rank < size; rank++) {
                const size_t *indices;
                size_t count;
                size_t tokens;

                mpb_plan_own(plans[rank], epoch, micro, &indices, &count, &tokens);
                for (size_t i = 0; i < count; i++) {
                    seen[indices[i]]++;
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
    mpb_plan *plan;
    size_t examples = 0;

    make_offsets(offsets);
    plan =
        make_plan(offsets, 4, 0, 1); /* 13 micro-batches, the last of 7: 4 steps, 4 + 4 + 4 + 1 */
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
    mpb_plan *walked;
    mpb_plan *jumped;

    make_offsets(offsets);
    walked = make_plan(offsets, 1, 1, 3);
    jumped = make_plan(offsets, 1, 1, 3);
    for (size_t epoch = 0; epoch < 2; epoch++) {
        for (size_t micro = 0; micro < 13; micro++) {
            const size_t *a, *b;
            size_t count_a, count_b, tokens_a, tokens_b;

            mpb_plan_own(walked, epoch, micro, &a, &count_a, &tokens_a);
            mpb_plan_own(jumped, 2, 5, &b, &count_b, &tokens_b);
            mpb_plan_own(jumped, epoch, micro, &b, &count_b, &tokens_b);
            CHECK(count_a == count_b && tokens_a == tokens_b);
            CHECK(memcmp(a, b, count_a * sizeof(*a)) == 0);
        }
    }
    mpb_plan_destroy(&walked);
    mpb_plan_destroy(&jumped);
}

static void limits_hold_for_every_micro_batch(void)
{
    uint64_t offsets[COUNT + 1];
    mpb_plan *plan;
    size_t max_tokens;
    size_t max_sequences;

    make_offsets(offsets);
    plan = make_plan(offsets, 1, 0, 2);
    mpb_plan_limits(plan, EPOCHS, &max_tokens, &max_sequences);
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t micro = 0; micro < 13; micro++) {
            const size_t *indices;
            size_t count;
            size_t tokens;

            mpb_plan_own(plan, epoch, micro, &indices, &count, &tokens);
            CHECK(tokens <= max_tokens && count <= max_sequences);
        }
    }
    mpb_plan_destroy(&plan);
}

/* Whose dropout would otherwise be the same: also where a step has more than 2^16 of them. */
static void micro_batches_of_a_run_have_numbers_of_their_own(size_t accumulation)
{
    const mpb_plan_options options = {.num_sequences = 200001,
                                      .offsets = NULL, /* no lengths are asked for */
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
    micro_batches_of_a_run_have_numbers_of_their_own(1);
    micro_batches_of_a_run_have_numbers_of_their_own(70000);
    return 0;
}
