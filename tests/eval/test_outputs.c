/* Outputs of a batch, cut into those of its sequences. */

#include "check.h"
#include "mpibert/eval/outputs.h"

enum { SEQUENCES = 4, WIDTH = 3, TOKENS = 14, CHOSEN = 6 };

/* Of 5, 2, 0 and 7 tokens, of which 2, 0, 0 and 4 are chosen; examples are 10 to 13. */
static const size_t OFFSETS[SEQUENCES + 1] = {0, 5, 7, 7, TOKENS};
static const size_t ROW_OFFSETS[SEQUENCES + 1] = {0, 2, 2, 2, CHOSEN};
static const uint32_t ROWS[CHOSEN] = {1, 3, 0, 2, 5, 6};
static const uint64_t EXAMPLES[SEQUENCES] = {10, 11, 12, 13};

static mpb_batch batch_of(bool chosen)
{
    return (mpb_batch){.num_sequences = SEQUENCES,
                       .offsets = OFFSETS,
                       .examples = EXAMPLES,
                       .rows = chosen ? ROWS : NULL,
                       .row_offsets = chosen ? ROW_OFFSETS : NULL};
}

static mpb_outputs_walk walk_of(const mpb_batch *batch, mpb_head_kind head, size_t first_row,
                                size_t num_rows, float *outputs)
{
    return (mpb_outputs_walk){.batch = batch,
                              .head = head,
                              .width = WIDTH,
                              .first_row = first_row,
                              .num_rows = num_rows,
                              .outputs = outputs};
}

static void check(mpb_outputs_walk *walk, size_t place, size_t num_rows, const float *values)
{
    mpb_outputs of = {0};

    CHECK(mpb_outputs_next(walk, &of));
    CHECK(of.place == place && of.sequence == 10 + place);
    CHECK(of.num_rows == num_rows && of.width == WIDTH && of.values == values);
}

static void check_end(mpb_outputs_walk *walk)
{
    mpb_outputs of;

    CHECK(!mpb_outputs_next(walk, &of));
    CHECK(!mpb_outputs_next(walk, &of));
}

static void a_row_a_sequence(void)
{
    float outputs[SEQUENCES * WIDTH];
    const mpb_batch batch = batch_of(false);
    mpb_outputs_walk walk = walk_of(&batch, MPB_HEAD_SEQUENCE, 0, SEQUENCES, outputs);

    for (size_t i = 0; i < SEQUENCES; i++) {
        check(&walk, i, 1, outputs + i * WIDTH);
    }
    check_end(&walk);
}

static void rows_of_all_tokens_leave_empty_sequences_out(void)
{
    float outputs[TOKENS * WIDTH];
    const mpb_batch batch = batch_of(false);
    mpb_outputs_walk walk = walk_of(&batch, MPB_HEAD_SPANS, 0, TOKENS, outputs);

    check(&walk, 0, 5, outputs);
    check(&walk, 1, 2, outputs + 5 * WIDTH);
    check(&walk, 3, 7, outputs + 7 * WIDTH);
    check_end(&walk);
}

static void a_sequence_may_come_in_parts(void)
{
    float outputs[CHOSEN * WIDTH];
    const mpb_batch batch = batch_of(true);
    mpb_outputs_walk walk = walk_of(&batch, MPB_HEAD_WORDS, 0, 4, outputs);
    mpb_outputs of = {0};

    check(&walk, 0, 2, outputs);
    CHECK(mpb_outputs_next(&walk, &of));
    CHECK(of.place == 3 && of.num_rows == 2 && of.positions == ROWS + 2);
    check_end(&walk);
    walk = walk_of(&batch, MPB_HEAD_WORDS, 4, 2, outputs);
    CHECK(mpb_outputs_next(&walk, &of));
    CHECK(of.place == 3 && of.num_rows == 2 && of.positions == ROWS + 4 && of.values == outputs);
    check_end(&walk);
}

static void rows_of_sequences_follow_those_of_words(void)
{
    float outputs[SEQUENCES * 2];
    const mpb_batch batch = batch_of(true);
    mpb_outputs_walk walk = walk_of(&batch, MPB_HEAD_PRETRAINING, CHOSEN, SEQUENCES, outputs);
    mpb_outputs of;

    for (size_t i = 0; i < SEQUENCES; i++) {
        CHECK(mpb_outputs_next(&walk, &of));
        CHECK(of.place == i && of.num_rows == 1 && of.width == 2 && of.positions == NULL);
        CHECK(of.values == outputs + 2 * i);
    }
    check_end(&walk);
}

/* Documents of one sequence and of three. */
static void rows_of_joined_sequences_come_together(void)
{
    const uint64_t documents[14] = {[10] = 4, [11] = 7, [12] = 7, [13] = 7};
    float outputs[SEQUENCES * WIDTH];
    const mpb_dataset data = {.document = (uint64_t *)documents};
    const mpb_batch batch = batch_of(false);
    mpb_outputs_walk walk = walk_of(&batch, MPB_HEAD_CHOICE, 0, SEQUENCES, outputs);

    walk.data = &data;
    walk.joins_documents = true;
    check(&walk, 0, 1, outputs);
    check(&walk, 1, 3, outputs + WIDTH);
    check_end(&walk);
}

/* 2 and 4 rows, 3 at most at a time: each row once. */
static void many_rows_come_some_at_a_time(void)
{
    float outputs[CHOSEN * WIDTH];
    const mpb_batch batch = batch_of(true);
    mpb_outputs_walk walk = walk_of(&batch, MPB_HEAD_WORDS, 0, CHOSEN, outputs);

    walk.max_rows = 3;
    check(&walk, 0, 2, outputs);
    check(&walk, 3, 3, outputs + 2 * WIDTH);
    check(&walk, 3, 1, outputs + 5 * WIDTH);
    check_end(&walk);
    walk = walk_of(&batch, MPB_HEAD_WORDS, 1, 4, outputs);
    walk.max_rows = 1;
    check(&walk, 0, 1, outputs);
    for (size_t i = 1; i < 4; i++) {
        check(&walk, 3, 1, outputs + i * WIDTH);
    }
    check_end(&walk);
}

enum { MANY = 2 * MPB_OUTPUTS_TOGETHER + 5 };

/* What threads make of outputs in slots, and what is taken of them. */
typedef struct slots {
    double made[MPB_OUTPUTS_TOGETHER];
    double taken[MANY];
    size_t count;
} slots;

static void make(void *context, const mpb_outputs *of, size_t slot)
{
    ((slots *)context)->made[slot] = 2.0 * (double)*of->values;
}

static void take(void *context, const mpb_outputs *of, size_t slot)
{
    slots *all = context;

    CHECK(of->sequence == all->count);
    all->taken[all->count++] = all->made[slot];
}

static void threads_share_outputs_which_are_taken_in_order(void)
{
    static uint64_t examples[MANY];
    static float outputs[MANY];
    const mpb_batch batch = {.num_sequences = MANY, .examples = examples};

    for (size_t i = 0; i < MANY; i++) {
        examples[i] = i;
        outputs[i] = (float)i;
    }
    for (int threads = 1; threads <= 3; threads++) {
        slots all = {.count = 0};
        const mpb_outputs_work work = {.work = make, .take = take, .context = &all};
        mpb_outputs_walk walk = {.batch = &batch,
                                 .head = MPB_HEAD_SEQUENCE,
                                 .width = 1,
                                 .num_rows = MANY,
                                 .outputs = outputs};
        mpb_team team;

        CHECK_OK(mpb_team_begin(threads, NULL, 0, &team));
        mpb_outputs_spread(&team, &walk, &work);
        mpb_team_end(&team);
        CHECK(all.count == MANY);
        for (size_t i = 0; i < MANY; i++) {
            CHECK(all.taken[i] == 2.0 * (double)i);
        }
    }
}

int main(void)
{
    a_row_a_sequence();
    rows_of_all_tokens_leave_empty_sequences_out();
    a_sequence_may_come_in_parts();
    many_rows_come_some_at_a_time();
    threads_share_outputs_which_are_taken_in_order();
    rows_of_sequences_follow_those_of_words();
    rows_of_joined_sequences_come_together();
    return 0;
}
