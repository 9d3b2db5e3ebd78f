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

int main(void)
{
    a_row_a_sequence();
    rows_of_all_tokens_leave_empty_sequences_out();
    a_sequence_may_come_in_parts();
    rows_of_sequences_follow_those_of_words();
    rows_of_joined_sequences_come_together();
    return 0;
}
