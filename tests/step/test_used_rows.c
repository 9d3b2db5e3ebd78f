/* mpb_used_rows: the words of a step are those of what all ranks compute in it, and no others, or
 * all of the table. */

#include "mpibert/step/used_rows.h"

#include "check.h"

enum { SEQUENCES = 23, VOCABULARY = 97, BATCH = 5, ACCUMULATION = 2, EPOCHS = 2 };

static void fill(mpb_dataset *dataset)
{
    *dataset = (mpb_dataset){0};
    for (unsigned s = 0; s < SEQUENCES; s++) {
        uint32_t tokens[12];
        const size_t count = 1 + s % 12;

        for (unsigned i = 0; i < count; i++) {
            tokens[i] = (uint32_t)((test_value(s, i) + 1.0f) * VOCABULARY / 2.0f);
        }
        CHECK_OK(mpb_dataset_add(
            dataset, &(mpb_sequence){.tokens = tokens, .count = count, .document = s, .id = "x"}));
    }
}

static mpb_plan *plan_of(const mpb_dataset *dataset, int rank, int size)
{
    const mpb_plan_options options = {.num_examples = dataset->num_sequences,
                                      .data = dataset,
                                      .batch_size = BATCH,
                                      .accumulation = ACCUMULATION,
                                      .hidden_size = 16,
                                      .seed = 3,
                                      .rank = rank,
                                      .size = size};
    mpb_plan *plan = NULL;

    CHECK_OK(mpb_plan_create(&options, &plan));
    return plan;
}

/* Marks what one rank computes in a step. */
static void mark_own(mpb_plan *plan, int rank, const mpb_dataset *dataset, size_t epoch,
                     mpb_step step, bool used[VOCABULARY])
{
    for (size_t micro = 0; micro < step.num_micro; micro++) {
        const mpb_plan_share share = mpb_plan_cell(plan, epoch, step.first_micro + micro, rank);

        for (size_t i = 0; i < share.count; i++) {
            const mpb_sequence sequence = mpb_dataset_sequence(dataset, share.indices[i]);

            for (size_t t = 0; t < sequence.count; t++) {
                used[sequence.tokens[t]] = true;
            }
        }
    }
}

static void check_step(mpb_used_rows *used, mpb_plan **plans, int size, const mpb_dataset *dataset,
                       size_t epoch, size_t number)
{
    const mpb_step step = mpb_plan_step(plans[0], number);
    bool want[VOCABULARY];

    memset(want, used->all, sizeof(want));
    for (int rank = 0; rank < size; rank++) {
        mark_own(plans[rank], rank, dataset, epoch, step, want);
    }
    for (int rank = 0; rank < size; rank++) {
        const mpb_word_rows got = mpb_used_rows_find(used, plans[rank], dataset, epoch, &step);
        size_t at = 0;

        CHECK(got.owners == used->owners);
        for (int owner = 0; owner < used->owners; owner++) {
            for (int word = 0; word < VOCABULARY; word++) {
                if (want[word] && word % used->owners == owner) {
                    CHECK(at < got.count && got.items[at] == (uint32_t)word);
                    at++;
                }
            }
        }
        CHECK(at == got.count);
    }
}

static void words_are_those_of_all_ranks_by_owners(int size, int owners, bool all)
{
    mpb_used_rows used = {0};
    mpb_dataset dataset;
    mpb_plan *plans[4];

    fill(&dataset);
    CHECK_OK(mpb_used_rows_create(VOCABULARY, owners, &used));
    used.all = all;
    for (int rank = 0; rank < size; rank++) {
        plans[rank] = plan_of(&dataset, rank, size);
    }
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t step = 0; step < mpb_plan_steps_per_epoch(plans[0]); step++) {
            check_step(&used, plans, size, &dataset, epoch, step);
        }
    }
    for (int rank = 0; rank < size; rank++) {
        mpb_plan_destroy(&plans[rank]);
    }
    mpb_used_rows_destroy(&used);
    mpb_dataset_clear(&dataset);
}

int main(void)
{
    for (int size = 1; size <= 4; size++) {
        for (int all = 0; all <= 1; all++) {
            words_are_those_of_all_ranks_by_owners(size, 1, all);
            words_are_those_of_all_ranks_by_owners(size, size, all);
        }
    }
    return 0;
}
